// Archives of FIFO topics and the replay of what they hold: what their policies say. Pure.
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-archiving-replay.html
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "base/result.h"
#include "services/sns/store.h"

namespace thaw::sns {

constexpr int64_t day_ms = 24ll * 3600 * 1000;

// Days that messages are kept, 1 to 365; 0 when the policy is empty ("{}"), which ends archiving.
Result<int64_t> parse_archive_policy(const std::string& text);
// Brings a topic's record in line with its archive policy: an empty one is none.
void follow_archive_policy(TopicRecord& topic, int64_t now_ms);

struct ReplayPolicy {
  int64_t from_ms = 0;
  int64_t before_ms = std::numeric_limits<int64_t>::max();  // the ending point, which is included, plus one
};
Result<ReplayPolicy> parse_replay_policy(const std::string& text);
Result<void> check_replay_policy(const std::string& text);

}  // namespace thaw::sns
