// The records of a job, and their keys. The only file that spells keys of "work".
//
//   work/due/QUEUE/DUE/ID       the state: small, changes with each attempt; read in pages, in the order of due times
//   work/payload/QUEUE/DUE/ID   the payload: written once
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "work/scheduler.h"

namespace thaw::work {

struct JobState {
  int64_t version = 0;      // grows with every lease and every retry
  int64_t attempt = 0;      // leases so far
  int64_t not_before_ms = 0;  // by the Clock; the due time, or the time of the next attempt
  int64_t enqueued_ms = 0;
  std::string node;         // who has leased it; empty: nobody
  std::string incarnation;  // which start of that node
  int64_t lease_until_ms = 0;  // real time

  std::string encode() const;
  static std::optional<JobState> decode(std::string_view bytes);
  bool operator==(const JobState&) const = default;
};

std::string state_key(const JobId& id);
std::string payload_key(const JobId& id);
std::pair<std::string, std::string> state_range(std::string_view queue);
std::optional<JobId> parse_state_key(std::string_view key);

}  // namespace thaw::work
