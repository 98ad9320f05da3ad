// The RocksDB database behind the engine: options, snapshots, and how a group of commits becomes one write batch.
// Only the files of this folder include it.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <vector>

#include "kv/engine.h"
#include "kv/rocksdb/directory.h"

namespace thaw::kv {

// An open database and its directory's lock. Held by the engine and by every snapshot.
struct Database {
  std::unique_ptr<rocksdb::Env> env;
  DataDirectory directory;
  std::unique_ptr<rocksdb::DB> db;
};

// Slow: waits for the disk. Any thread.
rocksdb::Status open_database(const RocksDbOptions& options, Database& database);

// Of what is written now. Any thread.
std::shared_ptr<Snapshot> take_snapshot(std::shared_ptr<Database> database);

// Adds the commits to `batch`, in order, and fills it up so that RocksDB's sequence number does not fall behind the
// versions given to commits (failed ones took versions too): it is where the versions go on from after a restart.
// The committer's thread only: it reads what is there now for cleared ranges.
rocksdb::Status build_batch(rocksdb::DB& db, const std::vector<std::shared_ptr<Pending>>& group,
                            rocksdb::WriteBatch& batch);

}  // namespace thaw::kv
