#include "services/logs/store.h"

#include <limits>

namespace thaw::logs {
namespace {

const kv::Subspace& group_space() {
  static const kv::Subspace space{"logs", "group"};
  return space;
}
const kv::Subspace& stream_space() {
  static const kv::Subspace space{"logs", "stream"};
  return space;
}
const kv::Subspace& event_space() {
  static const kv::Subspace space{"logs", "event"};
  return space;
}

std::string encode_event(const Event& event) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(event.ingested_ms >> shift));
  return out + event.message;
}

Event decode_event(const std::string& key, const std::string& prefix, const std::string& value) {
  Event out;
  kv::KeyReader reader(key, prefix);
  out.time_ms = reader.number().value_or(0);
  out.sequence = reader.number().value_or(0);
  if (value.size() < 8) return out;
  for (int i = 0; i < 8; ++i) out.ingested_ms = (out.ingested_ms << 8) | static_cast<unsigned char>(value[i]);
  out.message = value.substr(8);
  return out;
}

}  // namespace

void GroupRecord::describe(api::Fields& f) {
  using Self = GroupRecord;
  MEMBER(created_ms);
  MEMBER(retention_days);
  MEMBER(kms_key_id);
  MEMBER(log_class);
  MEMBER(tags);
}
void StreamRecord::describe(api::Fields& f) {
  using Self = StreamRecord;
  MEMBER(created_ms);
  MEMBER(sequence);
  MEMBER(first_ms);
  MEMBER(last_ms);
  MEMBER(ingested_ms);
  MEMBER(bytes);
  MEMBER(trimmed_ms);
}

Task<std::optional<GroupRecord>> LogStore::group(std::string name) {
  auto bytes = co_await tx_.get(group_space().key(account_, region_, name));
  co_return bytes ? api::decode_record<GroupRecord>(*bytes) : std::nullopt;
}

void LogStore::put_group(const std::string& name, const GroupRecord& record) {
  tx_.set(group_space().key(account_, region_, name), api::encode_record(record));
}

void LogStore::clear_group(const std::string& name) {
  tx_.clear(group_space().key(account_, region_, name));
  auto [streams_begin, streams_end] = stream_space().range(account_, region_, name);
  tx_.clear_range(streams_begin, streams_end);
  auto [events_begin, events_end] = event_space().range(account_, region_, name);
  tx_.clear_range(events_begin, events_end);
}

Task<std::vector<std::pair<std::string, GroupRecord>>> LogStore::groups(std::string prefix, std::string after,
                                                                        size_t limit) {
  kv::Subspace space = group_space().sub(account_, region_);
  auto [begin, end] = space.range();
  if (!after.empty()) begin = space.key(after) + '\0';
  std::vector<std::pair<std::string, GroupRecord>> out;
  auto found = co_await tx_.range(begin, end);
  for (auto& [key, value] : found) {
    auto name = kv::KeyReader(key, space.prefix()).text();
    auto record = api::decode_record<GroupRecord>(value);
    if (!name || !record || !name->starts_with(prefix)) continue;
    out.push_back({std::move(*name), std::move(*record)});
    if (out.size() == limit) break;
  }
  co_return out;
}

Task<std::optional<StreamRecord>> LogStore::stream(std::string group, std::string name) {
  auto bytes = co_await tx_.get(stream_space().key(account_, region_, group, name));
  co_return bytes ? api::decode_record<StreamRecord>(*bytes) : std::nullopt;
}

void LogStore::put_stream(const std::string& group, const std::string& name, const StreamRecord& record) {
  tx_.set(stream_space().key(account_, region_, group, name), api::encode_record(record));
}

void LogStore::clear_stream(const std::string& group, const std::string& name) {
  tx_.clear(stream_space().key(account_, region_, group, name));
  auto [begin, end] = event_space().range(account_, region_, group, name);
  tx_.clear_range(begin, end);
}

Task<std::vector<std::pair<std::string, StreamRecord>>> LogStore::streams(std::string group) {
  kv::Subspace space = stream_space().sub(account_, region_, group);
  auto [begin, end] = space.range();
  std::vector<std::pair<std::string, StreamRecord>> out;
  auto found = co_await tx_.range(begin, end);
  for (auto& [key, value] : found) {
    auto name = kv::KeyReader(key, space.prefix()).text();
    auto record = api::decode_record<StreamRecord>(value);
    if (name && record) out.push_back({std::move(*name), std::move(*record)});
  }
  co_return out;
}

void LogStore::put_event(const std::string& group, const std::string& stream, const Event& event) {
  tx_.set(event_space().key(account_, region_, group, stream, event.time_ms, event.sequence), encode_event(event));
}

Task<std::vector<Event>> LogStore::events(std::string group, std::string stream, Position from, Position to,
                                          size_t limit, bool reverse) {
  kv::Subspace space = event_space().sub(account_, region_, group, stream);
  kv::RangeOptions options{.limit = limit, .reverse = reverse, .snapshot = true};
  auto found = co_await tx_.range(space.key(from.time_ms, from.sequence), space.key(to.time_ms, to.sequence), options);
  std::vector<Event> out;
  out.reserve(found.size());
  for (auto& [key, value] : found) out.push_back(decode_event(key, space.prefix(), value));
  co_return out;
}

void LogStore::clear_events_before(const std::string& group, const std::string& stream, int64_t time_ms) {
  kv::Subspace space = event_space().sub(account_, region_, group, stream);
  tx_.clear_range(space.key(std::numeric_limits<int64_t>::min()), space.key(time_ms));
}

}  // namespace thaw::logs
