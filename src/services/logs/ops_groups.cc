#include <algorithm>

#include "base/text.h"
#include "services/logs/service.h"

namespace thaw::logs {
namespace {

constexpr int32_t retention_days[] = {1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                                      365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

LogGroup shown(const api::Request& request, const std::string& name, const GroupRecord& record, int64_t bytes) {
  LogGroup out;
  out.logGroupName = name;
  out.creationTime = record.created_ms;
  out.retentionInDays = record.retention_days;
  out.logGroupArn = request.arn("logs", "log-group:" + name);
  out.arn = *out.logGroupArn + ":*";
  out.storedBytes = bytes;
  out.kmsKeyId = record.kms_key_id;
  out.logGroupClass = record.log_class;
  return out;
}

}  // namespace

Task<Result<api::Nothing>> Logs::create_log_group(Request& request, const CreateLogGroupInput& in) {
  LogStore store = store_of(request);
  auto existing = co_await store.group(in.logGroupName);
  if (existing) co_return fail("ResourceAlreadyExistsException", "The specified log group already exists");
  GroupRecord record;
  record.created_ms = request.clock->now_ms();
  record.kms_key_id = in.kmsKeyId;
  record.log_class = in.logGroupClass.value_or("STANDARD");
  record.tags = in.tags.value_or(Tags{});
  store.put_group(in.logGroupName, record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Logs::delete_log_group(Request& request, const GroupNameInput& in) {
  LogStore store = store_of(request);
  auto existing = co_await store.group(in.logGroupName);
  if (!existing) co_return no_group();
  store.clear_group(in.logGroupName);
  co_return api::Nothing{};
}

Task<Result<DescribeLogGroupsOutput>> Logs::describe_log_groups(Request& request, const DescribeLogGroupsInput& in) {
  if (in.logGroupNamePrefix && in.logGroupNamePattern)
    co_return invalid_parameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
  LogStore store = store_of(request);
  size_t limit = static_cast<size_t>(in.limit.value_or(50));
  std::string after;
  if (in.nextToken) {
    auto decoded = base64_decode(*in.nextToken);
    if (!decoded) co_return invalid_parameter("The specified nextToken is invalid.");
    after = std::move(*decoded);
  }
  size_t wanted = in.logGroupNamePattern ? 0 : limit + 1;
  auto found = co_await store.groups(in.logGroupNamePrefix.value_or(""), after, wanted);
  DescribeLogGroupsOutput out;
  std::string pattern = to_lower(in.logGroupNamePattern.value_or(""));
  for (auto& [name, record] : found) {
    if (!pattern.empty() && to_lower(name).find(pattern) == std::string::npos) continue;
    if (in.logGroupClass && record.log_class != *in.logGroupClass) continue;
    if (out.logGroups.size() == limit) {
      out.nextToken = base64_encode(out.logGroups.back().logGroupName);
      break;
    }
    auto streams = co_await store.streams(name);
    int64_t bytes = 0;
    for (auto& [stream_name, stream] : streams) bytes += stream.bytes;
    out.logGroups.push_back(shown(request, name, record, bytes));
  }
  co_return out;
}

Task<Result<api::Nothing>> Logs::put_retention_policy(Request& request, const PutRetentionPolicyInput& in) {
  if (std::ranges::find(retention_days, in.retentionInDays) == std::end(retention_days))
    co_return invalid_parameter(
        "1 validation error detected: Value '" + std::to_string(in.retentionInDays) +
        "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: "
        "[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
        "2922, 3288, 3653]");
  LogStore store = store_of(request);
  auto record = co_await store.group(in.logGroupName);
  if (!record) co_return no_group();
  record->retention_days = in.retentionInDays;
  store.put_group(in.logGroupName, *record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Logs::delete_retention_policy(Request& request, const GroupNameInput& in) {
  LogStore store = store_of(request);
  auto record = co_await store.group(in.logGroupName);
  if (!record) co_return no_group();
  record->retention_days.reset();
  store.put_group(in.logGroupName, *record);
  co_return api::Nothing{};
}

namespace {

// Changes the tags of a group; the same for both families of tag operations.
Task<Result<api::Nothing>> change_tags(LogStore store, std::string group, Tags add, std::vector<std::string> remove) {
  auto record = co_await store.group(group);
  if (!record) co_return no_group();
  for (auto& [key, value] : add) record->tags[key] = value;
  for (const std::string& key : remove) record->tags.erase(key);
  if (record->tags.size() > 50) co_return fail("TooManyTagsException", "A resource can have no more than 50 tags.");
  store.put_group(group, *record);
  co_return api::Nothing{};
}

Task<Result<TagsOutput>> read_tags(LogStore store, std::string group) {
  auto record = co_await store.group(group);
  if (!record) co_return no_group();
  co_return TagsOutput{record->tags};
}

}  // namespace

Task<Result<api::Nothing>> Logs::tag_log_group(Request& request, const TagLogGroupInput& in) {
  return change_tags(store_of(request), in.logGroupName, in.tags, {});
}
Task<Result<api::Nothing>> Logs::untag_log_group(Request& request, const UntagLogGroupInput& in) {
  return change_tags(store_of(request), in.logGroupName, {}, in.tags);
}
Task<Result<TagsOutput>> Logs::list_tags_log_group(Request& request, const GroupNameInput& in) {
  return read_tags(store_of(request), in.logGroupName);
}
Task<Result<api::Nothing>> Logs::tag_resource(Request& request, const TagResourceInput& in) {
  CO_TRY(std::string group, group_of(std::nullopt, in.resourceArn));
  co_return co_await change_tags(store_of(request), group, in.tags, {});
}
Task<Result<api::Nothing>> Logs::untag_resource(Request& request, const UntagResourceInput& in) {
  CO_TRY(std::string group, group_of(std::nullopt, in.resourceArn));
  co_return co_await change_tags(store_of(request), group, {}, in.tagKeys);
}
Task<Result<TagsOutput>> Logs::list_tags_for_resource(Request& request, const ListTagsForResourceInput& in) {
  CO_TRY(std::string group, group_of(std::nullopt, in.resourceArn));
  co_return co_await read_tags(store_of(request), group);
}

}  // namespace thaw::logs
