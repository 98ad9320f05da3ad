// What providers share: choosing and renaming members, telling errors apart, tags.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/cloudformation/providers/providers.h"

namespace thaw::cloudformation {

// The members of `from` with these names, where present.
Json pick(const Json& from, std::initializer_list<std::string_view> names);
// The same under other names: {{"SSEEnabled", "Enabled"}}.
Json pick_as(const Json& from, std::initializer_list<std::pair<std::string_view, std::string_view>> names);
// Adds the members of `more` to `to`, replacing.
void merge(Json& to, const Json& more);
// "RestApiId" -> "restApiId" for every member at this level.
std::string lower_first(std::string_view name);
Json lower_members(const Json& from);

// What errors mean, whatever the service calls them.
bool is_not_found(const Error& error);
bool is_already_exists(const Error& error);
// The result of a removal: what is gone already is removed.
Result<> gone_is_fine(Result<Json> answer);

// The resource's own tags, with the stack's, which are among them: [{Key, Value}]. Own may be a list or a map. The aws:
// tags that name the stack are left out: services take those from AWS alone; system_tags() has them.
Json all_tags(const ResourceRequest& request, std::string_view property = "Tags");
Json system_tags(const ResourceRequest& request);
Json tag_map(const Json& list);                                                    // {"k": "v"}
Json tag_list_as(const Json& list, std::string_view key, std::string_view value);  // [{TagKey, TagValue}]

// A document as text: policies and definitions may be written as objects.
Json as_text(const Json& document);

// Items of `now` that are not in `before`.
std::vector<Json> added(const Json& now, const Json& before);

inline Result<ResourceState> done(std::string physical_id, Json attributes = Json::object(), std::string ref = {}) {
  return ResourceState{std::move(physical_id), std::move(attributes), std::move(ref)};
}
// The name that the template gives, or the one that CloudFormation made.
std::string chosen_name(const ResourceRequest& request, std::string_view property);

}  // namespace thaw::cloudformation
