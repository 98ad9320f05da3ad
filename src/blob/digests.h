// Digests of bytes that arrive in pieces: what S3 calls checksums, computed while a blob is written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::blob {

// Which digests to compute besides SHA-256 and MD5, which every blob has.
struct Extra {
  bool sha1 = false;
  bool crc32 = false;
  bool crc32c = false;
  bool crc64nvme = false;
};

struct Digests {
  std::string sha256;  // raw bytes
  std::string md5;     // raw bytes
  std::optional<std::string> sha1;
  std::optional<uint32_t> crc32;
  std::optional<uint32_t> crc32c;
  std::optional<uint64_t> crc64nvme;
};

// One thread at a time.
class Hasher {
 public:
  explicit Hasher(Extra extra = {});
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(std::string_view bytes);
  Digests finish();  // once

 private:
  struct Contexts;
  Extra extra_;
  std::unique_ptr<Contexts> contexts_;
  uint32_t crc32_ = 0;
  uint32_t crc32c_ = 0;
  uint64_t crc64nvme_ = 0;
};

}  // namespace thaw::blob
