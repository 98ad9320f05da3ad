// What every engine must do: the same tests over each.
#include "kv/store.h"

#include <gtest/gtest.h>

#include "base/test_loop.h"
#include "kv/store_test.h"

namespace thaw::kv {
namespace {

class StoreTest : public testing::TestWithParam<EngineUnderTest> {
 protected:
  StoreTest() : store_(GetParam().make(directory_.path())) {}
  ~StoreTest() override { loop_.run(store_->close()); }

  template <class F>
  auto run(F task) {
    return loop_.run(task());
  }
  void put(const std::string& key, const std::string& value) {
    ASSERT_TRUE(run([&] {
      return store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
        tx.set(key, value);
        co_return Unit{};
      });
    }));
  }
  std::optional<std::string> get(const std::string& key) {
    return run([&]() -> Task<std::optional<std::string>> {
      std::unique_ptr<Transaction> tx = co_await store_->begin();
      co_return co_await tx->get(key);
    });
  }
  std::string all(RangeOptions options = {}, std::string begin = "", std::string end = "\xFF") {
    return run([&]() -> Task<std::string> {
      std::unique_ptr<Transaction> tx = co_await store_->begin();
      co_return show(co_await tx->range(begin, end, options));
    });
  }
  std::unique_ptr<Transaction> begin() {
    return run([&]() -> Task<std::unique_ptr<Transaction>> { co_return co_await store_->begin(); });
  }
  std::optional<std::string> get(Transaction& tx, std::string key) {
    return run([&]() -> Task<std::optional<std::string>> { co_return co_await tx.get(key); });
  }
  std::string range(Transaction& tx, std::string begin, std::string end, RangeOptions options = {}) {
    return run([&]() -> Task<std::string> { co_return show(co_await tx.range(begin, end, options)); });
  }
  bool commit(std::unique_ptr<Transaction> tx) {
    Result<bool> done = loop_.run(store_->commit(std::move(tx)));
    EXPECT_TRUE(done) << done.error().message;
    return done && *done;
  }
  static std::string show(const std::vector<KeyValue>& records) {
    std::string out;
    for (const KeyValue& record : records) out += record.key + "=" + record.value + " ";
    return out;
  }

  TestDirectory directory_;
  TestLoop loop_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, WritesAreReadBack) {
  EXPECT_EQ(get("a"), std::nullopt);
  put("a", "1");
  put("b", std::string("\0\xFF", 2));
  EXPECT_EQ(get("a"), "1");
  EXPECT_EQ(get("b"), std::string("\0\xFF", 2));
  auto tx = begin();
  tx->clear("a");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(get("a"), std::nullopt);
}

TEST_P(StoreTest, ATransactionReadsItsSnapshot) {
  put("a", "1");
  put("b", "1");
  auto reader = begin();
  EXPECT_EQ(get(*reader, "a"), "1");
  put("a", "2");
  put("c", "2");
  EXPECT_EQ(get(*reader, "a"), "1");
  EXPECT_EQ(range(*reader, "", "z"), "a=1 b=1 ");
  EXPECT_TRUE(commit(std::move(reader))) << "a transaction that only reads never conflicts";
  EXPECT_EQ(all(), "a=2 b=1 c=2 ");
}

TEST_P(StoreTest, LostUpdateIsRefused) {
  put("a", "1");
  auto first = begin(), second = begin();
  get(*first, "a");
  get(*second, "a");
  first->set("a", "2");
  second->set("a", "3");
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_FALSE(commit(std::move(second)));
  EXPECT_EQ(get("a"), "2");
}

TEST_P(StoreTest, WriteSkewIsRefused) {
  put("a", "1");
  put("b", "1");
  auto first = begin(), second = begin();
  get(*first, "a");
  get(*first, "b");
  get(*second, "a");
  get(*second, "b");
  first->set("a", "0");
  second->set("b", "0");
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_FALSE(commit(std::move(second)));
}

TEST_P(StoreTest, ReadOfAnAbsentKeyConflictsWithItsCreation) {
  auto first = begin(), second = begin();
  EXPECT_EQ(get(*first, "a"), std::nullopt);
  EXPECT_EQ(get(*second, "a"), std::nullopt);
  first->set("a", "1");
  second->set("a", "2");
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_FALSE(commit(std::move(second)));
}

TEST_P(StoreTest, PhantomsConflict) {
  put("k1", "");
  auto counter = begin();
  EXPECT_EQ(range(*counter, "k", "l"), "k1= ");
  counter->set("count", "1");
  put("k2", "");
  EXPECT_FALSE(commit(std::move(counter)));

  auto elsewhere = begin();
  range(*elsewhere, "k", "l");
  elsewhere->set("count", "2");
  put("m", "");
  EXPECT_TRUE(commit(std::move(elsewhere)));
}

TEST_P(StoreTest, ClearedRangesConflictWithReads) {
  put("k1", "");
  auto by_key = begin(), by_range = begin(), other = begin();
  get(*by_key, "k5");
  by_key->set("x", "");
  range(*by_range, "k3", "k9");
  by_range->set("y", "");
  get(*other, "m");
  other->set("z", "");
  auto clearer = begin();
  clearer->clear_range("k", "l");
  EXPECT_TRUE(commit(std::move(clearer)));
  EXPECT_FALSE(commit(std::move(by_key)));
  EXPECT_FALSE(commit(std::move(by_range)));
  EXPECT_TRUE(commit(std::move(other)));
}

TEST_P(StoreTest, ALimitedRangeConflictsOnlyWithWhatItRead) {
  put("k1", "");
  put("k3", "");
  put("k5", "");
  auto forward = begin(), reverse = begin(), hit = begin();
  EXPECT_EQ(range(*forward, "k", "l", {.limit = 1}), "k1= ");
  forward->set("x", "");
  EXPECT_EQ(range(*reverse, "k", "l", {.limit = 1, .reverse = true}), "k5= ");
  reverse->set("y", "");
  EXPECT_EQ(range(*hit, "k", "l", {.limit = 2}), "k1= k3= ");
  hit->set("z", "");
  put("k2", "");
  EXPECT_TRUE(commit(std::move(forward)));
  EXPECT_TRUE(commit(std::move(reverse)));
  EXPECT_FALSE(commit(std::move(hit)));
}

TEST_P(StoreTest, SnapshotReadsDoNotConflict) {
  put("a", "1");
  auto tx = begin();
  run([&]() -> Task<Unit> {
    std::optional<std::string> value = co_await tx->get_snapshot("a");
    EXPECT_EQ(value, "1");
    co_return Unit{};
  });
  range(*tx, "", "z", {.snapshot = true});
  tx->set("b", "");
  put("a", "2");
  EXPECT_TRUE(commit(std::move(tx)));
}

TEST_P(StoreTest, BlindWritesDoNotConflict) {
  auto first = begin(), second = begin();
  first->set("a", "1");
  second->set("a", "2");
  EXPECT_TRUE(commit(std::move(second)));
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_EQ(get("a"), "1");
}

TEST_P(StoreTest, CountersDoNotConflictButTheirReadersDo) {
  auto first = begin(), second = begin(), reader = begin();
  first->add("n", 5);
  second->add("n", -2);
  get(*reader, "n");
  reader->set("x", "");
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_TRUE(commit(std::move(second)));
  EXPECT_FALSE(commit(std::move(reader)));
  EXPECT_EQ(decode_counter(get("n")), 3);
  EXPECT_EQ(decode_counter(std::nullopt), 0);
}

TEST_P(StoreTest, CountersWithOtherWrites) {
  auto tx = begin();
  tx->add("n", 5);
  EXPECT_EQ(decode_counter(get(*tx, "n")), 5);
  tx->add("n", 1);
  tx->clear("m");
  tx->add("m", 7);
  EXPECT_TRUE(commit(std::move(tx)));
  tx = begin();
  tx->add("n", 4);
  EXPECT_EQ(decode_counter(get(*tx, "n")), 10);
  tx->clear_range("m", "n");
  tx->add("m", 1);
  EXPECT_EQ(decode_counter(get(*tx, "m")), 1);
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(decode_counter(get("n")), 10);
  EXPECT_EQ(decode_counter(get("m")), 1);
}

TEST_P(StoreTest, AppendsSortByCommitThenOrder) {
  auto first = begin(), second = begin();
  first->append("log/", "b1");
  first->append("log/", "b2");
  second->append("log/", "a1");
  EXPECT_TRUE(commit(std::move(second)));
  EXPECT_TRUE(commit(std::move(first)));
  auto tx = begin();
  std::string values = run([&]() -> Task<std::string> {
    std::string out;
    for (const KeyValue& record : co_await tx->range("log/", "log0")) {
      EXPECT_EQ(record.key.size(), 4u + 12u);
      out += record.value + " ";
    }
    co_return out;
  });
  EXPECT_EQ(values, "a1 b1 b2 ");
}

TEST_P(StoreTest, AppendsConflictWithReadersOfTheirRange) {
  auto reader = begin();
  EXPECT_EQ(range(*reader, "log/", "log0"), "");
  reader->set("x", "");
  auto writer = begin();
  writer->append("log/", "1");
  EXPECT_TRUE(commit(std::move(writer)));
  EXPECT_FALSE(commit(std::move(reader)));
}

TEST_P(StoreTest, OwnWritesShowInRanges) {
  for (const char* key : {"b", "d", "f", "h"}) put(key, "0");
  auto tx = begin();
  tx->set("a", "1");
  tx->set("d", "1");
  tx->clear("f");
  tx->set("g", "1");
  EXPECT_EQ(range(*tx, "", "z"), "a=1 b=0 d=1 g=1 h=0 ");
  EXPECT_EQ(range(*tx, "", "z", {.reverse = true}), "h=0 g=1 d=1 b=0 a=1 ");
  EXPECT_EQ(range(*tx, "b", "g", {.limit = 2}), "b=0 d=1 ");
  EXPECT_EQ(range(*tx, "b", "h", {.limit = 2, .reverse = true}), "g=1 d=1 ");
  tx->clear_range("c", "gg");
  tx->set("e", "2");
  EXPECT_EQ(range(*tx, "", "z"), "a=1 b=0 e=2 h=0 ");
  EXPECT_EQ(range(*tx, "", "z", {.reverse = true}), "h=0 e=2 b=0 a=1 ");
  EXPECT_EQ(range(*tx, "", "z", {.limit = 3, .reverse = true}), "h=0 e=2 b=0 ");
  EXPECT_EQ(get(*tx, "d"), std::nullopt);
  EXPECT_EQ(get(*tx, "e"), "2");
  tx->clear_range("", "b");
  EXPECT_EQ(range(*tx, "", "z"), "b=0 e=2 h=0 ");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(all(), "b=0 e=2 h=0 ");
  EXPECT_EQ(all({.reverse = true}, "b", "h"), "e=2 b=0 ");
}

TEST_P(StoreTest, EmptyAndBackwardRangesAreEmpty) {
  put("a", "1");
  EXPECT_EQ(all({}, "a", "a"), "");
  EXPECT_EQ(all({}, "b", "a"), "");
  auto tx = begin();
  tx->clear_range("b", "a");
  tx->set("b", "1");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(all(), "a=1 b=1 ");
}

TEST_P(StoreTest, LargeRangesAreCleared) {
  auto tx = begin();
  for (int i = 0; i < 2'000; ++i) tx->set("k" + std::to_string(i), "x");
  tx->set("l", "x");
  EXPECT_TRUE(commit(std::move(tx)));
  tx = begin();
  tx->clear_range("k", "l");
  tx->set("k7", "y");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(all(), "k7=y l=x ");
}

TEST_P(StoreTest, LimitsAreErrors) {
  auto fails = [&](auto write) {
    auto tx = begin();
    write(*tx);
    Result<bool> done = loop_.run(store_->commit(std::move(tx)));
    return !done && done.error().code == "LimitExceeded";
  };
  EXPECT_TRUE(fails([](Transaction& tx) { tx.set("", "v"); }));
  EXPECT_TRUE(fails([](Transaction& tx) { tx.set(std::string(16'385, 'k'), ""); }));
  EXPECT_FALSE(fails([](Transaction& tx) { tx.set(std::string(16'384, 'k'), ""); }));
  std::string big(8u << 20, 'v');
  EXPECT_FALSE(fails([&](Transaction& tx) {
    for (int i = 0; i < 20; ++i) tx.set("again", big);
  }));
  EXPECT_TRUE(fails([&](Transaction& tx) { tx.set("k", big + "v"); }));
  EXPECT_TRUE(fails([&](Transaction& tx) {
    for (int i = 0; i < 9; ++i) tx.set("k" + std::to_string(i), big);
  }));
  EXPECT_EQ(get("k1"), std::nullopt);
}

TEST_P(StoreTest, ErrorsOfTheFunctionWriteNothing) {
  Result<int> answer = run([&] {
    return store_->transact<int>([](Transaction& tx) -> Task<Result<int>> {
      tx.set("a", "1");
      co_return fail("Nope", "No.");
    });
  });
  EXPECT_EQ(answer.error().code, "Nope");
  EXPECT_EQ(get("a"), std::nullopt);
}

Task<Unit> increment(Store& store, int times) {
  for (int i = 0; i < times; ++i) {
    Result<Unit> done = co_await store.transact<Unit>([](Transaction& tx) -> Task<Result<Unit>> {
      std::optional<std::string> value = co_await tx.get("n");
      co_await sleep_for(std::chrono::nanoseconds(0));  // lets the others in between
      tx.set("n", std::to_string(value ? std::stoi(*value) + 1 : 1));
      co_return Unit{};
    });
    EXPECT_TRUE(done);
  }
  co_return Unit{};
}

TEST_P(StoreTest, InterleavedTransactionsAreRetried) {
  run([&]() -> Task<Unit> {
    std::vector<Task<Unit>> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(increment(*store_, 5));
    co_await when_all(std::move(tasks));
    co_return Unit{};
  });
  EXPECT_EQ(get("n"), "40");
}

TEST_P(StoreTest, EndlessConflictIsAnError) {
  Result<Unit> done = run([&] {
    return store_->transact<Unit>([&](Transaction& tx) -> Task<Result<Unit>> {
      co_await tx.get("a");
      std::unique_ptr<Transaction> other = co_await store_->begin();
      other->set("a", "");
      other->relaxed();
      co_await store_->commit(std::move(other));
      tx.set("b", "");
      co_return Unit{};
    });
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "TransactionConflict");
  EXPECT_EQ(done.error().status, 503);
}

TEST_P(StoreTest, HooksRunAfterCommitOnly) {
  int ran = 0;
  auto first = begin(), second = begin(), third = begin();
  get(*first, "a");
  get(*second, "a");
  first->set("a", "1");
  second->set("a", "2");
  first->on_commit([&] { ++ran; });
  second->on_commit([&] { ran += 10; });
  third->on_commit([&] { ran += 100; });
  EXPECT_TRUE(commit(std::move(first)));
  EXPECT_FALSE(commit(std::move(second)));
  third.reset();
  EXPECT_EQ(ran, 1);
}

TEST_P(StoreTest, WatchesWakeOnWritesIntoTheirRange) {
  auto one = store_->watch("a", std::string("a\0", 2));
  auto below = store_->watch("p/", "p/\xFF");
  auto wide = store_->watch("b", "q");
  auto none = store_->watch("x", "y");
  put("aa", "");
  EXPECT_FALSE(one.is_set());
  put("a", "");
  EXPECT_TRUE(one.is_set());
  EXPECT_FALSE(below.is_set() || wide.is_set());
  auto tx = begin();
  tx->append("p/", "1");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_TRUE(below.is_set() && wide.is_set());
  EXPECT_FALSE(none.is_set());
  tx = begin();
  tx->clear_range("w", "xx");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_TRUE(none.is_set());
}

TEST_P(StoreTest, AWatcherIsResumedAndSeesTheWrite) {
  std::string seen;
  loop_.spawn("watcher", [](Store& store, std::string& out) -> Task<void> {
    Completion<Unit> written = store.watch("a", "b");
    co_await written;
    std::unique_ptr<Transaction> tx = co_await store.begin();
    out = *co_await tx->get("a");
  }(*store_, seen));
  put("a", "1");
  EXPECT_TRUE(loop_.run_until([&] { return !seen.empty(); }, std::chrono::seconds(10)));
  EXPECT_EQ(seen, "1");
}

TEST_P(StoreTest, RelaxedWritesAreSeenByTheNextTransaction) {
  auto tx = begin();
  tx->relaxed();
  tx->set("a", "1");
  EXPECT_TRUE(commit(std::move(tx)));
  EXPECT_EQ(get("a"), "1");
}

TEST_P(StoreTest, OldTransactionsCommitWhenNothingTheyReadChanged) {
  put("a", "1");
  auto old = begin();
  get(*old, "a");
  range(*old, "m", "n");
  old->set("b", "1");
  for (int i = 0; i < 50; ++i) put("z" + std::to_string(i), "");
  EXPECT_TRUE(commit(std::move(old)));

  old = begin();
  range(*old, "m", "n");
  old->set("b", "1");
  put("m1", "");
  for (int i = 0; i < 50; ++i) put("z" + std::to_string(i), "");
  EXPECT_FALSE(commit(std::move(old)));
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::ValuesIn(engines_under_test()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace thaw::kv
