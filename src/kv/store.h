// Store: one ordered, transactional key-value store, in the manner of FoundationDB. A service's data is a subspace of
// keys; a request is one transaction. Engines: make_memory_store() for unit tests, open_rocksdb_store() otherwise.
//
// A transaction is serialisable and optimistic: it reads a snapshot, remembers what it read, buffers what it writes
// (and reads its own writes), and conflicts at commit when something it read was changed meanwhile. transact() then
// runs the function again, so the function must be idempotent and do no I/O but through its Transaction.
//
// Keys and values are bytes. Limits: key 1 byte to 16 KiB, value 8 MiB, one transaction 64 MiB of writes
// (LimitExceeded). Thread-safety: a Store may be used from the loop's thread only; a Transaction belongs to one
// coroutine.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"

namespace thaw::kv {

struct KeyValue {
  std::string key;
  std::string value;
};

struct RangeOptions {
  size_t limit = 0;       // 0: no limit
  bool reverse = false;   // from the end of the range down
  bool snapshot = false;  // do not conflict with later writes into the range
};

class Transaction {
 public:
  virtual ~Transaction() = default;

  virtual Ready<std::optional<std::string>> get(std::string_view key) = 0;
  // A read that does not conflict: for hints and statistics.
  virtual Ready<std::optional<std::string>> get_snapshot(std::string_view key) = 0;
  // get() for records that nearly every request reads (a table's, a function's): the store keeps what it answers in
  // memory for as long as it does not change.
  virtual Ready<std::optional<std::string>> get_often(std::string_view key) = 0;
  // Keys in [begin, end).
  virtual Ready<std::vector<KeyValue>> range(std::string_view begin, std::string_view end,
                                             RangeOptions options = {}) = 0;

  virtual void set(std::string_view key, std::string_view value) = 0;
  virtual void clear(std::string_view key) = 0;
  virtual void clear_range(std::string_view begin, std::string_view end) = 0;
  // Atomic counter: adds to an 8-byte little-endian integer (absent counts as 0) without reading it, so never
  // conflicts.
  virtual void add(std::string_view key, int64_t delta) = 0;
  // Writes `value` at prefix + the commit's 10-byte versionstamp + a 2-byte order within the transaction: such keys
  // sort in the order of commits. Never conflicts. Not readable within this transaction.
  virtual void append(std::string_view prefix, std::string_view value) = 0;

  // Runs `fn` on the loop after this transaction has become durable; not at all when it is retried or fails.
  virtual void on_commit(std::function<void()> fn) = 0;
  // Makes commit wait for less: the write is durable soon, not before the answer (logs, metering).
  virtual void relaxed() = 0;
};

// Thrown by reads when the disk cannot be read, or the store could not be opened; transact() turns it into the Error
// "InternalFailure" (500).
struct StoreFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The value of an add() counter.
int64_t decode_counter(const std::optional<std::string>& value);

enum class Durability {
  fsync,   // on disk before commit answers
  os,      // handed to the operating system; a power cut may lose the last second
  memory,  // not kept at all
};

class Store {
 public:
  virtual ~Store() = default;

  // Runs `fn` in a transaction and commits it; again from the start on conflict, up to 100 times (then the Error
  // "TransactionConflict", 503). When `fn` answers an error nothing is written and the error is passed on. A failed
  // fsync or a full disk answers "InternalFailure"/"InsufficientStorage" (500/507): nothing is acknowledged.
  template <class T>
  Task<Result<T>> transact(std::function<Task<Result<T>>(Transaction&)> fn) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      std::unique_ptr<Transaction> transaction = co_await begin();
      Result<T> result = co_await attempt_in<T>(fn, *transaction);
      if (!result) co_return result;
      Result<bool> committed = co_await commit(std::move(transaction));
      if (!committed) co_return std::unexpected(committed.error());
      if (*committed) co_return result;
    }
    co_return fail("TransactionConflict", "The transaction conflicted with others too often; try again.", 503);
  }

  // The parts of transact(), for those who own their retry loop. commit() answers false on conflict.
  virtual Ready<std::unique_ptr<Transaction>> begin() = 0;
  virtual Task<Result<bool>> commit(std::unique_ptr<Transaction> transaction) = 0;

  // Becomes set at the first commit from now on that writes a key in [begin, end). A waiter that loses interest just
  // drops it.
  virtual Completion<Unit> watch(std::string begin, std::string end) = 0;

  // Waits until the store is open. Errors: "InternalFailure" with the reason why it cannot be opened.
  virtual Task<Result<void>> ready() = 0;

  virtual Durability durability() const = 0;
  // Waits until relaxed writes are durable too, then closes. No other call may follow.
  virtual Task<void> close() = 0;

 private:
  template <class T>
  static Task<Result<T>> attempt_in(std::function<Task<Result<T>>(Transaction&)>& fn, Transaction& transaction) {
    try {
      co_return co_await fn(transaction);
    } catch (const StoreFailure& failure) {
      co_return fail("InternalFailure", failure.what(), 500);
    }
  }
};

std::unique_ptr<Store> make_memory_store();

struct Faults;  // faults.h

struct RocksDbOptions {
  std::string directory;  // created when absent; locked while open
  Durability durability = Durability::fsync;
  size_t write_buffer_bytes = 16u << 20;
  size_t block_cache_bytes = 32u << 20;
  std::shared_ptr<Faults> faults;  // for tests; null: none
};
// Errors: "DataDirectoryInUse" (another process has it), "DataDirectoryNewer" (written by a newer release),
// "DataDirectoryUnusable". Opening is cheap and does its slow part in the background: the first transaction waits for
// it, ready() too. Durability::memory opens no directory: it is make_memory_store().
Result<std::unique_ptr<Store>> open_rocksdb_store(const RocksDbOptions& options);

}  // namespace thaw::kv
