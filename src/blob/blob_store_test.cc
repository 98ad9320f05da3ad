#include "blob/blob_store.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/test_loop.h"
#include "base/text.h"

namespace thaw::blob {
namespace {

class BlobStoreTest : public testing::TestWithParam<bool> {
 protected:
  BlobStoreTest() : directory_(std::filesystem::temp_directory_path() / ("thaw-blob-test-" + random_hex(16))) {
    blobs_ = GetParam() ? make_directory_blob_store(directory_ + "/deep/blobs") : make_memory_blob_store();
  }
  ~BlobStoreTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Blob put(std::string bytes) {
    Result<Blob> blob = loop_.run(blobs_->put(std::move(bytes)));
    EXPECT_TRUE(blob) << blob.error().message;
    return *blob;
  }
  std::string get(const BlobId& id) {
    Result<std::string> bytes = loop_.run(blobs_->get(id));
    return bytes ? *bytes : bytes.error().code;
  }
  size_t files() const {
    size_t count = 0;
    if (!std::filesystem::exists(directory_)) return 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
      count += entry.is_regular_file();
    }
    return count;
  }
  size_t sweep(std::set<BlobId> used, int grace_seconds) {
    Result<Swept> swept = loop_.run(blobs_->sweep([used](const BlobId& id) { return used.contains(id); },
                                                  std::chrono::seconds(grace_seconds)));
    EXPECT_TRUE(swept);
    return swept->removed;
  }

  std::string directory_;
  TestLoop loop_;
  std::unique_ptr<BlobStore> blobs_;
};

TEST_P(BlobStoreTest, IsAddressedByContent) {
  Blob blob = put("hello");
  EXPECT_EQ(blob.id.text(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(hex_encode(blob.digests.md5), "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(blob.size_bytes, 5u);
  EXPECT_EQ(get(blob.id), "hello");
  EXPECT_EQ(put("hello").id, blob.id);
  if (GetParam()) EXPECT_EQ(files(), 1u);
}

TEST_P(BlobStoreTest, WritesInPiecesAndComputesWhatIsAsked) {
  Blob blob = *loop_.run([](BlobStore& blobs) -> Task<Result<Blob>> {
    std::unique_ptr<BlobWriter> writer = blobs.begin({.sha1 = true, .crc32 = true, .crc32c = true, .crc64nvme = true});
    CO_CHECK_OK(co_await writer->append("1234"));
    CO_CHECK_OK(co_await writer->append(""));
    CO_CHECK_OK(co_await writer->append("56789"));
    co_return co_await writer->finish();
  }(*blobs_));
  EXPECT_EQ(get(blob.id), "123456789");
  EXPECT_EQ(blob.digests.crc32, 0xCBF43926u);
  EXPECT_EQ(blob.digests.crc32c, 0xE3069283u);
  EXPECT_EQ(blob.digests.crc64nvme, 0xAE8B14860A799888u);
  EXPECT_EQ(blob.digests.sha1, sha1("123456789"));
  EXPECT_EQ(blob.digests.sha256, sha256("123456789"));
  EXPECT_EQ(put("1").digests.crc32, std::nullopt);
}

TEST_P(BlobStoreTest, EmptyBlobs) {
  Blob blob = put("");
  EXPECT_EQ(blob.size_bytes, 0u);
  EXPECT_EQ(get(blob.id), "");
}

TEST_P(BlobStoreTest, ReadsRanges) {
  Blob blob = put("0123456789");
  std::string seen = *loop_.run([](BlobStore& blobs, BlobId id) -> Task<Result<std::string>> {
    CO_TRY(std::unique_ptr<BlobReader> reader, co_await blobs.open(id));
    EXPECT_EQ(reader->size_bytes(), 10u);
    std::string out;
    for (uint64_t offset : {0, 3, 8, 10, 99}) {
      CO_TRY(std::string part, co_await reader->read(offset, 4));
      out += part + "|";
    }
    CO_TRY(std::string rest, co_await reader->read(6, SIZE_MAX));
    co_return out + rest;
  }(*blobs_, blob.id));
  EXPECT_EQ(seen, "0123|3456|89|||6789");
}

TEST_P(BlobStoreTest, AbandonedWritersLeaveNothing) {
  loop_.run([](BlobStore& blobs) -> Task<void> {
    std::unique_ptr<BlobWriter> writer = blobs.begin();
    EXPECT_TRUE(co_await writer->append("half"));
  }(*blobs_));
  EXPECT_TRUE(loop_.run_until([&] { return files() == 0; }, std::chrono::seconds(10)));
}

TEST_P(BlobStoreTest, RemovedBlobsAreGoneButOpenOnesStayReadable) {
  Blob blob = put("hello");
  std::unique_ptr<BlobReader> reader = std::move(*loop_.run(blobs_->open(blob.id)));
  EXPECT_TRUE(loop_.run(blobs_->remove(blob.id)));
  EXPECT_TRUE(loop_.run(blobs_->remove(blob.id)));
  EXPECT_EQ(get(blob.id), "BlobNotFound");
  EXPECT_EQ(loop_.run(blobs_->path(blob.id)).error().code, "BlobNotFound");
  EXPECT_EQ(*loop_.run(reader->read(0, 5)), "hello");
}

TEST_P(BlobStoreTest, PathsAreReadOnlyFiles) {
  Blob blob = put("hello");
  std::string path = *loop_.run(blobs_->path(blob.id));
  std::ifstream file(path);
  std::string text;
  file >> text;
  EXPECT_EQ(text, "hello");
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0400u);
}

TEST_P(BlobStoreTest, SweepRemovesWhatIsUnusedAndOld) {
  Blob used = put("used"), unused = put("unused");
  EXPECT_EQ(sweep({}, 3600), 0u) << "all are young";
  EXPECT_EQ(sweep({used.id}, 0), 1u);
  EXPECT_EQ(get(used.id), "used");
  EXPECT_EQ(get(unused.id), "BlobNotFound");
}

TEST_P(BlobStoreTest, WritingAgainStartsTheGraceAnew) {
  if (!GetParam()) return;  // only files' times can be set
  Blob blob = put("hello");
  std::string path = *loop_.run(blobs_->path(blob.id));
  timespec old[2] = {{1'000'000, 0}, {1'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), old, 0), 0);
  put("hello");
  EXPECT_EQ(sweep({}, 3600), 0u);
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), old, 0), 0);
  EXPECT_EQ(sweep({}, 3600), 1u);
}

TEST_P(BlobStoreTest, LargeOnesAreNotReadWhole) {
  Blob blob = put("0123456789");
  EXPECT_EQ(loop_.run(blobs_->get(blob.id, 9)).error().code, "BlobTooLarge");
}

INSTANTIATE_TEST_SUITE_P(Engines, BlobStoreTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "directory" : "memory"; });

TEST(DirectoryBlobStore, FailuresOfTheDiskAreErrors) {
  TestLoop loop;
  std::unique_ptr<BlobStore> blobs = make_directory_blob_store("/proc/no/such/place");
  Result<Blob> blob = loop.run(blobs->put("hello"));
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().code, "InternalFailure");
  EXPECT_EQ(blob.error().status, 500);
}

TEST(BlobId, IsSixtyFourLowerCaseDigits) {
  std::string good(64, 'a');
  EXPECT_TRUE(BlobId::parse(good));
  EXPECT_FALSE(BlobId::parse(good + "a"));
  EXPECT_FALSE(BlobId::parse(std::string(64, 'A')));
  EXPECT_FALSE(BlobId::parse("../" + std::string(61, 'a')));
}

}  // namespace
}  // namespace thaw::blob
