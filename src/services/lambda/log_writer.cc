#include "services/lambda/log_writer.h"

#include "base/log.h"

namespace thaw::lambda {
namespace {
constexpr std::chrono::milliseconds flush_delay{10};
constexpr size_t batch_bytes_max = 900'000;
constexpr size_t batch_events_max = 9'000;
constexpr size_t event_bytes_max = 256 * 1024;
constexpr size_t waiting_bytes_max = 16u << 20;  // of one stream; further lines are dropped, and counted in the log
constexpr size_t streams_max = 4'000;
}  // namespace

void LogWriter::set_writer(const std::string& function_arn, api::As as) {
  writers_.insert_or_assign(function_arn, std::move(as));
}

void LogWriter::write(const env::LogLine& line) {
  std::string key = std::string(line.log_group) + '\0' + std::string(line.log_stream);
  auto [at, fresh] = streams_.try_emplace(key);
  Stream& stream = at->second;
  if (fresh) {
    stream.group = line.log_group;
    stream.name = line.log_stream;
    stream.function_arn = line.function_arn;
  }
  if (stream.bytes > waiting_bytes_max) return;
  std::string_view text = line.text.substr(0, event_bytes_max);
  stream.bytes += text.size() + 26;
  stream.events.push_back(Json::object(
      {{"timestamp", line.timestamp_ms}, {"message", text.empty() ? std::string("\n") : std::string(text)}}));
  schedule();
}

void LogWriter::schedule() {
  if (std::exchange(scheduled_, true)) return;
  Loop::current().after(flush_delay, [this] { Loop::current().spawn("logs of functions", flush()); });
}

Task<void> LogWriter::flush() {
  scheduled_ = false;
  std::vector<std::string> waiting;
  for (auto& [key, stream] : streams_)
    if (!stream.events.empty()) waiting.push_back(key);
  for (std::string& key : waiting) co_await flush_stream(key);
  // Streams of environments that are gone are forgotten; a later line makes the entry again.
  if (streams_.size() > streams_max) std::erase_if(streams_, [](auto& s) { return s.second.events.empty(); });
}

Task<bool> LogWriter::make_stream(api::As as, std::string group, std::string name) {
  Json group_input = Json::object({{"logGroupName", group}});
  Result<Json> made_group = co_await caller_.call(as, "logs", "CreateLogGroup", std::move(group_input));
  Json input = Json::object({{"logGroupName", group}, {"logStreamName", name}});
  Result<Json> made = co_await caller_.call(as, "logs", "CreateLogStream", std::move(input));
  co_return made.has_value() || made.error().code == "ResourceAlreadyExistsException";
}

Task<void> LogWriter::flush_stream(std::string key) {
  auto at = streams_.find(key);
  if (at == streams_.end()) co_return;
  auto writer = writers_.find(at->second.function_arn);
  if (writer == writers_.end()) co_return;
  api::As as = writer->second;
  std::string group = at->second.group, name = at->second.name;
  Json events = std::exchange(at->second.events, Json::array());
  at->second.bytes = 0;
  if (!at->second.made) {
    bool made = co_await make_stream(as, group, name);
    if (auto again = streams_.find(key); again != streams_.end()) again->second.made = made;
  }
  size_t start = 0;
  while (start < events.size()) {
    Json batch = Json::array();
    size_t bytes = 0;
    while (start < events.size() && batch.size() < batch_events_max &&
           (bytes < batch_bytes_max - event_bytes_max || batch.empty())) {
      bytes += events.items()[start].get("message").as_string().size() + 26;
      batch.push_back(std::move(events.items()[start++]));
    }
    Json input = Json::object({{"logGroupName", group}, {"logStreamName", name}, {"logEvents", std::move(batch)}});
    Result<Json> put = co_await caller_.call(as, "logs", "PutLogEvents", std::move(input));
    if (put) continue;
    if (auto again = streams_.find(key); again != streams_.end()) again->second.made = false;
    log::debug("the log of {} was not written: {}", name, put.error().message);
    co_return;
  }
}

}  // namespace thaw::lambda
