// Everyday coroutine code that some compilers miscompile (g++ 12 fails several of these: double frees, values that are
// gone, wrong branches). CMake builds and runs this once when it configures, and refuses a compiler that fails.
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace {

using thaw::Task;

struct Failed {
  std::string message;
};
template <class T>
using Result = std::expected<T, Failed>;

int alive = 0;  // values of type Tracked that exist

struct Tracked {
  std::string text;
  explicit Tracked(std::string t) : text(std::move(t)) { ++alive; }
  Tracked(const Tracked& o) : text(o.text) { ++alive; }
  Tracked(Tracked&& o) noexcept : text(std::move(o.text)) { ++alive; }
  Tracked& operator=(const Tracked&) = default;
  Tracked& operator=(Tracked&&) = default;
  ~Tracked() {
    text = "gone";
    --alive;
  }
};

struct Request {
  std::string name;
  std::vector<std::string> tags;
  Tracked body;
  std::unique_ptr<int> number;
};

const std::string long_text = "a text that is too long for the small-string optimisation";

// Hands control back to main, which resumes: so that frames really are left and entered again.
std::coroutine_handle<> parked;
struct Park {
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) noexcept { parked = h; }
  void await_resume() noexcept {}
};

Task<std::string> describe(Request request) {
  co_await Park{};
  co_return request.name + "/" + std::to_string(request.tags.size()) + "/" + request.body.text + "/" +
      std::to_string(request.number ? *request.number : 0);
}
Task<Tracked> make(std::string text) {
  co_await Park{};
  co_return Tracked(std::move(text));
}
Task<std::string> read(const Tracked& value) {
  co_await Park{};
  co_return value.text;
}
Task<std::string> call(std::function<std::string(int)> fn) {
  co_await Park{};
  co_return fn(7);
}
template <class F>
Task<std::string> call_template(F fn) {
  co_await Park{};
  co_return fn(7);
}
Task<std::vector<Tracked>> list() {
  co_await Park{};
  std::vector<Tracked> out;
  for (int i = 0; i < 3; ++i) out.emplace_back(long_text + std::to_string(i));
  co_return out;
}
Task<std::pair<std::string, Tracked>> pair() {
  co_await Park{};
  co_return std::pair(long_text, Tracked(long_text));
}
Task<int> fails(int depth) {
  Tracked held(long_text);
  co_await Park{};
  if (depth == 0) throw std::runtime_error(long_text);
  int value = co_await fails(depth - 1);
  co_return value + 1;
}
Task<Result<std::string>> result(bool good) {
  co_await Park{};
  if (!good) co_return std::unexpected(Failed{long_text});
  co_return long_text;
}

Task<bool> aggregate_temporary_as_argument() {
  auto got = co_await describe({"n", {"a", long_text}, Tracked(long_text), std::make_unique<int>(5)});
  co_return got == "n/2/" + long_text + "/5";
}
Task<bool> designated_aggregate_as_argument() {
  auto got = co_await describe(Request{.name = long_text, .tags = {}, .body = Tracked("b"), .number = nullptr});
  co_return got == long_text + "/0/b/0";
}
Task<bool> ternary_beside_await() {
  bool yes = alive >= 0;
  std::string got = yes ? (co_await make(long_text)).text : std::string("other");
  std::string other = !yes ? std::string("other") : (co_await make(got + "x")).text;
  co_return got == long_text&& other == long_text + "x";
}
Task<bool> ternary_of_class_type_in_argument() {
  bool yes = alive >= 0;
  Tracked fallback("fallback");
  auto got = co_await describe({"n", {}, yes ? Tracked(long_text) : fallback, nullptr});
  co_return got == "n/0/" + long_text + "/0" && fallback.text == "fallback";
}
Task<bool> capturing_lambda_as_argument() {
  Tracked captured(long_text);
  auto got =
      co_await call([captured, extra = std::string("!")](int n) { return captured.text + extra + std::to_string(n); });
  auto again = co_await call_template([captured](int n) { return captured.text + std::to_string(n); });
  co_return got == long_text + "!7" && again == long_text + "7";
}
Task<bool> temporary_lives_across_suspension() {
  auto got = co_await read(Tracked(long_text));
  auto nested = co_await read(co_await make(long_text));
  co_return got == long_text&& nested == long_text;
}
Task<bool> two_awaits_in_one_expression() {
  std::string got = (co_await make("a" + long_text)).text + (co_await make("b" + long_text)).text;
  co_return got == "a" + long_text + "b" + long_text;
}
Task<bool> structured_bindings() {
  auto [text, tracked] = co_await pair();
  co_await Park{};
  std::map<std::string, Tracked> map;
  map.emplace(text, tracked);
  for (const auto& [key, value] : map) {
    auto got = co_await read(value);
    if (got != long_text || key != long_text) co_return false;
  }
  co_return true;
}
Task<bool> range_for_over_awaited_temporary() {
  int n = 0;
  for (const Tracked& item : co_await list()) {
    auto got = co_await read(item);
    if (got != long_text + std::to_string(n++)) co_return false;
  }
  co_return n == 3;
}
Task<bool> exception_through_frames() {
  std::string words;
  try {
    co_await fails(5);
  } catch (const std::runtime_error& e) {
    words = e.what();
  }
  auto after = co_await make(words);  // awaiting inside a handler is not allowed; after it, it must work
  co_return after.text == long_text;
}
Task<bool> errors_as_values() {
  auto inner = [](bool good) -> Task<Result<std::string>> {
    CO_TRY(std::string text, co_await result(good));
    co_return text + "!";
  };
  auto good = co_await inner(true);
  auto bad = co_await inner(false);
  co_return good.value() == long_text + "!" && bad.error().message == long_text;
}
Task<bool> condition_with_initialiser() {
  if (auto got = co_await make(long_text); got.text != long_text) co_return false;
  switch (auto got = co_await make("x"); got.text.size()) {
    case 1: break;
    default: co_return false;
  }
  co_return true;
}
Task<bool> short_circuit_with_await() {
  bool first = (co_await make("")).text.empty() && (co_await make("x")).text == "x";
  bool second = !(co_await make("")).text.empty() && (co_await make("never")).text.empty();
  co_return first && !second;
}
Task<bool> coroutine_lambda_with_parameters() {
  auto work = [](std::shared_ptr<Tracked> kept, std::string suffix) -> Task<std::string> {
    co_await Park{};
    co_return kept->text + suffix;
  };
  std::string got = co_await work(std::make_shared<Tracked>(long_text), "?");
  co_return got == long_text + "?";
}
Task<bool> loop_with_early_exit() {
  for (int i = 0;; ++i) {
    Tracked scoped(long_text + std::to_string(i));
    auto got = co_await read(scoped);
    if (i < 2) continue;
    if (got == long_text + "2") co_return true;
    break;
  }
  co_return false;
}

struct Root {
  struct promise_type {
    Root get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
Root start(Task<bool> task, bool& out) { out = co_await std::move(task); }

int failures = 0;
void check(const char* name, Task<bool> (*make_task)()) {
  bool good = false;
  start(make_task(), good);
  while (parked) std::exchange(parked, {}).resume();
  if (good && alive == 0) return;
  std::printf("miscompiled: %s%s\n", name, good ? " (values are left over or destroyed twice)" : "");
  alive = 0;
  ++failures;
}

}  // namespace

int main() {
#define CHECK(name) check(#name, name)
  CHECK(aggregate_temporary_as_argument);
  CHECK(designated_aggregate_as_argument);
  CHECK(ternary_beside_await);
  CHECK(ternary_of_class_type_in_argument);
  CHECK(capturing_lambda_as_argument);
  CHECK(temporary_lives_across_suspension);
  CHECK(two_awaits_in_one_expression);
  CHECK(structured_bindings);
  CHECK(range_for_over_awaited_temporary);
  CHECK(exception_through_frames);
  CHECK(errors_as_values);
  CHECK(condition_with_initialiser);
  CHECK(short_circuit_with_await);
  CHECK(coroutine_lambda_with_parameters);
  CHECK(loop_with_early_exit);
  return failures == 0 ? 0 : 1;
}
