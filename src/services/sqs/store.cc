#include "services/sqs/store.h"

#include <limits>

#include "base/arn.h"
#include "kv/subspace.h"

namespace thaw::sqs {
namespace {

const kv::Subspace queue_space{"sqs", "queue"};
const kv::Subspace state_space{"sqs", "state"};
const kv::Subspace message_space{"sqs", "message"};
const kv::Subspace dedup_space{"sqs", "dedup"};
const kv::Subspace due_space{"sqs", "dedup due"};
const kv::Subspace task_space{"sqs", "task"};
const kv::Subspace running_space{"sqs", "running"};

constexpr size_t parsed_max = 10'000;
constexpr char state_version = 1;
constexpr size_t state_bytes_min = 50;

void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}
uint64_t take(std::string_view& from, int bytes) {
  uint64_t out = 0;
  for (int i = 0; i < bytes; ++i) out |= static_cast<uint64_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  from.remove_prefix(bytes);
  return out;
}

}  // namespace

void QueueRecord::describe(api::Fields& f) {
  using Self = QueueRecord;
  MEMBER(id);
  MEMBER(account);
  MEMBER(region);
  MEMBER(name);
  MEMBER(attributes);
  MEMBER(tags);
  MEMBER(created_s);
  MEMBER(modified_s);
  MEMBER(purged_ms);
}
void MessageRecord::describe(api::Fields& f) {
  using Self = MessageRecord;
  MEMBER(id);
  MEMBER(body);
  MEMBER(sender);
  MEMBER(attributes);
  MEMBER(system_attributes);
  MEMBER(group);
  MEMBER(deduplication_id);
  MEMBER(source_arn);
}
void DedupRecord::describe(api::Fields& f) {
  using Self = DedupRecord;
  MEMBER(until_ms);
  MEMBER(sequence);
  MEMBER(id);
}
void TaskRecord::describe(api::Fields& f) {
  using Self = TaskRecord;
  MEMBER(id);
  MEMBER(queue);
  MEMBER(started_ms);
  MEMBER(status);
  MEMBER(source_arn);
  MEMBER(destination_arn);
  MEMBER(per_second);
  MEMBER(moved);
  MEMBER(to_move);
  MEMBER(failure);
}
QueueName TaskRecord::source() const { return parse_queue_arn(source_arn).value_or(QueueName{}); }

std::string MessageState::encode() const {
  std::string out(1, state_version);
  out.reserve(state_bytes_min + group.size());
  put(out, static_cast<uint64_t>(sent_ms), 8);
  put(out, static_cast<uint64_t>(due_ms), 8);
  put(out, static_cast<uint64_t>(first_ms), 8);
  put(out, static_cast<uint64_t>(last_ms), 8);
  put(out, static_cast<uint32_t>(receives), 4);
  put(out, static_cast<uint32_t>(receives_here), 4);
  put(out, in_flight ? 1 : 0, 1);
  put(out, nonce, 8);
  out += group;
  return out;
}

std::optional<MessageState> MessageState::decode(std::string_view bytes) {
  if (bytes.size() < state_bytes_min || bytes[0] != state_version) return std::nullopt;
  bytes.remove_prefix(1);
  MessageState out;
  out.sent_ms = static_cast<int64_t>(take(bytes, 8));
  out.due_ms = static_cast<int64_t>(take(bytes, 8));
  out.first_ms = static_cast<int64_t>(take(bytes, 8));
  out.last_ms = static_cast<int64_t>(take(bytes, 8));
  out.receives = static_cast<int32_t>(take(bytes, 4));
  out.receives_here = static_cast<int32_t>(take(bytes, 4));
  out.in_flight = take(bytes, 1) != 0;
  out.nonce = take(bytes, 8);
  out.group = bytes;
  return out;
}

std::optional<QueueName> parse_queue_arn(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "sqs") return std::nullopt;
  return QueueName{arn->account, arn->region, arn->resource};
}

namespace keys {

std::string queue(const QueueName& name) { return queue_space.key(name.account, name.region, name.name); }
std::pair<std::string, std::string> queues(const std::string& account, const std::string& region,
                                           std::string_view prefix) {
  std::string begin = queue_space.key(account, region, prefix);
  begin.pop_back();  // the zero that ends a part: without it the key is where names with this prefix begin
  return {begin, begin + '\xFF'};
}
std::string state(const std::string& queue, int64_t sequence) { return state_space.key(queue, sequence); }
std::pair<std::string, std::string> states(const std::string& queue) { return state_space.range(queue); }
std::optional<int64_t> sequence_of_state(std::string_view key, const std::string& queue) {
  return kv::KeyReader(key, state_space.key(queue)).number();
}
std::string message(const std::string& queue, int64_t sequence) { return message_space.key(queue, sequence); }
std::pair<std::string, std::string> messages(const std::string& queue) { return message_space.range(queue); }
std::string dedup(const std::string& queue, const std::string& scope, const std::string& id) {
  return dedup_space.key(queue, scope, id);
}
std::pair<std::string, std::string> dedups(const std::string& queue) { return dedup_space.range(queue); }
std::string dedup_due(const std::string& queue, int64_t until_ms, const std::string& scope, const std::string& id) {
  return due_space.key(queue, until_ms, scope, id);
}
std::pair<std::string, std::string> dedups_due(const std::string& queue, int64_t before_ms) {
  return {due_space.key(queue, std::numeric_limits<int64_t>::min()), due_space.key(queue, before_ms)};
}
std::pair<std::string, std::string> all_dedups_due(const std::string& queue) { return due_space.range(queue); }
std::optional<std::string> dedup_of_due(std::string_view key, const std::string& queue) {
  std::string prefix = due_space.key(queue);
  kv::KeyReader reader(key, prefix);
  auto until = reader.number();
  auto scope = reader.text();
  auto id = reader.text();
  if (!until || !scope || !id) return std::nullopt;
  return dedup(queue, *scope, *id);
}
std::string task(const TaskRecord& task) { return task_space.key(task.queue, task.started_ms, task.id); }
std::pair<std::string, std::string> tasks(const std::string& queue) { return task_space.range(queue); }
std::string running(const TaskRecord& task) { return running_space.key(task.queue, task.started_ms, task.id); }
std::pair<std::string, std::string> running_of(const std::string& queue) { return running_space.range(queue); }
std::pair<std::string, std::string> all_running() { return running_space.range(); }

}  // namespace keys

Task<QueueRef> Queues::find(kv::Transaction& tx, QueueName name) {
  std::string key = keys::queue(name);
  std::optional<std::string> bytes = co_await tx.get_often(key);
  if (!bytes) {
    parsed_.erase(key);
    co_return nullptr;
  }
  auto known = parsed_.find(key);
  if (known != parsed_.end() && known->second.bytes == *bytes) co_return known->second.queue;
  QueueRef queue = parse(*bytes);
  if (!queue) co_return nullptr;
  if (parsed_.size() >= parsed_max) parsed_.clear();
  parsed_[key] = {std::move(*bytes), queue};
  co_return queue;
}

QueueRef Queues::parse(const std::string& bytes) {
  auto record = api::decode_record<QueueRecord>(bytes);
  if (!record) return nullptr;
  auto queue = std::make_shared<Queue>();
  queue->settings = settings_of(record->attributes, record->fifo());
  queue->record = std::move(*record);
  return queue;
}

void Queues::put(kv::Transaction& tx, const QueueRecord& record) {
  tx.set(keys::queue({record.account, record.region, record.name}), api::encode_record(record));
}

}  // namespace thaw::sqs
