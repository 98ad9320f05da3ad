#include "services/cloudformation/door_api.h"

#include "services/cloudformation/intrinsics.h"

namespace thaw::cloudformation {
namespace {

Result<Json> fit_structure(Json value, const api::Schema& schema, const std::string& path) {
  if (!value.is_object()) return value;
  for (Json::Member& m : value.members()) {
    const api::Use* use = schema.member(m.key);
    if (!use) return fail("InvalidRequest", path + ": extraneous key [" + m.key + "] is not permitted");
    TRY(m.value, fit_to_shape(std::move(m.value), *use->shape, path + "/" + m.key));
  }
  return value;
}

}  // namespace

Result<Json> fit_to_shape(Json value, const api::Schema& schema, const std::string& path) {
  using api::Kind;
  switch (schema.kind) {
    case Kind::structure: return fit_structure(std::move(value), schema, path);
    case Kind::list: {
      if (!value.is_array()) return value;
      for (Json& item : value.items()) {
        TRY(item, fit_to_shape(std::move(item), *schema.element.shape, path + "/[]"));
      }
      return value;
    }
    case Kind::map: {
      if (!value.is_object()) return value;
      for (Json::Member& m : value.members()) {
        TRY(m.value, fit_to_shape(std::move(m.value), *schema.value.shape, path + "/" + m.key));
      }
      return value;
    }
    case Kind::boolean: {
      if (value.is_string() && value.as_string() == "true") return Json(true);
      if (value.is_string() && value.as_string() == "false") return Json(false);
      return value;
    }
    case Kind::integer:
    case Kind::real:
      if (value.is_string() && Json::is_number_text(value.as_string())) return Json::number(value.as_string());
      return value;
    case Kind::string: {
      if (value.is_string() || value.is_null()) return value;
      if (value.is_number() || value.is_bool()) return Json(*text_of(value));
      return Json(value.dump());
    }
    default: return value;
  }
}

Json principal_to_json(const api::Principal& p) {
  return Json::object({{"Kind", static_cast<int>(p.kind)},
                       {"Account", p.account},
                       {"Arn", p.arn},
                       {"UserId", p.user_id},
                       {"RoleArn", p.role_arn},
                       {"SessionPolicy", p.session_policy}});
}

api::Principal principal_from_json(const Json& value) {
  api::Principal p;
  p.kind = static_cast<api::Principal::Kind>(value.get("Kind").to_int().value_or(0));
  p.account = value.get("Account").string_or("");
  p.arn = value.get("Arn").string_or("");
  p.user_id = value.get("UserId").string_or("");
  p.role_arn = value.get("RoleArn").string_or("");
  p.session_policy = value.get("SessionPolicy");
  return p;
}

const api::Schema* DoorApi::input_schema(const std::string& service, const std::string& operation) const {
  const api::Operation* found = door_.operation(service, operation);
  return found ? &*found->input : nullptr;
}

Task<Result<Json>> DoorApi::call(std::string service, std::string operation, Json input) {
  if (const api::Schema* schema = input_schema(service, operation)) {
    CO_TRY(input, fit_to_shape(std::move(input), *schema));
  }
  co_return co_await door_.call(as_, std::move(service), std::move(operation), std::move(input));
}

Task<void> DoorApi::pause(int64_t millis) { return sleep_for(std::chrono::milliseconds(millis)); }

Task<Result<Json>> DoorApi::custom(ResourceRequest request, std::string kind) {
  Home home{as_.account, as_.region};
  co_return co_await answers_.ask(home, as_, std::move(request), std::move(kind), cancelled_);
}

}  // namespace thaw::cloudformation
