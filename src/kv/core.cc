// The store above every engine: begins and commits transactions, refuses those that conflict, wakes watches.
//
// A write becomes visible when it is as durable as its transaction asked for, never before: so no answer, not even of a
// read-only transaction, can depend on a write that may still be lost (but for relaxed ones, which asked for that). A
// transaction that conflicts with a commit still on its way to the disk is told so when that commit has arrived:
// its next attempt then sees it.
#include <deque>
#include <map>

#include "kv/conflicts.h"
#include "kv/engine.h"
#include "kv/transaction.h"
#include "kv/watches.h"

namespace thaw::kv {
namespace {

class CoreStore final : public Store {
 public:
  explicit CoreStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {
    engine_->on_settled([this](Settled settled) { settle(std::move(settled)); });
    adopt_if_opened();
  }

  Ready<std::unique_ptr<Transaction>> begin() override {
    adopt_if_opened();
    if (open_) return begin_now();
    return begin_when_open();
  }

  Task<Result<bool>> commit(std::unique_ptr<Transaction> transaction) override;

  Completion<Unit> watch(std::string begin, std::string end) override {
    return watches_.add(std::move(begin), std::move(end));
  }

  Task<Result<void>> ready() override {
    co_await wait_until_open();
    if (failure_) co_return std::unexpected(*failure_);
    co_return Result<void>{};
  }

  Durability durability() const override { return engine_->durability(); }

  Task<void> close() override {
    co_await wait_until_open();
    snapshot_.reset();  // it holds the engine's database
    co_await engine_->close();
    snapshot_.reset();  // of the last group
  }

 private:
  // Suspends until a submitted commit is settled.
  struct UntilSettled {
    std::shared_ptr<Pending> commit;
    bool await_ready() const noexcept { return commit->settled; }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { commit->waiter = waiter; }
    void await_resume() const noexcept {}
  };
  // A transaction that was refused because of a commit on its way, and what it had read.
  struct Refused {
    std::vector<std::string> keys;
    std::vector<KeyRange> ranges;
    std::coroutine_handle<> waiter;
  };
  // Suspends until everything up to a version is settled, and no later commit on its way would refuse it again.
  struct UntilVersion {
    CoreStore& store;
    uint64_t version;
    Refused refused;
    bool await_ready() const noexcept { return store.settled_version_ >= version; }
    void await_suspend(std::coroutine_handle<> waiter) {
      refused.waiter = waiter;
      store.refused_.emplace(version, &refused);
    }
    void await_resume() const noexcept {}
  };

  void adopt_if_opened() {
    if (open_) return;
    std::optional<Opened> opened = engine_->opened();
    if (!opened) return;
    open_ = true;
    last_version_ = settled_version_ = visible_version_ = opened->version;
    window_.start(opened->version);
    often_->advance(opened->version);
    snapshot_ = opened->snapshot;
    failure_ = opened->error;
  }
  Task<void> wait_until_open() {
    adopt_if_opened();
    if (open_) co_return;
    Completion<Unit> opening = engine_->opening();
    co_await opening;
    adopt_if_opened();
  }
  Task<std::unique_ptr<Transaction>> begin_when_open() {
    co_await wait_until_open();
    co_return begin_now();
  }
  std::unique_ptr<Transaction> begin_now() {
    return std::make_unique<SnapshotTransaction>(active_, often_, snapshot_, visible_version_);
  }

  void settle(Settled settled);
  void resume_refused();

  std::unique_ptr<Engine> engine_;
  bool open_ = false;
  std::optional<Error> failure_;  // why nothing can be written any more
  uint64_t last_version_ = 0;     // given to a commit
  uint64_t settled_version_ = 0;  // every commit up to it is applied or has failed
  uint64_t visible_version_ = 0;  // of snapshot_
  std::shared_ptr<Snapshot> snapshot_;
  std::shared_ptr<ActiveVersions> active_ = std::make_shared<ActiveVersions>();
  std::shared_ptr<OftenRead> often_ = std::make_shared<OftenRead>();
  ConflictWindow window_;
  Watches watches_;
  std::multimap<uint64_t, Refused*> refused_;  // by the version that they wait for, in order of arrival
};

Task<Result<bool>> CoreStore::commit(std::unique_ptr<Transaction> transaction) {
  auto* mine = static_cast<SnapshotTransaction*>(transaction.get());
  if (mine->error()) co_return std::unexpected(*mine->error());
  if (mine->writes_anything()) {
    if (failure_) co_return std::unexpected(*failure_);
    uint64_t by = window_.conflict(mine->read_version(), mine->read_keys(), mine->read_ranges());
    if (by != 0) {
      Refused refused{mine->read_keys(), mine->read_ranges(), {}};
      transaction.reset();
      co_await UntilVersion{*this, by, std::move(refused)};
      co_return false;
    }
  }
  std::vector<std::function<void()>> hooks = mine->take_hooks();
  if (mine->writes_anything()) {
    auto pending = std::make_shared<Pending>();
    pending->batch = mine->take_batch(++last_version_);
    window_.add(pending->batch);
    transaction.reset();
    window_.forget_up_to(active_->oldest_or(visible_version_));
    engine_->submit(pending);
    co_await UntilSettled{pending};
    if (pending->error) co_return std::unexpected(*pending->error);
  }
  for (auto& hook : hooks) hook();
  co_return true;
}

void CoreStore::settle(Settled settled) {
  if (settled.group.empty() && !settled.error) return;
  if (!settled.group.empty()) settled_version_ = settled.group.back()->batch.version;
  // A group that failed changed nothing, so the snapshot from before it is the state after it too.
  visible_version_ = settled_version_;
  often_->advance(visible_version_);
  if (!settled.error) {
    for (const auto& commit : settled.group) often_->forget(commit->batch);
  }
  if (settled.snapshot) snapshot_ = std::move(settled.snapshot);
  if (settled.refuse_further) failure_ = settled.error;
  for (auto& commit : settled.group) {
    commit->settled = true;
    commit->error = settled.error;
    if (!settled.error) watches_.fire(commit->batch);
  }
  resume_refused();  // first: those who have committed may at once begin what would refuse them again
  for (auto& commit : settled.group) {
    if (commit->waiter) std::exchange(commit->waiter, {}).resume();
  }
}

// Of many that want to write one key, one gets through with each group. The others would only run into it, so they
// wait on, in their order, without using up their attempts.
void CoreStore::resume_refused() {
  while (!refused_.empty() && refused_.begin()->first <= settled_version_) {
    auto node = refused_.extract(refused_.begin());
    Refused& refused = *node.mapped();
    if (uint64_t by = window_.conflict(settled_version_, refused.keys, refused.ranges); by > settled_version_) {
      node.key() = by;
      refused_.insert(std::move(node));
    } else {
      refused.waiter.resume();
    }
  }
}

}  // namespace

std::unique_ptr<Store> make_store(std::unique_ptr<Engine> engine) {
  return std::make_unique<CoreStore>(std::move(engine));
}

}  // namespace thaw::kv
