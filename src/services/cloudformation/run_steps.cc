// The steps of one resource within an operation.
#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "services/cloudformation/providers/mapping.h"
#include "services/cloudformation/run.h"

namespace thaw::cloudformation {
namespace {

// Notes whether something has been made, so that a creation that fails half way can be undone.
class WatchedApi final : public Api {
 public:
  explicit WatchedApi(Api& inner) : inner_(inner) {}
  Task<Result<Json>> call(std::string service, std::string operation, Json input) override {
    bool makes = operation.starts_with("Create") || operation.starts_with("Publish");
    Result<Json> answer = co_await inner_.call(std::move(service), std::move(operation), std::move(input));
    if (answer && makes) made_ = true;
    co_return answer;
  }
  Task<void> pause(int64_t millis) override { return inner_.pause(millis); }
  bool cancelled() const override { return inner_.cancelled(); }
  Task<Result<Json>> custom(ResourceRequest request, std::string kind) override {
    return inner_.custom(std::move(request), std::move(kind));
  }
  bool made() const { return made_; }

 private:
  Api& inner_;
  bool made_ = false;
};

std::string handler_error_code(const Error& error) {
  if (is_already_exists(error)) return "AlreadyExists";
  if (is_not_found(error)) return "NotFound";
  if (error.code.find("AccessDenied") != std::string::npos) return "AccessDenied";
  if (error.code.find("Throttl") != std::string::npos) return "Throttling";
  if (error.code.find("LimitExceeded") != std::string::npos) return "ServiceLimitExceeded";
  if (error.code == "NotStabilized") return "NotStabilized";
  if (error.is_server_fault()) return error.status == 501 ? "InvalidRequest" : "ServiceInternalError";
  return "InvalidRequest";
}

// The resource's own tags, then those of the stack that it does not have itself.
Json with_stack_tags(const ResourceBody& body) {
  Json properties = body.properties;
  if (body.tags.empty()) return properties;
  ResourceRequest own;
  own.properties = properties;
  Json tags = all_tags(own);
  for (const TagRecord& tag : body.tags) {
    bool taken = std::ranges::any_of(tags.items(), [&](const Json& item) { return item.get("Key") == Json(tag.key); });
    if (!taken) tags.push_back(Json::object({{"Key", tag.key}, {"Value", tag.value}}));
  }
  properties.set("Tags", std::move(tags));
  return properties;
}

constexpr const char* cancelled_words = "Resource creation cancelled";

}  // namespace

std::string failure_words(const Error& error, const std::string& token) {
  if (error.code == "Cancelled") return cancelled_words;
  if (error.code == "CustomResourceFailed" || error.code == "NestedStackFailed") return error.message;
  return "Resource handler returned message: \"" + error.message + "\" (RequestToken: " + token +
         ", HandlerErrorCode: " + handler_error_code(error) + ")";
}

bool Run::exists(const ResourceRecord& r) const {
  return !r.body.physical_id.empty() && r.status != "DELETE_COMPLETE" && r.status != "DELETE_SKIPPED";
}

void Run::publish(const ResourceRecord& r) {
  scope_.resources[r.logical_id] = {r.body.ref.empty() ? r.body.physical_id : r.body.ref, r.body.attributes, false};
}

Result<ResourceBody> Run::planned_body(const ResourceDef& def, const Json& properties) {
  ResourceBody body;
  body.properties = properties;
  body.definition = definition_of(def);
  TRY(body.deletion_policy, evaluate_policy(def.deletion_policy, scope_));
  TRY(body.update_replace_policy, evaluate_policy(def.update_replace_policy, scope_));
  const std::set<std::string>& needs = needs_[def.logical_id];
  body.depends_on.assign(needs.begin(), needs.end());
  body.tags = stack_.settings.tags;
  return body;
}

ResourceRequest Run::request_for(const ResourceRecord& r, const ResourceBody& now, const ResourceBody* before) const {
  const ResourceType* type = find_resource_type(r.type);
  bool taggable = type && type->taggable;
  ResourceRequest out;
  out.type = r.type;
  out.logical_id = r.logical_id;
  out.stack_id = stack_.arn;
  out.stack_name = stack_.name;
  out.account = home_.account.str();
  out.region = home_.region.str();
  out.properties = taggable ? with_stack_tags(now) : now.properties;
  if (before) {
    out.previous = taggable ? with_stack_tags(*before) : before->properties;
    out.physical_id = before->physical_id;
    out.attributes = before->attributes;
  } else {
    out.physical_id = r.planned_name;
  }
  out.tags = Json::array({Json::object({{"Key", "aws:cloudformation:stack-name"}, {"Value", stack_.name}}),
                          Json::object({{"Key", "aws:cloudformation:stack-id"}, {"Value", stack_.arn}}),
                          Json::object({{"Key", "aws:cloudformation:logical-id"}, {"Value", r.logical_id}})});
  out.token = r.token;
  return out;
}

bool Run::is_unchanged(const ResourceRecord& r, const ResourceBody& planned) const {
  return r.body.properties == planned.properties && r.body.definition == planned.definition &&
         r.body.deletion_policy == planned.deletion_policy &&
         r.body.update_replace_policy == planned.update_replace_policy && r.body.tags == planned.tags &&
         r.type != "AWS::CloudFormation::Stack";
}

// Why a change needs a new physical resource; empty when it does not.
std::string Run::replacement_reason(const ResourceType& type, const ResourceRecord& r,
                                    const ResourceBody& planned) const {
  auto differs = [&](const std::string& name) {
    return !(r.body.properties.get(name) == planned.properties.get(name));
  };
  for (const Json& side : {r.body.properties, planned.properties}) {
    if (!side.is_object()) continue;
    for (const Json::Member& m : side.members()) {
      if (type.replaces(m.key) && differs(m.key)) return m.key;
    }
  }
  return "";
}

Task<bool> Run::fail_step(ResourceRecord& r, std::string status, std::string reason) {
  r.status = std::move(status);
  r.done_in = stack_.operation.id;
  r.step.clear();
  co_await save(r, {std::move(reason)});
  *cancelled_ = true;
  co_return false;
}

Task<bool> Run::apply(std::string logical_id) {
  if (executor_.stopping_) {
    stopped_ = true;
    co_return false;
  }
  if (*cancelled_) co_return false;
  const ResourceDef& def = *template_.resource(logical_id);
  ResourceRecord& r = records_[logical_id];
  const std::string& operation = stack_.operation.id;
  if (r.done_in == operation && r.step.empty()) {
    if (r.status.ends_with("_FAILED")) co_return false;
    publish(r);
    co_return true;
  }
  if (r.logical_id.empty()) {
    r.logical_id = logical_id;
    r.type = def.type;
  }
  r.description = def.description;
  bool there = exists(r);
  Result<Json> properties = evaluate_properties(def, scope_, deps_.url_suffix);
  const ResourceType* type = find_resource_type(def.type);
  if (!properties || !type) {
    std::string words = type ? properties.error().message : "Unrecognized resource types: [" + def.type + "]";
    if (!there) r.type = def.type;
    co_return co_await fail_step(r, there ? "UPDATE_FAILED" : "CREATE_FAILED", words);
  }
  if (!there || r.step == "create") co_return co_await create(def, std::move(*properties), false);
  if (r.step == "replace") co_return co_await create(def, std::move(*properties), true);
  if (r.step == "update") co_return co_await update(def, std::move(*properties));
  Result<ResourceBody> planned = planned_body(def, *properties);
  if (!planned) co_return co_await fail_step(r, "UPDATE_FAILED", planned.error().message);
  if (is_unchanged(r, *planned)) {
    if (r.body.depends_on != planned->depends_on) {
      // Only the order of removing has changed.
      r.body.depends_on = planned->depends_on;
      ResourceRecord copy = r;
      std::string id = id_;
      co_await write([id, copy](StackStore& store) { store.put(id, copy); });
    }
    publish(r);
    co_return true;
  }
  std::string because = replacement_reason(*type, r, *planned);
  if (because.empty()) co_return co_await update(def, std::move(*properties));
  std::string name_property(type->name_property);
  const Json& name = planned->properties.get(name_property);
  if (!name_property.empty() && name.is_string() && name == r.body.properties.get(name_property)) {
    co_return co_await fail_step(
        r, "UPDATE_FAILED",
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename " +
            name.as_string() + " and update the stack again.");
  }
  co_return co_await create(def, std::move(*properties), true);
}

Task<bool> Run::create(const ResourceDef& def, Json properties, bool replace) {
  ResourceRecord& r = records_[def.logical_id];
  const ResourceType& type = *find_resource_type(def.type);
  const char* failed = replace ? "UPDATE_FAILED" : "CREATE_FAILED";
  Result<ResourceBody> planned = planned_body(def, properties);
  bool resumed = !r.step.empty();
  r.planned = properties;
  if (!resumed) {
    r.step = replace ? "replace" : "create";
    r.changed_by = r.step;
    r.before = replace ? std::optional(r.body) : std::nullopt;
    if (!replace) r.body = ResourceBody();
    r.type = def.type;
    r.planned_name =
        physical_name(stack_.name, def.logical_id, random_alphanumeric(13), type.name_length_max, type.name_style);
    r.token = random_uuid();
    r.status = replace ? "UPDATE_IN_PROGRESS" : "CREATE_IN_PROGRESS";
    std::string words =
        replace ? "Requested update requires the creation of a new physical resource; hence creating one." : "";
    co_await save(r, {words});
  }
  if (!planned) co_return co_await fail_step(r, failed, planned.error().message);
  if (Result<> valid = check_properties(type, properties); !valid) {
    co_return co_await fail_step(
        r, failed,
        "Properties validation failed for resource " + def.logical_id + " with message:\n" + valid.error().message);
  }
  WatchedApi api(*api_);
  ResourceRequest request = request_for(r, *planned, nullptr);
  // ImportExistingResources: what exists under the name that the template gives is adopted, if the stack would never
  // remove it.
  bool adopts = stack_.operation.import_existing && planned->deletion_policy == "Retain" &&
                !type.name_property.empty() && properties.contains(type.name_property);
  request.resumed = resumed || adopts;
  Result<Json> resolved = co_await resolve_references(api, request.properties);
  if (!resolved) co_return co_await fail_step(r, failed, resolved.error().message);
  request.properties = std::move(*resolved);
  std::string token = r.token;
  Result<ResourceState> made = co_await type.create(api, std::move(request));
  if (!made) {
    co_await undo_failed_create(r, api.made());
    co_return co_await fail_step(r, failed, failure_words(made.error(), token));
  }
  if (replace && r.before) {
    GarbageRecord old{r.logical_id, r.type, *r.before, r.before->update_replace_policy != "Delete"};
    std::string id = id_;
    co_await write([id, old](StackStore& store) { store.put(id, old); });
  }
  r.body = std::move(*planned);
  r.body.physical_id = made->physical_id;
  r.body.ref = made->ref;
  r.body.attributes = made->attributes;
  r.step.clear();
  r.done_in = stack_.operation.id;
  // The event that tells the physical id, then the one that tells the end.
  EventRecord initiated = event(r, replace ? "" : "Resource creation Initiated");
  std::string id = id_;
  co_await write([id, initiated](StackStore& store) { store.add_event(id, initiated); });
  r.planned = Json();
  r.status = replace ? "UPDATE_COMPLETE" : "CREATE_COMPLETE";
  co_await save(r);
  publish(r);
  co_return true;
}

// A creation that failed after its first call has left something behind that no record names.
Task<void> Run::undo_failed_create(const ResourceRecord& r, bool made) {
  const ResourceType* type = find_resource_type(r.type);
  if (!type || !type->remove || type->name_property.empty() || !made) co_return;
  ResourceBody body;
  body.properties = r.planned;
  const Json& given = r.planned.get(type->name_property);
  body.physical_id = given.is_string() ? given.as_string() : r.planned_name;
  if (r.type == "AWS::IAM::ManagedPolicy") co_return;  // known by ARN; a later create of the same name adopts nothing
  Result<> removed = co_await remove_physical(r.type, r.logical_id, std::move(body), r.token);
  if (!removed)
    log::warning("stack {}: what was made of {} could not be removed: {}", stack_.name, r.logical_id,
                 removed.error().message);
}

Task<bool> Run::update(const ResourceDef& def, Json properties) {
  ResourceRecord& r = records_[def.logical_id];
  const ResourceType& type = *find_resource_type(def.type);
  Result<ResourceBody> planned = planned_body(def, properties);
  bool resumed = !r.step.empty();
  r.planned = properties;
  if (!resumed) {
    r.step = "update";
    r.changed_by = "update";
    r.before = r.body;
    r.token = random_uuid();
    r.status = "UPDATE_IN_PROGRESS";
    co_await save(r);
  }
  if (!planned) co_return co_await fail_step(r, "UPDATE_FAILED", planned.error().message);
  if (Result<> valid = check_properties(type, properties); !valid) {
    co_return co_await fail_step(
        r, "UPDATE_FAILED",
        "Properties validation failed for resource " + def.logical_id + " with message:\n" + valid.error().message);
  }
  bool same = r.before->properties == planned->properties && (!type.taggable || r.before->tags == planned->tags) &&
              r.type != "AWS::CloudFormation::Stack";
  ResourceBody next = std::move(*planned);
  next.physical_id = r.before->physical_id;
  next.ref = r.before->ref;
  next.attributes = r.before->attributes;
  if (!same && type.update) {
    ResourceRequest request = request_for(r, next, &*r.before);
    request.resumed = resumed;
    Result<Json> resolved = co_await resolve_references(*api_, request.properties);
    if (!resolved) co_return co_await fail_step(r, "UPDATE_FAILED", resolved.error().message);
    request.properties = std::move(*resolved);
    std::string token = r.token;
    Result<ResourceState> made = co_await type.update(*api_, std::move(request));
    if (!made) co_return co_await fail_step(r, "UPDATE_FAILED", failure_words(made.error(), token));
    if (made->physical_id != next.physical_id) {
      // A custom resource may answer another id: the old one is to be removed.
      GarbageRecord old{r.logical_id, r.type, *r.before, r.before->update_replace_policy != "Delete"};
      std::string id = id_;
      co_await write([id, old](StackStore& store) { store.put(id, old); });
      r.changed_by = "replace";
    }
    next.physical_id = made->physical_id;
    next.ref = made->ref;
    next.attributes = made->attributes;
  }
  r.body = std::move(next);
  r.step.clear();
  r.planned = Json();
  r.done_in = stack_.operation.id;
  r.status = "UPDATE_COMPLETE";
  co_await save(r);
  publish(r);
  co_return true;
}

// Takes back what this operation did to a resource.
Task<bool> Run::restore(std::string logical_id) {
  if (executor_.stopping_) {
    stopped_ = true;
    co_return false;
  }
  ResourceRecord& r = records_[logical_id];
  const std::vector<std::string>& skip = stack_.operation.skip_resources;
  const ResourceType* type = find_resource_type(r.type);
  std::string id = id_;
  if (r.changed_by == "create") {
    // Removed at the end, when nothing refers to it any more.
    bool there = exists(r);
    GarbageRecord made{r.logical_id, r.type, r.body,
                       r.body.deletion_policy == "Retain" && !stack_.operation.retain_except_on_create};
    if (!there && r.step == "create") co_await undo_failed_create(r, true);
    co_await write([id, made, there](StackStore& store) {
      if (there) store.put(id, made);
      store.clear_resource(id, made.logical_id);
    });
    records_.erase(logical_id);
    co_return true;
  }
  if (!r.before) co_return true;
  bool skipped = std::ranges::find(skip, logical_id) != skip.end();
  ResourceBody before = *r.before;
  if (r.changed_by == "replace") {
    bool replaced = r.body.physical_id != before.physical_id;
    GarbageRecord made{r.logical_id, r.type, r.body, false};
    GarbageRecord old{r.logical_id, r.type, before, false};
    if (!replaced && r.step == "replace") co_await undo_failed_create(r, true);
    co_await write([id, made, old, replaced](StackStore& store) {
      store.clear(id, old);
      if (replaced) store.put(id, made);
    });
  } else if (type && type->update && !skipped) {
    ResourceBody now = r.body;
    if (!r.planned.is_null()) now.properties = r.planned;  // the update may have got half way
    bool same = now.properties == before.properties && now.tags == before.tags;
    r.status = "UPDATE_IN_PROGRESS";
    r.step = "restore";
    co_await save(r);
    if (!same) {
      ResourceRequest request = request_for(r, before, &now);
      request.physical_id = before.physical_id;
      request.attributes = before.attributes;
      request.token = random_uuid();
      Result<Json> resolved = co_await resolve_references(*api_, request.properties);
      if (resolved) request.properties = std::move(*resolved);
      std::string token = request.token;
      Result<ResourceState> made = co_await type->update(*api_, std::move(request));
      if (!made) {
        r.status = "UPDATE_FAILED";
        r.done_in = stack_.operation.id;
        r.step.clear();
        co_await save(r, {failure_words(made.error(), token)});
        co_return false;
      }
      before.attributes = made->attributes;
    }
  }
  r.body = std::move(before);
  r.before.reset();
  r.changed_by.clear();
  r.done_in.clear();
  r.step.clear();
  r.planned = Json();
  r.status = "UPDATE_COMPLETE";
  co_await save(r);
  co_return true;
}

Task<Result<>> Run::remove_physical(std::string type_name, std::string logical_id, ResourceBody body,
                                    std::string token) {
  const ResourceType* type = find_resource_type(type_name);
  if (!type) co_return fail("InvalidRequest", "Unrecognized resource types: [" + type_name + "]");
  if (!type->remove) co_return Result<>();
  ResourceRecord r;
  r.logical_id = std::move(logical_id);
  r.type = type_name;
  r.token = std::move(token);
  ResourceRequest request = request_for(r, body, &body);
  request.previous = Json();
  Result<Json> resolved = co_await resolve_references(*api_, request.properties);
  if (resolved) request.properties = std::move(*resolved);  // a secret that is gone does not keep a resource alive
  Result<ResourceState> gone = co_await type->remove(*api_, std::move(request));
  if (!gone) co_return std::unexpected(std::move(gone).error());
  co_return Result<>();
}

// `forget`: the record goes as well (the stack stays). `even_retained`: what this very operation made goes too when its
// policy is RetainExceptOnCreate.
Task<bool> Run::remove(std::string logical_id, bool forget, bool even_retained) {
  if (executor_.stopping_) {
    stopped_ = true;
    co_return false;
  }
  ResourceRecord& r = records_[logical_id];
  std::string id = id_;
  if (!exists(r)) {
    if (r.step == "create") co_await undo_failed_create(r, true);
    if (r.status != "DELETE_COMPLETE" && r.status != "DELETE_SKIPPED" && !forget) {
      r.step.clear();
      r.planned = Json();
      r.status = "DELETE_COMPLETE";
      co_await save(r);
    }
    if (forget) co_await write([id, logical_id](StackStore& store) { store.clear_resource(id, logical_id); });
    co_return true;
  }
  const std::vector<std::string>& retain = stack_.operation.retain_resources;
  bool asked = std::ranges::find(retain, logical_id) != retain.end();
  const std::string& policy = r.body.deletion_policy;
  bool keep = asked || policy == "Retain" || (policy == "RetainExceptOnCreate" && !even_retained);
  if (even_retained && policy == "Retain" && stack_.operation.retain_except_on_create) keep = asked;
  if (keep) {
    r.status = "DELETE_SKIPPED";
    co_await save(r);
  } else {
    r.status = "DELETE_IN_PROGRESS";
    r.step = "remove";
    if (r.token.empty()) r.token = random_uuid();
    co_await save(r);
    Result<> gone = co_await remove_physical(r.type, logical_id, r.body, r.token);
    r.step.clear();
    if (!gone) {
      r.status = "DELETE_FAILED";
      co_await save(r, {failure_words(gone.error(), r.token)});
      co_return false;
    }
    r.status = "DELETE_COMPLETE";
    co_await save(r);
  }
  if (forget) co_await write([id, logical_id](StackStore& store) { store.clear_resource(id, logical_id); });
  co_return true;
}

Task<bool> Run::remove_garbage(GarbageRecord garbage) {
  if (executor_.stopping_) {
    stopped_ = true;
    co_return false;
  }
  ResourceRecord shown;  // for the events alone
  shown.logical_id = garbage.logical_id;
  shown.type = garbage.type;
  shown.body = garbage.body;
  std::string id = id_;
  auto note = [this, id](ResourceRecord r, std::string status, std::string reason) -> Task<void> {
    r.status = std::move(status);
    EventRecord happened = event(r, reason);
    co_await write([id, happened](StackStore& store) { store.add_event(id, happened); });
  };
  Result<> gone = Result<>();
  if (garbage.keep) {
    co_await note(shown, "DELETE_SKIPPED", "");
  } else {
    co_await note(shown, "DELETE_IN_PROGRESS", "");
    std::string token = random_uuid();
    gone = co_await remove_physical(garbage.type, garbage.logical_id, garbage.body, token);
    co_await note(shown, gone ? "DELETE_COMPLETE" : "DELETE_FAILED", gone ? "" : failure_words(gone.error(), token));
  }
  // What could not be removed stays in the account; the stack forgets it, as AWS's does.
  co_await write([id, garbage](StackStore& store) { store.clear(id, garbage); });
  co_return gone.has_value();
}

}  // namespace thaw::cloudformation
