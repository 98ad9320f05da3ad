// The file system that RocksDB works on: the default one, less the waiting that buys nothing.
//
// At each opening RocksDB writes an OPTIONS file, for people and tools, and waits twice for the disk. Thaw never
// reads it, so it is not synced: opening takes three waits instead of five.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}

namespace thaw::kv {

std::shared_ptr<rocksdb::FileSystem> make_quick_files();

}  // namespace thaw::kv
