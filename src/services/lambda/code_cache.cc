#include "services/lambda/code_cache.h"

#include <filesystem>

#include "services/lambda/archive.h"

namespace thaw::lambda {

Task<Result<std::string>> CodeCache::unpacked(std::string blob_id) {
  if (auto found = known_.find(blob_id); found != known_.end()) co_return found->second;
  auto id = blob::BlobId::parse(blob_id);
  if (!id) co_return fail("InternalFailure", "The function's code has a malformed id.", 500);
  std::string folder = directory_ + "/" + blob_id;
  CO_TRY(std::string zip, co_await blobs_.path(*id));
  Result<void> done = co_await offload([folder, zip]() -> Result<void> {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored)) return {};
    return unpack_archive(zip, folder);
  });
  if (!done) co_return std::unexpected(done.error());
  known_[blob_id] = folder;
  co_return folder;
}

}  // namespace thaw::lambda
