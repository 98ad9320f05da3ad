// SqsPollers: what carries messages from queues to functions, one poller for each enabled event source mapping. A
// poller waits in a long-polling ReceiveMessage, as the function's role, and hands what it gets to invocations, several
// at once; messages that were handled are deleted, all others come back when their visibility timeout is over.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/caller.h"
#include "base/loop.h"
#include "services/lambda/api.h"
#include "services/lambda/store.h"

namespace thaw::lambda {

// How many events or batches of a function run at once when nothing else limits it: each may need an environment.
size_t usual_concurrency();

// Loop's thread only. Its coroutines may outlive it: they share what they need.
class SqsPollers {
 public:
  struct Function {  // what a poller must know of the function, now
    std::string role;
    std::optional<int32_t> reserved_concurrency;
  };
  struct Host {
    api::Caller caller;
    // Nothing when the function is gone.
    std::function<Task<Result<std::optional<Function>>>(const MappingRecord&)> function;
    std::function<Task<Result<InvokeOutput>>(const MappingRecord&, std::string payload, std::string trace)> invoke;
  };

  explicit SqsPollers(Host host);
  ~SqsPollers();

  // Nothing is polled before.
  void start();
  // Starts the mapping's poller, or another in its place; ends it when the mapping is disabled.
  void put(const MappingRecord& record);
  void remove(const std::string& uuid);
  // The function was made or changed: a poller that found none tries again.
  void wake(const std::string& account, const std::string& region, const std::string& function);
  // No more messages are taken; waits for running batches, at most `grace` of real time.
  Task<void> stop(Millis grace);

 private:
  struct Poller;
  using Shared = std::shared_ptr<Poller>;

  void launch(const Shared& poller);
  static Task<void> poll(Shared poller);
  static Task<Result<std::vector<Json>>> gather(Shared poller, std::string role);
  static Task<Result<std::vector<Json>>> receive(Shared poller, std::string role, int count, int wait_s);
  static Task<void> give_back(Shared poller, std::string role, std::vector<Json> messages);
  static Task<void> run_batch(Shared poller, std::string role, std::vector<Json> messages);
  static Task<bool> handle(Shared poller, std::vector<Json> records, std::vector<std::string>* handled);
  static Task<void> remove_messages(Shared poller, std::string role, std::vector<std::string> handles);

  std::shared_ptr<Host> host_;
  std::map<std::string, Shared> pollers_;  // by UUID
  bool started_ = false;
};

}  // namespace thaw::lambda
