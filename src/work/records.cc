#include "work/records.h"

#include <fmt/format.h>

#include <charconv>

#include "kv/subspace.h"

namespace thaw::work {
namespace {

const kv::Subspace& states() {
  static const kv::Subspace space{"work", "due"};
  return space;
}

constexpr char state_format = 1;

}  // namespace

std::string JobState::encode() const {
  std::string out(1, state_format);
  for (int64_t number : {version, attempt, not_before_ms, enqueued_ms, lease_until_ms}) kv::append_part(out, number);
  kv::append_part(out, node);
  kv::append_part(out, incarnation);
  return out;
}

std::optional<JobState> JobState::decode(std::string_view bytes) {
  if (bytes.empty() || bytes[0] != state_format) return std::nullopt;
  kv::KeyReader reader(bytes.substr(1), "");
  JobState state;
  for (int64_t* number : {&state.version, &state.attempt, &state.not_before_ms, &state.enqueued_ms,
                          &state.lease_until_ms}) {
    std::optional<int64_t> read = reader.number();
    if (!read) return std::nullopt;
    *number = *read;
  }
  std::optional<std::string> node = reader.text();
  std::optional<std::string> incarnation = reader.text();
  if (!node || !incarnation) return std::nullopt;
  state.node = std::move(*node);
  state.incarnation = std::move(*incarnation);
  return state;
}

std::string state_key(const JobId& id) { return states().key(id.queue, id.due_ms, id.id); }

std::string payload_key(const JobId& id) {
  static const kv::Subspace payloads{"work", "payload"};
  return payloads.key(id.queue, id.due_ms, id.id);
}

std::pair<std::string, std::string> state_range(std::string_view queue) { return states().range(queue); }

std::optional<JobId> parse_state_key(std::string_view key) {
  kv::KeyReader reader(key, states().prefix());
  std::optional<std::string> queue = reader.text();
  std::optional<int64_t> due_ms = reader.number();
  std::optional<std::string> id = reader.text();
  if (!queue || !due_ms || !id) return std::nullopt;
  return JobId{std::move(*queue), *due_ms, std::move(*id)};
}

std::string JobId::text() const { return fmt::format("{}/{}/{}", due_ms, id, queue); }

std::optional<JobId> JobId::parse(std::string_view text) {
  size_t first = text.find('/');
  size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  JobId out;
  auto [end, failed] = std::from_chars(text.data(), text.data() + first, out.due_ms);
  if (failed != std::errc{} || end != text.data() + first) return std::nullopt;
  out.id = text.substr(first + 1, second - first - 1);
  out.queue = text.substr(second + 1);
  return out;
}

}  // namespace thaw::work
