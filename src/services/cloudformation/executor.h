// Carries a stack's operation out: resources in parallel as their dependencies allow, rollback when one fails, removal
// of what was replaced. An operation is state in the store: what a step is about to do is written before the provider
// is called, and what came of it after; so run() takes an operation up wherever a crash has left it.
//
//   create   CREATE_IN_PROGRESS -> CREATE_COMPLETE
//                               -> ROLLBACK_IN_PROGRESS -> ROLLBACK_COMPLETE | ROLLBACK_FAILED
//                               -> CREATE_FAILED                                       (rollback is off)
//   update   UPDATE_IN_PROGRESS -> UPDATE_COMPLETE_CLEANUP_IN_PROGRESS -> UPDATE_COMPLETE
//                               -> UPDATE_ROLLBACK_IN_PROGRESS -> UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS
//                                      -> UPDATE_ROLLBACK_FAILED          -> UPDATE_ROLLBACK_COMPLETE
//                               -> UPDATE_FAILED                                       (rollback is off)
//   remove   DELETE_IN_PROGRESS -> DELETE_COMPLETE | DELETE_FAILED
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "services/cloudformation/plan.h"
#include "services/cloudformation/store.h"

namespace thaw::cloudformation {

struct ExecutorDeps {
  kv::Store& store;
  const Clock& clock;
  // The API in a principal's name (OperationRecord::principal). `cancelled` becomes true when waiting is of no use any
  // more.
  std::function<std::unique_ptr<Api>(const Home&, const Json& principal, std::shared_ptr<bool> cancelled)> make_api;
  std::string url_suffix;  // see reachable_urls
};

class Executor {
 public:
  explicit Executor(ExecutorDeps deps) : deps_(std::move(deps)) {}

  // Runs a stack's operation to its end. Does nothing when it runs already or has ended. Throws when the store fails.
  Task<void> run(Home home, std::string stack_id);
  // Makes a running forward phase stop and roll back.
  void cancel(const std::string& stack_id);
  void use_url_suffix(std::string suffix) { deps_.url_suffix = std::move(suffix); }
  // Whether any operation is being carried out by this process.
  bool idle() const { return running_.empty(); }
  // Lets no further step begin; operations stay in the store as they are.
  void stop() { stopping_ = true; }

 private:
  friend class Run;
  ExecutorDeps deps_;
  std::map<std::string, std::shared_ptr<bool>> running_;  // stack id -> its flag for cancelling
  bool stopping_ = false;
};

// Visits the nodes of a graph, each when all that it needs has been visited with success, as many at once as can be.
// After a failure no further node is visited, unless `go_on`: then all that do not need it are. Answers the nodes that
// failed.
Task<std::vector<std::string>> visit_graph(Dependencies needs, std::function<Task<bool>(std::string)> visit,
                                           bool go_on);

// Dynamic references in a value, replaced by what they refer to: {{resolve:ssm:name:version}}, ssm-secure and
// secretsmanager. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
Task<Result<Json>> resolve_references(Api& api, Json value);

// A provider's error in AWS's form.
std::string failure_words(const Error& error, const std::string& token);

}  // namespace thaw::cloudformation
