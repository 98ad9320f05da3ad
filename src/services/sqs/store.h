// What SQS keeps, and its keys. The only file that spells keys.
//
//   sqs queue ACCOUNT REGION NAME     QueueRecord
//   sqs state QUEUE SEQ               MessageState: small, changes with every receive; a queue is loaded by reading
//   these sqs message QUEUE SEQ             MessageRecord: body and attributes, written once sqs dedup QUEUE SCOPE ID
//   DedupRecord: what was sent within five minutes (FIFO) sqs dedup due QUEUE TIME SCOPE ID    the same in the order in
//   which it is forgotten sqs task QUEUE STARTED ID         TaskRecord: message move tasks of the dead-letter queue
//   QUEUE sqs running QUEUE STARTED ID      of those, which are not finished: what a start goes on with
//
// QUEUE is the id of a queue: one that is made anew under the same name has another, so nothing of the old one is seen.
// SEQ grows with every message of every queue.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/record.h"
#include "kv/store.h"
#include "services/sqs/api.h"
#include "services/sqs/attributes.h"

namespace thaw::sqs {

struct QueueRecord {
  std::string id;
  std::string account;
  std::string region;
  std::string name;
  Texts attributes;  // as set; the rest are defaults
  Texts tags;
  int64_t created_s = 0;
  int64_t modified_s = 0;
  int64_t purged_ms = 0;
  static void describe(api::Fields& f);

  bool fifo() const { return name.ends_with(".fifo"); }
  std::string arn() const { return "arn:aws:sqs:" + region + ":" + account + ":" + name; }
};

// A queue as read: the record, and what its attributes mean. Shared and immutable.
struct Queue {
  QueueRecord record;
  Settings settings;
};
using QueueRef = std::shared_ptr<const Queue>;

// Which queue is meant.
struct QueueName {
  std::string account;
  std::string region;
  std::string name;
};

struct MessageRecord {
  std::string id;
  std::string body;
  std::string sender;
  AttributeValues attributes;
  AttributeValues system_attributes;
  std::optional<std::string> group;
  std::optional<std::string> deduplication_id;
  std::optional<std::string> source_arn;  // of the queue that gave up on it
  static void describe(api::Fields& f);
};

struct MessageState {
  int64_t sent_ms = 0;
  int64_t due_ms = 0;         // hidden until then
  int64_t first_ms = 0;       // first received; 0: never
  int64_t last_ms = 0;        // last received
  int32_t receives = 0;       // as shown
  int32_t receives_here = 0;  // in this queue: what the redrive policy counts
  bool in_flight = false;     // hidden since it was received; else it is delayed
  uint64_t nonce = 0;         // of the last receipt handle; 0: never received
  std::string group;          // of a FIFO queue, or of a fair one; may be empty

  std::string encode() const;
  static std::optional<MessageState> decode(std::string_view bytes);
  bool operator==(const MessageState&) const = default;
};

struct DedupRecord {
  int64_t until_ms = 0;
  int64_t sequence = 0;
  std::string id;
  static void describe(api::Fields& f);
};

struct TaskRecord {
  std::string id;
  std::string queue;  // the source's id
  int64_t started_ms = 0;
  std::string status;  // RUNNING, COMPLETED, CANCELLING, CANCELLED, FAILED
  QueueName source() const;
  std::string source_arn;
  std::optional<std::string> destination_arn;
  std::optional<int32_t> per_second;
  int64_t moved = 0;
  int64_t to_move = 0;
  std::optional<std::string> failure;
  static void describe(api::Fields& f);
};

// Account, region and name in an ARN of SQS; nothing when it is not one.
std::optional<QueueName> parse_queue_arn(std::string_view arn);

namespace keys {
std::string queue(const QueueName& name);
std::pair<std::string, std::string> queues(const std::string& account, const std::string& region,
                                           std::string_view prefix);
std::string state(const std::string& queue, int64_t sequence);
std::pair<std::string, std::string> states(const std::string& queue);
std::optional<int64_t> sequence_of_state(std::string_view key, const std::string& queue);
std::string message(const std::string& queue, int64_t sequence);
std::pair<std::string, std::string> messages(const std::string& queue);
std::string dedup(const std::string& queue, const std::string& scope, const std::string& id);
std::pair<std::string, std::string> dedups(const std::string& queue);
std::string dedup_due(const std::string& queue, int64_t until_ms, const std::string& scope, const std::string& id);
// Those that are forgotten before `before_ms`.
std::pair<std::string, std::string> dedups_due(const std::string& queue, int64_t before_ms);
std::pair<std::string, std::string> all_dedups_due(const std::string& queue);
// The key of sqs dedup that a key of sqs dedup due stands for.
std::optional<std::string> dedup_of_due(std::string_view key, const std::string& queue);
std::string task(const TaskRecord& task);
std::pair<std::string, std::string> tasks(const std::string& queue);
std::string running(const TaskRecord& task);
std::pair<std::string, std::string> running_of(const std::string& queue);
std::pair<std::string, std::string> all_running();
}  // namespace keys

// Reads queue records; keeps what it parsed, so that reading a queue costs one look-up.
class Queues {
 public:
  // Null when there is no such queue.
  Task<QueueRef> find(kv::Transaction& tx, QueueName name);
  QueueRef parse(const std::string& bytes);
  void put(kv::Transaction& tx, const QueueRecord& record);

 private:
  struct Parsed {
    std::string bytes;
    QueueRef queue;
  };
  std::map<std::string, Parsed> parsed_;  // by key
};

}  // namespace thaw::sqs
