// CodeCache: unpacked deployment packages and layers, a folder for each blob, made when first asked for.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "blob/blob_store.h"

namespace thaw::lambda {

// Loop's thread only. Folders stay valid until forget(); they can always be made again from the blobs.
class CodeCache {
 public:
  CodeCache(blob::BlobStore& blobs, std::string directory) : blobs_(blobs), directory_(std::move(directory)) {}

  // The folder with the blob's unpacked content. Errors: those of unpack_archive() and of the blob store.
  Task<Result<std::string>> unpacked(std::string blob_id);

 private:
  blob::BlobStore& blobs_;
  std::string directory_;
  std::map<std::string, std::string> known_;
};

}  // namespace thaw::lambda
