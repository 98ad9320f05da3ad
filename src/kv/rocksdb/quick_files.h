// The file system that RocksDB works on: the default one, less the work that buys nothing.
//
// At each opening RocksDB writes all its options to a file, for people and tools, waits twice for the disk, and parses
// the file to see that it says the same: a third of what opening costs. Thaw never reads it, so it is not written.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace thaw::kv {

std::shared_ptr<rocksdb::FileSystem> make_quick_files();

}  // namespace thaw::kv
