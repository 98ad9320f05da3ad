// What only an engine on a disk does: it comes back after a restart, it has its directory alone, and its disk fails.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/test_loop.h"
#include "kv/faults.h"
#include "kv/store.h"
#include "kv/store_test.h"

namespace thaw::kv {
namespace {

class RocksDbTest : public testing::Test {
 protected:
  ~RocksDbTest() override { close(); }

  void open(Durability durability = Durability::fsync) {
    Result<std::unique_ptr<Store>> store =
        open_rocksdb_store({.directory = path(), .durability = durability, .faults = faults_});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }
  void close() {
    if (store_) loop_.run(store_->close());
    store_.reset();
  }
  std::string path() const { return directory_.path() + "/data"; }

  Result<bool> write(std::string key, std::string value, bool relaxed = false) {
    return loop_.run([](Store& store, std::string k, std::string v, bool relaxed) -> Task<Result<bool>> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      tx->set(k, v);
      tx->append("log/", v);
      if (relaxed) tx->relaxed();
      co_return co_await store.commit(std::move(tx));
    }(*store_, std::move(key), std::move(value), relaxed));
  }
  std::string all(std::string begin = "", std::string end = "l") {
    return loop_.run([](Store& store, std::string begin, std::string end) -> Task<std::string> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      std::string out;
      for (const auto& record : co_await tx->range(begin, end)) out += record.value + " ";
      co_return out;
    }(*store_, begin, end));
  }
  std::string log() { return all("log/", "log0"); }

  TestDirectory directory_;
  TestLoop loop_;
  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::unique_ptr<Store> store_;
};

TEST_F(RocksDbTest, KeepsWhatWasWrittenAndTheOrderOfAppends) {
  for (int restart = 0; restart < 4; ++restart) {
    open();
    EXPECT_TRUE(write("k" + std::to_string(restart), std::to_string(restart)));
    close();
  }
  open();
  EXPECT_EQ(all(), "0 1 2 3 ");
  EXPECT_EQ(log(), "0 1 2 3 ");
}

TEST_F(RocksDbTest, ClearingNothingKeepsTheOrderOfAppends) {
  auto clear_nothing = [&] {
    return loop_.run([](Store& store) -> Task<Result<bool>> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      tx->clear_range("x", "y");
      co_return co_await store.commit(std::move(tx));
    }(*store_));
  };
  open();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(clear_nothing());
  EXPECT_TRUE(write("a", "1"));
  close();
  open();
  EXPECT_TRUE(write("b", "2"));
  EXPECT_EQ(log(), "1 2 ");
}

TEST_F(RocksDbTest, CountersSurviveRestarts) {
  for (int i = 0; i < 3; ++i) {
    open();
    Result<bool> done = loop_.run([](Store& store) -> Task<Result<bool>> {
      std::unique_ptr<Transaction> tx = co_await store.begin();
      tx->add("n", 7);
      co_return co_await store.commit(std::move(tx));
    }(*store_));
    EXPECT_TRUE(done);
    close();
  }
  open();
  std::optional<std::string> value = loop_.run([](Store& store) -> Task<std::optional<std::string>> {
    std::unique_ptr<Transaction> tx = co_await store.begin();
    co_return co_await tx->get("n");
  }(*store_));
  EXPECT_EQ(decode_counter(value), 21);
}

TEST_F(RocksDbTest, HasItsDirectoryAlone) {
  open();
  EXPECT_TRUE(loop_.run(store_->ready()));
  Result<std::unique_ptr<Store>> second = open_rocksdb_store({.directory = path()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "DataDirectoryInUse");
  EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  struct stat info{};
  EXPECT_EQ(stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  close();
  open();
  EXPECT_TRUE(loop_.run(store_->ready()));
}

TEST_F(RocksDbTest, RefusesANewerFormatAndForeignFiles) {
  open();
  EXPECT_TRUE(loop_.run(store_->ready()));
  close();
  std::ofstream(path() + "/FORMAT") << "thaw data format 2\n";
  EXPECT_EQ(open_rocksdb_store({.directory = path()}).error().code, "DataDirectoryNewer");
  std::ofstream(path() + "/FORMAT") << "something else";
  EXPECT_EQ(open_rocksdb_store({.directory = path()}).error().code, "DataDirectoryUnusable");
  std::ofstream(directory_.path() + "/file") << "x";
  EXPECT_EQ(open_rocksdb_store({.directory = directory_.path() + "/file"}).error().code, "DataDirectoryUnusable");
}

TEST_F(RocksDbTest, ADatabaseThatCannotBeOpenedIsAnError) {
  open();
  EXPECT_TRUE(write("a", "1"));
  close();
  std::ofstream(path() + "/db/CURRENT") << "rubbish";
  open();
  Result<void> ready = loop_.run(store_->ready());
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, "InternalFailure");
  EXPECT_EQ(write("a", "1").error().code, "InternalFailure");
  Result<Unit> read = loop_.run(store_->transact<Unit>([](Transaction& tx) -> Task<Result<Unit>> {
    co_await tx.get("a");
    co_return Unit{};
  }));
  EXPECT_EQ(read.error().code, "InternalFailure");
}

TEST_F(RocksDbTest, AFailedSyncAcknowledgesNothingAndStopsAllWriting) {
  open();
  EXPECT_TRUE(write("a", "1"));
  faults_->failing_syncs = 1;
  Result<bool> failed = write("b", "2");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "InternalFailure");
  EXPECT_EQ(failed.error().status, 500);
  EXPECT_EQ(write("c", "3").error().code, "InternalFailure");
  EXPECT_EQ(all(), "1 ") << "what failed is not seen";
  close();
  open();
  EXPECT_TRUE(write("d", "4"));
  EXPECT_TRUE(all().starts_with("1 "));
}

TEST_F(RocksDbTest, AFailedWriteStopsAllWriting) {
  open();
  EXPECT_TRUE(write("a", "1"));
  faults_->failing_writes = 1;
  EXPECT_EQ(write("b", "2").error().code, "InternalFailure");
  EXPECT_EQ(write("c", "3").error().code, "InternalFailure");
  close();
  open();
  EXPECT_EQ(all(), "1 ");
}

TEST_F(RocksDbTest, AFullDiskIsAnErrorUntilThereIsSpace) {
  open();
  EXPECT_TRUE(write("a", "1"));
  faults_->disk_full = true;
  for (int i = 0; i < 3; ++i) {
    Result<bool> failed = write("b", "2");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, "InsufficientStorage");
    EXPECT_EQ(failed.error().status, 507);
  }
  EXPECT_EQ(all(), "1 ");
  faults_->disk_full = false;
  Result<bool> written = write("c", "3");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(all(), "1 3 ");
  EXPECT_EQ(log(), "1 3 ");
  close();
  open();
  EXPECT_EQ(all(), "1 3 ");
}

TEST_F(RocksDbTest, RelaxedWritesBeforeAFullDiskAreSavedWhenThereIsSpace) {
  open();
  EXPECT_TRUE(write("a", "1"));
  EXPECT_TRUE(write("b", "2", true));
  faults_->disk_full = true;
  EXPECT_EQ(write("c", "3").error().code, "InsufficientStorage");
  loop_.run_until([] { return false; }, std::chrono::milliseconds(100));  // the time to sync passes meanwhile
  EXPECT_EQ(write("d", "4").error().code, "InsufficientStorage");
  faults_->disk_full = false;
  EXPECT_TRUE(write("e", "5"));
  close();
  open();
  EXPECT_EQ(all(), "1 2 5 ");
}

TEST_F(RocksDbTest, FailedCommitsKeepTheOrderOfAppends) {
  open();
  EXPECT_TRUE(write("a", "1"));
  faults_->disk_full = true;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(write("b", "2"));
  faults_->disk_full = false;
  EXPECT_TRUE(write("c", "3"));
  close();
  open();
  EXPECT_TRUE(write("d", "4"));
  EXPECT_EQ(log(), "1 3 4 ");
}

TEST_F(RocksDbTest, RelaxedWritesAreNotSyncedAtOnceButSoon) {
  open();
  EXPECT_TRUE(write("a", "1"));
  EXPECT_TRUE(write("b", "2", true));
  int64_t before = faults_->syncs;
  EXPECT_TRUE(loop_.run_until([&] { return faults_->syncs > before; }, std::chrono::seconds(30)));
  before = faults_->syncs;
  EXPECT_TRUE(write("c", "3", true));
  close();
  EXPECT_EQ(faults_->syncs, before + 1) << "closing makes relaxed writes durable";
}

TEST_F(RocksDbTest, DurabilityOsDoesNotWaitForTheDisk) {
  open(Durability::os);
  EXPECT_TRUE(loop_.run(store_->ready()));
  int64_t before = faults_->syncs;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(write("a", std::to_string(i)));
  EXPECT_LE(faults_->syncs, before + 1);
  close();
  open(Durability::os);
  EXPECT_EQ(all(), "9 ");
}

Task<Unit> write_one(Store& store, int i, int* done) {
  std::unique_ptr<Transaction> tx = co_await store.begin();
  tx->set("k" + std::to_string(i), "x");
  Result<bool> committed = co_await store.commit(std::move(tx));
  EXPECT_TRUE(committed && *committed);
  ++*done;
  co_return Unit{};
}

TEST_F(RocksDbTest, CommitsShareSyncs) {
  open();
  EXPECT_TRUE(loop_.run(store_->ready()));
  faults_->sync_delay_ms = 5;
  int64_t before = faults_->syncs;
  int done = 0;
  std::vector<Task<Unit>> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back(write_one(*store_, i, &done));
  loop_.run(when_all(std::move(tasks)));
  EXPECT_EQ(done, 200);
  EXPECT_LE(faults_->syncs - before, 20);
}

TEST_F(RocksDbTest, NothingIsSeenBeforeItIsDurable) {
  open();
  EXPECT_TRUE(write("a", "1"));
  faults_->sync_delay_ms = 50;
  int done = 0;
  auto write = [](Store& store, int* done) -> Task<void> { co_await write_one(store, 5, done); };
  loop_.spawn("writer", write(*store_, &done));
  EXPECT_EQ(all(), "1 ");
  EXPECT_EQ(done, 0);
  EXPECT_TRUE(loop_.run_until([&] { return done == 1; }, std::chrono::seconds(30)));
  EXPECT_EQ(all(), "1 x ");
}

TEST_F(RocksDbTest, ManyWritersOfOneKeyAllGetThrough) {
  open(Durability::os);
  int runs = 0;
  auto increment = [](Store& store, int* runs) -> Task<Unit> {
    Result<Unit> done = co_await store.transact<Unit>([runs](Transaction& tx) -> Task<Result<Unit>> {
      ++*runs;
      std::optional<std::string> value = co_await tx.get("n");
      tx.set("n", std::to_string(std::stoi(value.value_or("0")) + 1));
      co_return Unit{};
    });
    EXPECT_TRUE(done);
    co_return Unit{};
  };
  std::vector<Task<Unit>> tasks;
  for (int i = 0; i < 300; ++i) tasks.push_back(increment(*store_, &runs));
  loop_.run(when_all(std::move(tasks)));
  EXPECT_EQ(all("n", "o"), "300 ");
  EXPECT_LE(runs, 600);
}

TEST_F(RocksDbTest, AConflictWithACommitOnItsWayWaitsForIt) {
  open();
  EXPECT_TRUE(write("n", "0"));
  faults_->sync_delay_ms = 20;
  int64_t before = faults_->syncs;
  int runs = 0;
  auto increment = [](Store& store, int* runs) -> Task<Unit> {
    Result<Unit> done = co_await store.transact<Unit>([runs](Transaction& tx) -> Task<Result<Unit>> {
      ++*runs;
      std::optional<std::string> value = co_await tx.get("n");
      tx.set("n", std::to_string(std::stoi(*value) + 1));
      co_return Unit{};
    });
    EXPECT_TRUE(done);
    co_return Unit{};
  };
  std::vector<Task<Unit>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(increment(*store_, &runs));
  loop_.run(when_all(std::move(tasks)));
  EXPECT_EQ(all("n", "o"), "4 ");
  EXPECT_EQ(runs, 4 + 3) << "all but the first are refused once, then each waits for its turn";
  EXPECT_LE(faults_->syncs - before, 4);
}

}  // namespace
}  // namespace thaw::kv
