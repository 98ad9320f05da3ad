#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "services/logs/filter_pattern.h"
#include "services/logs/service.h"

namespace thaw::logs {
namespace {

constexpr int64_t day_ms = 86'400'000;
constexpr int64_t too_new_ms = 2 * 3'600'000;
constexpr int64_t too_old_ms = 14 * day_ms;
constexpr int64_t batch_span_ms = day_ms;
constexpr int64_t trim_interval_ms = 3'600'000;
constexpr size_t batch_bytes_max = 1'048'576;
constexpr size_t event_overhead_bytes = 26;
constexpr size_t answer_bytes_max = 1'048'576;

int64_t horizon_ms(const GroupRecord& group, int64_t now_ms) {
  return group.retention_days ? now_ms - *group.retention_days * day_ms : std::numeric_limits<int64_t>::min();
}

// "f/TIME/SEQUENCE" and "b/TIME/SEQUENCE": read on from, or back from, that position.
std::string token_of(char direction, Position at) {
  return std::string(1, direction) + "/" + std::to_string(at.time_ms) + "/" + std::to_string(at.sequence);
}

std::optional<std::pair<char, Position>> parse_token(const std::string& token) {
  auto parts = split(token, '/');
  if (parts.size() != 3 || (parts[0] != "f" && parts[0] != "b")) return std::nullopt;
  Position at;
  for (auto [part, to] : {std::pair(parts[1], &at.time_ms), std::pair(parts[2], &at.sequence)}) {
    auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), *to);
    if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  }
  return std::pair(parts[0][0], at);
}

// What PutLogEvents refuses of a whole batch, in AWS's words.
Result<void> check_batch(const std::vector<InputLogEvent>& events) {
  size_t bytes = 0;
  int64_t previous = std::numeric_limits<int64_t>::min();
  for (const InputLogEvent& event : events) {
    if (event.timestamp < previous)
      return invalid_parameter("Log events in a single PutLogEvents request must be in chronological order.");
    previous = event.timestamp;
    bytes += event.message.size() + event_overhead_bytes;
  }
  if (events.back().timestamp - events.front().timestamp > batch_span_ms)
    return invalid_parameter(
        "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  if (bytes > batch_bytes_max)
    return invalid_parameter("Upload too large: " + std::to_string(bytes) + " bytes exceeds limit of 1048576");
  return {};
}

}  // namespace

Task<Result<PutLogEventsOutput>> Logs::put_log_events(Request& request, const PutLogEventsInput& in) {
  CO_CHECK_OK(check_batch(in.logEvents));
  LogStore store = store_of(request);
  auto group = co_await store.group(in.logGroupName);
  if (!group) co_return no_group();
  auto stream = co_await store.stream(in.logGroupName, in.logStreamName);
  if (!stream) co_return no_stream();
  int64_t now = request.clock->now_ms();
  int64_t horizon = horizon_ms(*group, now);
  RejectedLogEventsInfo rejected;
  bool any_rejected = false;
  for (size_t i = 0; i < in.logEvents.size(); ++i) {
    const InputLogEvent& event = in.logEvents[i];
    auto index = static_cast<int32_t>(i);
    any_rejected = true;
    if (event.timestamp > now + too_new_ms) {
      if (!rejected.tooNewLogEventStartIndex) rejected.tooNewLogEventStartIndex = index;
    } else if (event.timestamp < horizon) {
      rejected.expiredLogEventEndIndex = index + 1;
    } else if (event.timestamp < now - too_old_ms) {
      rejected.tooOldLogEventEndIndex = index + 1;
    } else {
      any_rejected =
          rejected.tooNewLogEventStartIndex || rejected.expiredLogEventEndIndex || rejected.tooOldLogEventEndIndex;
      store.put_event(in.logGroupName, in.logStreamName, {event.timestamp, stream->sequence++, now, event.message});
      stream->first_ms = std::min(stream->first_ms.value_or(event.timestamp), event.timestamp);
      stream->last_ms = std::max(stream->last_ms.value_or(event.timestamp), event.timestamp);
      stream->bytes += static_cast<int64_t>(event.message.size() + event_overhead_bytes);
    }
  }
  stream->ingested_ms = now;
  if (group->retention_days && now - stream->trimmed_ms > trim_interval_ms) {
    store.clear_events_before(in.logGroupName, in.logStreamName, horizon);
    stream->trimmed_ms = now;
  }
  store.put_stream(in.logGroupName, in.logStreamName, *stream);
  request.tx().relaxed();
  PutLogEventsOutput out;
  out.nextSequenceToken = std::to_string(stream->sequence);
  if (any_rejected) out.rejectedLogEventsInfo = rejected;
  co_return out;
}

Task<Result<GetLogEventsOutput>> Logs::get_log_events(Request& request, const GetLogEventsInput& in) {
  CO_TRY(std::string group_name, group_of(in.logGroupName, in.logGroupIdentifier));
  LogStore store = store_of(request);
  auto group = co_await store.group(group_name);
  if (!group) co_return no_group();
  auto stream = co_await store.stream(group_name, in.logStreamName);
  if (!stream) co_return no_stream();

  Position from{std::max(in.startTime.value_or(0), horizon_ms(*group, request.clock->now_ms())), 0};
  Position to{in.endTime.value_or(std::numeric_limits<int64_t>::max()), 0};
  bool backward = !in.startFromHead.value_or(false);
  if (in.nextToken) {
    auto token = parse_token(*in.nextToken);
    if (!token) co_return invalid_parameter("The specified nextToken is invalid.");
    backward = token->first == 'b';
    if (backward)
      to = std::min(to, token->second);
    else
      from = std::max(from, token->second);
  }
  auto events = co_await store.events(group_name, in.logStreamName, from, to,
                                      static_cast<size_t>(in.limit.value_or(10'000)), backward);
  size_t bytes = 0, kept = 0;
  while (kept < events.size() && (kept == 0 || bytes + events[kept].message.size() <= answer_bytes_max))
    bytes += events[kept++].message.size() + event_overhead_bytes;
  events.resize(kept);
  if (backward) std::ranges::reverse(events);

  GetLogEventsOutput out;
  for (Event& event : events) out.events.push_back({event.time_ms, std::move(event.message), event.ingested_ms});
  // At the end of the stream the same token comes back, as AWS's does.
  Position first = events.empty() ? (backward ? to : from) : Position{events.front().time_ms, events.front().sequence};
  Position last = events.empty() ? (backward ? to : from) : Position{events.back().time_ms, events.back().sequence + 1};
  out.nextBackwardToken = token_of('b', first);
  out.nextForwardToken = token_of('f', last);
  co_return out;
}

Task<Result<FilterLogEventsOutput>> Logs::filter_log_events(Request& request, const FilterLogEventsInput& in) {
  CO_TRY(std::string group_name, group_of(in.logGroupName, in.logGroupIdentifier));
  CO_TRY(FilterPattern pattern, FilterPattern::parse(in.filterPattern.value_or("")));
  if (in.logStreamNames && in.logStreamNamePrefix)
    co_return invalid_parameter("Only one of logStreamNames and logStreamNamePrefix can be specified.");
  LogStore store = store_of(request);
  auto group = co_await store.group(group_name);
  if (!group) co_return no_group();

  Position from{std::max(in.startTime.value_or(0), horizon_ms(*group, request.clock->now_ms())), 0};
  Position to{in.endTime ? *in.endTime + 1 : std::numeric_limits<int64_t>::max(), 0};
  // The token names the last event that was answered: "STREAM" of equal positions sort by name.
  std::string after_stream;
  bool resumed = false;
  if (in.nextToken) {
    auto decoded = base64_decode(*in.nextToken);
    size_t slash = decoded ? decoded->rfind('|') : std::string::npos;
    auto token = slash == std::string::npos ? std::nullopt : parse_token(decoded->substr(slash + 1));
    if (!token) co_return invalid_parameter("The specified nextToken is invalid.");
    from = token->second;
    after_stream = decoded->substr(0, slash);
    resumed = true;
  }

  struct Candidate {
    Event event;
    std::string stream;
  };
  std::vector<Candidate> candidates;
  auto streams = co_await store.streams(group_name);
  for (auto& [name, record] : streams) {
    if (in.logStreamNames && std::ranges::find(*in.logStreamNames, name) == in.logStreamNames->end()) continue;
    if (!name.starts_with(in.logStreamNamePrefix.value_or(""))) continue;
    if (!record.last_ms || *record.last_ms < from.time_ms) continue;
    auto events = co_await store.events(group_name, name, from, to, 0, false);
    for (Event& event : events) {
      Position at{event.time_ms, event.sequence};
      if (resumed && at == from && name <= after_stream) continue;
      if (pattern.matches(event.message)) candidates.push_back({std::move(event), name});
    }
  }
  std::ranges::sort(candidates, {}, [](const Candidate& c) {
    return std::tuple(c.event.time_ms, c.event.sequence, std::string_view(c.stream));
  });

  FilterLogEventsOutput out;
  size_t limit = static_cast<size_t>(in.limit.value_or(10'000));
  size_t bytes = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    auto& [event, stream] = candidates[i];
    if (i == limit || (i > 0 && bytes + event.message.size() > answer_bytes_max)) {
      const auto& last = candidates[i - 1];
      out.nextToken = base64_encode(last.stream + "|" + token_of('f', {last.event.time_ms, last.event.sequence}));
      break;
    }
    bytes += event.message.size() + event_overhead_bytes;
    std::string id = std::to_string(event.time_ms) + std::to_string(event.sequence + 1'000'000);
    out.events.push_back({stream, event.time_ms, event.message, event.ingested_ms, std::move(id)});
  }
  co_return out;
}

}  // namespace thaw::logs
