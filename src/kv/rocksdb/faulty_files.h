// A file system for RocksDB whose write-ahead log fails as Faults says.
#pragma once

#include <memory>

#include "kv/faults.h"

namespace rocksdb {
class Env;
}

namespace thaw::kv {

std::unique_ptr<rocksdb::Env> make_faulty_env(std::shared_ptr<Faults> faults);

}  // namespace thaw::kv
