// BlobStore: big values (code archives, object bodies), addressed by the SHA-256 of their bytes. A blob is written
// before the transaction that names it, and is durable when finish() or put() has answered.
//
//   std::unique_ptr<BlobWriter> writer = blobs.begin({.crc32 = true});
//   CO_CHECK_OK(co_await writer->append(std::move(chunk)));
//   CO_TRY(Blob blob, co_await writer->finish());        // then store blob.id in a transaction
//
// Deletion. Equal bytes are one blob, however often they were written, so a blob may go only when nothing names it:
//   - mark and sweep: sweep() removes what the caller does not know and what is older than a time of grace. The
//     grace covers blobs whose transaction is still to come; writing a blob again starts its grace anew.
//   - remove(), for a service that counts its references in its own transactions.
// A service has a BlobStore of its own (a folder each), so that it alone decides what goes.
//
// Errors: "BlobNotFound" (404), "InsufficientStorage" (507, the disk is full), "InternalFailure" (500, the disk
// failed). Thread-safety: the loop's thread; the files are read and written on the loop's pool.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "blob/digests.h"

namespace thaw::blob {

class BlobId {
 public:
  // 64 lower-case hexadecimal digits.
  static std::optional<BlobId> parse(std::string_view text);
  static BlobId of(std::string_view sha256_bytes);  // 32 raw bytes; asserted
  const std::string& text() const { return text_; }
  auto operator<=>(const BlobId&) const = default;

 private:
  explicit BlobId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct Blob {
  BlobId id;
  uint64_t size_bytes = 0;
  Digests digests;
};

// One blob on its way in. One call at a time. Destroying it unfinished leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual Task<Result<void>> append(std::string chunk) = 0;
  // Durable when it answers. Once; also the end after a failed append().
  virtual Task<Result<Blob>> finish() = 0;
};

// An open blob: stays readable when the blob is removed meanwhile.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual uint64_t size_bytes() const = 0;
  // Up to `count` bytes from `offset`; fewer only at the end of the blob.
  virtual Task<Result<std::string>> read(uint64_t offset, size_t count) = 0;
};

struct Swept {
  size_t removed = 0;
  uint64_t bytes = 0;
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual Task<Result<Blob>> put(std::string bytes) = 0;
  virtual std::unique_ptr<BlobWriter> begin(Extra extra = {}) = 0;
  virtual Task<Result<std::unique_ptr<BlobReader>>> open(BlobId id) = 0;
  // The whole blob. Errors: "BlobTooLarge" when it has more than `bytes_max`.
  virtual Task<Result<std::string>> get(BlobId id, uint64_t bytes_max = 64u << 20) = 0;
  // A read-only file with the blob's bytes, to extract or to bind-mount. Valid until the blob is removed.
  virtual Task<Result<std::string>> path(BlobId id) = 0;
  // Removing what is not there is no error.
  virtual Task<Result<void>> remove(BlobId id) = 0;
  // Removes every blob that was last written more than `grace` ago and that `is_used` denies, and what interrupted
  // writers left. `is_used` is called on a pool thread: give it a copy of what it needs, made after `grace` began.
  virtual Task<Result<Swept>> sweep(std::function<bool(const BlobId&)> is_used, std::chrono::seconds grace) = 0;
};

// In memory, for unit tests; path() writes a temporary file that goes away with the store.
std::unique_ptr<BlobStore> make_memory_blob_store();

// Files below `directory` (created, 0700, when the first blob is written). `synced`: fsync file and folders before an
// answer.
std::unique_ptr<BlobStore> make_directory_blob_store(std::string directory, bool synced = true);

}  // namespace thaw::blob
