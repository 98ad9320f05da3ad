#include "services/cloudformation/providers/mapping.h"

#include <algorithm>

namespace thaw::cloudformation {

Json pick(const Json& from, std::initializer_list<std::string_view> names) {
  Json out = Json::object();
  for (std::string_view name : names) {
    if (const Json* found = from.find(name)) out.set(name, *found);
  }
  return out;
}

Json pick_as(const Json& from, std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  Json out = Json::object();
  for (const auto& [name, as] : names) {
    if (const Json* found = from.find(name)) out.set(as, *found);
  }
  return out;
}

void merge(Json& to, const Json& more) {
  if (!more.is_object()) return;
  for (const Json::Member& m : more.members()) to.set(m.key, m.value);
}

std::string lower_first(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

Json lower_members(const Json& from) {
  Json out = Json::object();
  if (!from.is_object()) return out;
  for (const Json::Member& m : from.members()) out.set(lower_first(m.key), m.value);
  return out;
}

bool is_not_found(const Error& error) {
  static constexpr std::string_view codes[] = {"ResourceNotFoundException",
                                               "NotFoundException",
                                               "NoSuchEntity",
                                               "NoSuchEntityException",
                                               "NoSuchBucket",
                                               "NoSuchBucketPolicy",
                                               "ParameterNotFound",
                                               "RepositoryNotFoundException",
                                               "NoSuchKey",
                                               "QueueDoesNotExist"};
  return std::ranges::find(codes, error.code) != std::end(codes);
}

bool is_already_exists(const Error& error) {
  static constexpr std::string_view codes[] = {"ResourceConflictException",
                                               "ConflictException",
                                               "EntityAlreadyExists",
                                               "EntityAlreadyExistsException",
                                               "ResourceInUseException",
                                               "BucketAlreadyOwnedByYou",
                                               "BucketAlreadyExists",
                                               "ResourceAlreadyExistsException",
                                               "ParameterAlreadyExists",
                                               "AlreadyExistsException",
                                               "RepositoryAlreadyExistsException"};
  return std::ranges::find(codes, error.code) != std::end(codes);
}

Result<> gone_is_fine(Result<Json> answer) {
  if (!answer && !is_not_found(answer.error())) return std::unexpected(std::move(answer).error());
  return {};
}

Json all_tags(const ResourceRequest& request, std::string_view property) {
  Json out = Json::array();
  auto add = [&](const std::string& key, Json value) {
    for (const Json& item : out.items()) {
      if (item.get("Key").string_or("") == key) return;
    }
    if (value.is_number()) value = Json(value.number_text());
    if (value.is_bool()) value = Json(value.as_bool() ? "true" : "false");
    out.push_back(Json::object({{"Key", key}, {"Value", std::move(value)}}));
  };
  auto add_list = [&](const Json& list) {
    if (list.is_object()) {
      for (const Json::Member& m : list.members()) add(m.key, m.value);
    } else if (list.is_array()) {
      for (const Json& item : list.items()) {
        if (item.get("Key").is_string()) add(item.get("Key").as_string(), item.get("Value"));
      }
    }
  };
  add_list(request.properties.get(property));
  return out;
}

Json system_tags(const ResourceRequest& request) { return request.tags.is_array() ? request.tags : Json::array(); }

Json tag_map(const Json& list) {
  Json out = Json::object();
  for (const Json& item : list.items()) out.set(item.get("Key").string_or(""), item.get("Value"));
  return out;
}

Json tag_list_as(const Json& list, std::string_view key, std::string_view value) {
  Json out = Json::array();
  for (const Json& item : list.items()) {
    Json one = Json::object();
    one.set(key, item.get("Key"));
    one.set(value, item.get("Value"));
    out.push_back(std::move(one));
  }
  return out;
}

Json as_text(const Json& document) {
  return document.is_string() || document.is_null() ? document : Json(document.dump());
}

std::vector<Json> added(const Json& now, const Json& before) {
  std::vector<Json> out;
  if (!now.is_array()) return out;
  for (const Json& item : now.items()) {
    bool known = before.is_array() && std::ranges::find(before.items(), item) != before.items().end();
    if (!known) out.push_back(item);
  }
  return out;
}

std::string chosen_name(const ResourceRequest& request, std::string_view property) {
  const Json& given = request.properties.get(property);
  if (given.is_number()) return given.number_text();
  return given.string_or(request.physical_id);
}

}  // namespace thaw::cloudformation
