// Engine: what keeps the bytes. The core (core.h) above it does transactions, conflicts and watches; an engine only
// gives snapshots and applies commits in order, in groups, and says when they are durable.
//
// Thread-safety: everything here is called on the loop's thread; an engine that works on other threads comes back with
// Loop::post().
#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "kv/store.h"

namespace thaw::kv {

// Walks a range of a snapshot. The key and value are valid until the next move.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual void next() = 0;
  // Forward cursors: to the first key >= `key`. Reverse cursors: to the last key < `key`.
  virtual void seek(std::string_view key) = 0;
};

// The state after some commit; does not change. Throws StoreFailure when the disk cannot be read.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  // Placed at the first key of [begin, end) in its direction.
  virtual std::unique_ptr<Cursor> cursor(std::string_view begin, std::string_view end, bool reverse) = 0;
};

struct Write {
  enum class Kind : uint8_t { set, clear, add };
  Kind kind = Kind::set;
  std::string value;  // of set
  int64_t delta = 0;  // of add
};

using KeyRange = std::pair<std::string, std::string>;

// What one transaction writes: the ranges are cleared first, then the writes and appends are applied.
struct CommitBatch {
  uint64_t version = 0;  // > every version before it
  bool relaxed = false;
  size_t bytes = 0;
  std::vector<KeyRange> cleared;
  std::vector<std::pair<std::string, Write>> writes;
};

struct Pending {
  CommitBatch batch;
  bool settled = false;
  std::optional<Error> error;
  std::coroutine_handle<> waiter;
};

// A group of commits whose fate is known, in the order in which they were submitted.
struct Settled {
  std::vector<std::shared_ptr<Pending>> group;
  std::optional<Error> error;          // none: all are applied and as durable as they asked for
  bool refuse_further = false;         // the engine can no longer keep promises: no write may follow
  std::shared_ptr<Snapshot> snapshot;  // the state after the group; null when it failed
};

struct Opened {
  uint64_t version = 0;  // >= every version that was ever applied
  std::shared_ptr<Snapshot> snapshot;
  std::optional<Error> error;  // the store cannot be opened
};

class Engine {
 public:
  virtual ~Engine() = default;

  // What opening came to, or nothing while it is under way; then opening() becomes set when it is over. The snapshot is
  // given out once.
  virtual std::optional<Opened> opened() = 0;
  virtual Completion<Unit> opening() = 0;

  // Called for each group, on the loop's thread; set once, before the first submit().
  virtual void on_settled(std::function<void(Settled)> sink) = 0;
  // Queues a commit. The sink may be called within the call.
  virtual void submit(std::shared_ptr<Pending> commit) = 0;

  virtual Durability durability() const = 0;
  // Makes everything durable and stops. Nothing may be submitted afterwards.
  virtual Task<void> close() = 0;
};

// The store over an engine.
std::unique_ptr<Store> make_store(std::unique_ptr<Engine> engine);

std::string encode_counter(int64_t value);
// The engine's end of add(): a value of another length than 8 bytes is cut, or filled up with zeros.
int64_t decode_counter_bytes(std::string_view value);

}  // namespace thaw::kv
