// LogWriter: carries the lines of functions to CloudWatch Logs, in batches, off the path of invocations. A function's
// lines are written as its role: one that may not call logs:PutLogEvents has no log, as on AWS.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/caller.h"
#include "env/environment.h"

namespace thaw::lambda {

// Loop's thread only.
class LogWriter {
 public:
  explicit LogWriter(api::Caller caller) : caller_(caller) {}

  // Whose right to write a function's lines is: told before the function's first line.
  void set_writer(const std::string& function_arn, api::As as);
  void write(const env::LogLine& line);
  // All lines so far are in the store (or refused) when it has finished.
  Task<void> flush();

 private:
  struct Stream {
    std::string group, name, function_arn;
    Json events = Json::array();
    size_t bytes = 0;
    bool made = false;
  };
  void schedule();
  Task<void> flush_stream(std::string key);
  Task<bool> make_stream(api::As as, std::string group, std::string name);

  api::Caller caller_;
  std::map<std::string, api::As> writers_;
  std::map<std::string, Stream> streams_;  // by group + '\0' + name
  bool scheduled_ = false;
};

}  // namespace thaw::lambda
