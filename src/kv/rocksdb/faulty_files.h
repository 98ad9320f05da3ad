// A file system for RocksDB whose write-ahead log fails as Faults says.
#pragma once

#include <memory>

#include "kv/faults.h"

namespace rocksdb {
class FileSystem;
}

namespace thaw::kv {

std::shared_ptr<rocksdb::FileSystem> make_faulty_files(std::shared_ptr<rocksdb::FileSystem> below,
                                                       std::shared_ptr<Faults> faults);

}  // namespace thaw::kv
