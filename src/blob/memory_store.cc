#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "base/text.h"
#include "blob/blob_store.h"
#include "blob/files.h"

namespace thaw::blob {
namespace {

using Bytes = std::shared_ptr<const std::string>;

struct Kept {
  Bytes bytes;
  std::chrono::steady_clock::time_point written;
};
using Blobs = std::map<BlobId, Kept>;

std::unexpected<Error> not_found(const BlobId& id) {
  return fail("BlobNotFound", fmt::format("There is no blob {}.", id.text()), 404);
}

class MemoryWriter final : public BlobWriter {
 public:
  MemoryWriter(std::shared_ptr<Blobs> blobs, Extra extra) : blobs_(std::move(blobs)), hasher_(extra) {}
  Task<Result<void>> append(std::string chunk) override {
    hasher_.update(chunk);
    bytes_ += chunk;
    co_return Result<void>{};
  }
  Task<Result<Blob>> finish() override {
    Digests digests = hasher_.finish();
    Blob blob{BlobId::of(digests.sha256), bytes_.size(), std::move(digests)};
    auto bytes = std::make_shared<const std::string>(std::move(bytes_));
    blobs_->insert_or_assign(blob.id, Kept{std::move(bytes), std::chrono::steady_clock::now()});
    co_return blob;
  }

 private:
  std::shared_ptr<Blobs> blobs_;
  Hasher hasher_;
  std::string bytes_;
};

class MemoryReader final : public BlobReader {
 public:
  explicit MemoryReader(Bytes bytes) : bytes_(std::move(bytes)) {}
  uint64_t size_bytes() const override { return bytes_->size(); }
  Task<Result<std::string>> read(uint64_t offset, size_t count) override {
    co_return offset < bytes_->size() ? bytes_->substr(offset, count) : std::string();
  }

 private:
  Bytes bytes_;
};

class MemoryBlobStore final : public BlobStore {
 public:
  ~MemoryBlobStore() override {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  }
  Task<Result<Blob>> put(std::string bytes) override {
    std::unique_ptr<BlobWriter> writer = begin({});
    CO_CHECK_OK(co_await writer->append(std::move(bytes)));
    co_return co_await writer->finish();
  }
  std::unique_ptr<BlobWriter> begin(Extra extra) override { return std::make_unique<MemoryWriter>(blobs_, extra); }
  Task<Result<std::unique_ptr<BlobReader>>> open(BlobId id) override {
    auto found = blobs_->find(id);
    if (found == blobs_->end()) co_return not_found(id);
    co_return std::make_unique<MemoryReader>(found->second.bytes);
  }
  Task<Result<std::string>> get(BlobId id, uint64_t bytes_max) override {
    auto found = blobs_->find(id);
    if (found == blobs_->end()) co_return not_found(id);
    if (found->second.bytes->size() > bytes_max) {
      co_return fail("BlobTooLarge", fmt::format("The blob has more than {} bytes.", bytes_max), 400);
    }
    co_return *found->second.bytes;
  }
  Task<Result<std::string>> path(BlobId id) override {
    auto found = blobs_->find(id);
    if (found == blobs_->end()) co_return not_found(id);
    co_return write_out(id, *found->second.bytes);
  }
  Task<Result<void>> remove(BlobId id) override {
    blobs_->erase(id);
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove(directory_ + "/" + id.text(), ignored);
    co_return Result<void>{};
  }
  Task<Result<Swept>> sweep(std::function<bool(const BlobId&)> is_used, std::chrono::seconds grace) override {
    Swept swept;
    auto before = std::chrono::steady_clock::now() - grace;
    std::erase_if(*blobs_, [&](const auto& entry) {
      if (entry.second.written > before || is_used(entry.first)) return false;
      ++swept.removed;
      swept.bytes += entry.second.bytes->size();
      return true;
    });
    co_return swept;
  }

 private:
  Result<std::string> write_out(const BlobId& id, const std::string& bytes) {
    if (directory_.empty()) {
      std::string name = std::filesystem::temp_directory_path() / ("thaw-blobs-" + random_hex(16));
      CHECK_OK(make_directories(name, false));
      directory_ = name;
    }
    std::string path = directory_ + "/" + id.text();
    if (std::filesystem::exists(path)) return path;
    TRY(File file, create_file(path));
    CHECK_OK(write_all(file, path, bytes));
    return path;
  }

  std::shared_ptr<Blobs> blobs_ = std::make_shared<Blobs>();
  std::string directory_;  // of path(); empty until it is asked for
};

}  // namespace

std::unique_ptr<BlobStore> make_memory_blob_store() { return std::make_unique<MemoryBlobStore>(); }

}  // namespace thaw::blob
