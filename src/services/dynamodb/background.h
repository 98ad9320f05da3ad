// State of DynamoDB's background work. Private to the service.
#pragma once

#include <set>
#include <string>

#include "base/clock.h"
#include "base/loop.h"
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {

struct DynamoDb::Background {
  bool started = false;
  bool stopping = false;
  int running = 0;
  std::set<std::string> building;  // storage ids of tables
  std::set<std::string> again;     // of those, where more came up meanwhile
  Completion<Unit> wake;           // set when the next expiry may be earlier
  Clock::JumpToken jumps;          // tells when a virtual clock is advanced
  Completion<Unit> finished;       // set when something has ended
};

}  // namespace thaw::dynamodb
