// What Logs keeps, and where. The only files that spell keys are this and store.cc.
//
//   logs group  ACCOUNT REGION GROUP                        -> GroupRecord
//   logs stream ACCOUNT REGION GROUP STREAM                 -> StreamRecord
//   logs event  ACCOUNT REGION GROUP STREAM TIME SEQUENCE   -> 8 bytes ingestion time (big-endian), then the message
#pragma once

#include "api/record.h"
#include "base/arn.h"
#include "kv/store.h"
#include "kv/subspace.h"
#include "services/logs/api.h"

namespace thaw::logs {

struct GroupRecord {
  int64_t created_ms = 0;
  std::optional<int32_t> retention_days;
  std::optional<std::string> kms_key_id;
  std::string log_class = "STANDARD";
  Tags tags;
  static void describe(api::Fields& f);
};

struct StreamRecord {
  int64_t created_ms = 0;
  int64_t sequence = 0;  // of the next event: orders events of one millisecond
  std::optional<int64_t> first_ms, last_ms, ingested_ms;
  int64_t bytes = 0;
  int64_t trimmed_ms = 0;  // when events past the retention were last deleted
  static void describe(api::Fields& f);
};

struct Event {
  int64_t time_ms = 0;
  int64_t sequence = 0;
  int64_t ingested_ms = 0;
  std::string message;
};

// Where an event stands within its stream.
struct Position {
  int64_t time_ms = 0;
  int64_t sequence = 0;
  auto operator<=>(const Position&) const = default;
};

class LogStore {
 public:
  LogStore(kv::Transaction& tx, const AccountId& account, const Region& region)
      : tx_(tx), account_(account.str()), region_(region.str()) {}

  Task<std::optional<GroupRecord>> group(std::string name);
  void put_group(const std::string& name, const GroupRecord& record);
  // Removes the group, its streams and events.
  void clear_group(const std::string& name);
  // Groups by name after `after`, `limit` at most.
  Task<std::vector<std::pair<std::string, GroupRecord>>> groups(std::string prefix, std::string after, size_t limit);

  Task<std::optional<StreamRecord>> stream(std::string group, std::string name);
  void put_stream(const std::string& group, const std::string& name, const StreamRecord& record);
  void clear_stream(const std::string& group, const std::string& name);
  Task<std::vector<std::pair<std::string, StreamRecord>>> streams(std::string group);

  void put_event(const std::string& group, const std::string& stream, const Event& event);
  // Events at positions in [from, to), `limit` at most; the latest first when reverse.
  Task<std::vector<Event>> events(std::string group, std::string stream, Position from, Position to, size_t limit,
                                  bool reverse);
  void clear_events_before(const std::string& group, const std::string& stream, int64_t time_ms);

 private:
  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::logs
