// Random transactions over every engine, compared with an ordered map. The seed is in the test's output.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/test_loop.h"
#include "kv/store.h"
#include "kv/store_test.h"

namespace thaw::kv {
namespace {

using Model = std::map<std::string, std::string>;
using Random = std::mt19937_64;

uint64_t seed() {
  const char* text = std::getenv("THAW_TEST_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 20'260'101;
}

std::string random_key(Random& random) {
  std::string key(1 + random() % 2, 'a');
  for (char& c : key) c = static_cast<char>('a' + random() % 6);
  return key;
}

std::vector<KeyValue> model_range(const Model& model, const std::string& begin, const std::string& end,
                                  const RangeOptions& options) {
  std::vector<KeyValue> out;
  for (const auto& [key, value] : model) {
    if (key >= begin && key < end) out.push_back({key, value});
  }
  if (options.reverse) std::reverse(out.begin(), out.end());
  if (options.limit != 0 && out.size() > options.limit) out.resize(options.limit);
  return out;
}

std::string show(const std::vector<KeyValue>& records) {
  std::string out;
  for (const auto& record : records) out += record.key + "=" + record.value + " ";
  return out;
}

// One step of a transaction, which can be done to the store and to the model.
struct Step {
  enum Kind { get, range, set, clear, clear_range, add, kinds } kind;
  std::string key, end, value;
  RangeOptions options;

  static Step make(Random& random) {
    Step step{static_cast<Kind>(random() % kinds), random_key(random), random_key(random), {}, {}};
    if (step.kind == clear_range && random() % 4 != 0) step.kind = set;
    step.value = std::to_string(random() % 1000);
    step.options.limit = random() % 3 == 0 ? 1 + random() % 4 : 0;
    step.options.reverse = random() % 2;
    return step;
  }
  // What a read sees; empty for writes.
  std::string apply(Model& model) const {
    switch (kind) {
      case get: return model.contains(key) ? model[key] : "none";
      case range: return show(model_range(model, key, end, options));
      case set: model[key] = value; break;
      case clear: model.erase(key); break;
      case clear_range:
        if (key < end) model.erase(model.lower_bound(key), model.lower_bound(end));
        break;
      default: model[counter()] = count(model, 1);
    }
    return "";
  }
  Task<std::string> apply(Transaction& tx) const {
    switch (kind) {
      case get: {
        std::optional<std::string> found = co_await (options.reverse ? tx.get_often(key) : tx.get(key));
        co_return found.value_or("none");
      }
      case range: co_return show(co_await tx.range(key, end, options));
      case set: tx.set(key, value); break;
      case clear: tx.clear(key); break;
      case clear_range: tx.clear_range(key, end); break;
      default: tx.add(counter(), 1);
    }
    co_return "";
  }

 private:
  std::string counter() const { return key + "#"; }
  std::string count(Model& model, int64_t by) const {
    auto found = model.find(counter());
    int64_t now = found == model.end() ? 0 : decode_counter(found->second);
    std::string out(8, '\0');
    for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(static_cast<uint64_t>(now + by) >> (8 * i));
    return out;
  }
};

class ModelTest : public testing::TestWithParam<EngineUnderTest> {
 protected:
  ModelTest() : store_(GetParam().make(directory_.path())) { RecordProperty("seed", std::to_string(seed())); }
  ~ModelTest() override { loop_.run(store_->close()); }

  TestDirectory directory_;
  TestLoop loop_;
  std::unique_ptr<Store> store_;
  Model model_;
};

Task<void> run_alone(Store& store, Model& model, Random& random) {
  for (int round = 0; round < 300; ++round) {
    std::unique_ptr<Transaction> tx = co_await store.begin();
    tx->relaxed();
    Model mine = model;
    size_t count = 1 + random() % 12;
    for (size_t i = 0; i < count; ++i) {
      Step step = Step::make(random);
      std::string expected = step.apply(mine);
      std::string seen = co_await step.apply(*tx);
      EXPECT_EQ(seen, expected) << "round " << round << " seed " << seed();
    }
    if (random() % 8 == 0) continue;  // given up
    Result<bool> done = co_await store.commit(std::move(tx));
    EXPECT_TRUE(done && *done);
    model = std::move(mine);
    std::unique_ptr<Transaction> check = co_await store.begin();
    EXPECT_EQ(show(co_await check->range("", "\xFF")), show(model_range(model, "", "\xFF", {})));
  }
}

TEST_P(ModelTest, OneAfterTheOther) {
  Random random(seed());
  loop_.run(run_alone(*store_, model_, random));
}

// Interleaved transactions: what each that commits has read must be what the model holds at its place in the order.
Task<Unit> run_among_others(Store& store, Model& model, uint64_t seed, int* committed, int* refused) {
  Random random(seed);
  for (int round = 0; round < 60; ++round) {
    std::vector<Step> steps;
    std::vector<std::string> seen;
    std::unique_ptr<Transaction> tx = co_await store.begin();
    if (random() % 2 == 0) tx->relaxed();
    size_t count = 1 + random() % 5;
    tx->set("writer" + std::to_string(seed), "1");
    steps.push_back({Step::set, "writer" + std::to_string(seed), "", "1", {}});
    seen.emplace_back();
    for (size_t i = 0; i < count; ++i) {
      steps.push_back(Step::make(random));
      seen.push_back(co_await steps.back().apply(*tx));
      if (random() % 3 == 0) co_await sleep_for(std::chrono::nanoseconds(0));
    }
    tx->on_commit([&] {
      ++*committed;
      for (size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(steps[i].apply(model), seen[i]);
    });
    Result<bool> done = co_await store.commit(std::move(tx));
    EXPECT_TRUE(done);
    if (done && !*done) ++*refused;
  }
  co_return Unit{};
}

TEST_P(ModelTest, InterleavedTransactionsAreSerialisable) {
  int committed = 0, refused = 0;
  std::vector<Task<Unit>> tasks;
  for (uint64_t i = 0; i < 8; ++i) {
    tasks.push_back(run_among_others(*store_, model_, seed() + i, &committed, &refused));
  }
  loop_.run(when_all(std::move(tasks)));
  EXPECT_GT(committed, 100);
  EXPECT_GT(refused, 10);
  std::string all = loop_.run([](Store& store) -> Task<std::string> {
    std::unique_ptr<Transaction> tx = co_await store.begin();
    co_return show(co_await tx->range("", "\xFF"));
  }(*store_));
  EXPECT_EQ(all, show(model_range(model_, "", "\xFF", {})));
}

INSTANTIATE_TEST_SUITE_P(Engines, ModelTest, testing::ValuesIn(engines_under_test()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace thaw::kv
