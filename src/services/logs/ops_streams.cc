#include <algorithm>

#include "base/text.h"
#include "services/logs/service.h"

namespace thaw::logs {

Task<Result<api::Nothing>> Logs::create_log_stream(Request& request, const StreamInput& in) {
  LogStore store = store_of(request);
  auto group = co_await store.group(in.logGroupName);
  if (!group) co_return no_group();
  auto existing = co_await store.stream(in.logGroupName, in.logStreamName);
  if (existing) co_return fail("ResourceAlreadyExistsException", "The specified log stream already exists");
  StreamRecord record;
  record.created_ms = request.clock->now_ms();
  store.put_stream(in.logGroupName, in.logStreamName, record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Logs::delete_log_stream(Request& request, const StreamInput& in) {
  LogStore store = store_of(request);
  auto group = co_await store.group(in.logGroupName);
  if (!group) co_return no_group();
  auto existing = co_await store.stream(in.logGroupName, in.logStreamName);
  if (!existing) co_return no_stream();
  store.clear_stream(in.logGroupName, in.logStreamName);
  co_return api::Nothing{};
}

Task<Result<DescribeLogStreamsOutput>> Logs::describe_log_streams(Request& request, const DescribeLogStreamsInput& in) {
  CO_TRY(std::string group, group_of(in.logGroupName, in.logGroupIdentifier));
  bool by_time = in.orderBy.value_or("LogStreamName") == "LastEventTime";
  if (by_time && in.logStreamNamePrefix)
    co_return invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
  LogStore store = store_of(request);
  auto record = co_await store.group(group);
  if (!record) co_return no_group();
  auto found = co_await store.streams(group);
  std::erase_if(found, [&](auto& s) { return !s.first.starts_with(in.logStreamNamePrefix.value_or("")); });
  if (by_time)
    std::ranges::stable_sort(found, {}, [](auto& s) { return s.second.last_ms.value_or(0); });
  if (in.descending.value_or(false)) std::ranges::reverse(found);

  size_t start = 0;
  if (in.nextToken) {
    auto after = base64_decode(*in.nextToken);
    auto at = after ? std::ranges::find(found, *after, [](auto& s) { return s.first; }) : found.end();
    if (at == found.end()) co_return invalid_parameter("The specified nextToken is invalid.");
    start = static_cast<size_t>(at - found.begin()) + 1;
  }
  DescribeLogStreamsOutput out;
  size_t limit = static_cast<size_t>(in.limit.value_or(50));
  for (size_t i = start; i < found.size(); ++i) {
    if (out.logStreams.size() == limit) {
      out.nextToken = base64_encode(found[i - 1].first);
      break;
    }
    auto& [name, stream] = found[i];
    LogStream shown;
    shown.logStreamName = name;
    shown.creationTime = stream.created_ms;
    shown.firstEventTimestamp = stream.first_ms;
    shown.lastEventTimestamp = stream.last_ms;
    shown.lastIngestionTime = stream.ingested_ms;
    shown.uploadSequenceToken = std::to_string(stream.sequence);
    shown.arn = request.arn("logs", "log-group:" + group + ":log-stream:" + name);
    out.logStreams.push_back(std::move(shown));
  }
  co_return out;
}

}  // namespace thaw::logs
