#include "services/lambda/archive.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "services/lambda/testing.h"

namespace thaw::lambda {
namespace {

namespace fs = std::filesystem;

class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest() { fs::create_directories(folder); }
  ~ArchiveTest() override { fs::remove_all(folder); }
  Result<void> unpack(const std::vector<ZipEntry>& entries) {
    std::ofstream(folder / "p.zip", std::ios::binary) << make_zip(entries);
    return unpack_archive((folder / "p.zip").string(), (folder / "out").string());
  }
  fs::path folder = fs::temp_directory_path() / ("thaw-archive-" + random_hex(12));
};

TEST_F(ArchiveTest, UnpacksAndKeepsExecuteBits) {
  ASSERT_TRUE(
      unpack({{"app.py", "x = 1\n", 0600}, {"bin/run", "#!/bin/sh\n", 0700}, {"bin/link", "", 0777, "../app.py"}}));
  struct stat info{};
  ASSERT_EQ(::stat((folder / "out/app.py").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
  ASSERT_EQ(::stat((folder / "out/bin/run").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0755u);
  EXPECT_EQ(fs::read_symlink(folder / "out/bin/link"), "../app.py");
}

TEST_F(ArchiveTest, NothingLeavesTheFolder) {
  for (const char* name : {"../evil", "a/../../evil", "/etc/evil"}) {
    Result<void> done = unpack({{name, "x"}});
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().code, "InvalidParameterValueException");
    EXPECT_FALSE(fs::exists(folder / "out")) << name;
  }
  EXPECT_FALSE(fs::exists(folder / "evil"));
  EXPECT_FALSE(unpack({{"a", "", 0777, "../../etc/passwd"}}));
  EXPECT_FALSE(unpack({{"a", "", 0777, "/etc"}}));
}

TEST_F(ArchiveTest, NoFileIsWrittenThroughALink) {
  Result<void> done = unpack({{"d", "", 0777, "e"}, {"d/x", "through"}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "InvalidParameterValueException");
}

TEST_F(ArchiveTest, RefusesWhatIsNoZip) {
  EXPECT_FALSE(check_archive("not a zip"));
  EXPECT_FALSE(check_archive(""));
  std::string zip = make_zip({{"a", "aaaa"}});
  EXPECT_TRUE(check_archive(zip));
  EXPECT_FALSE(check_archive(zip.substr(0, 10)));
}

TEST_F(ArchiveTest, RefusesABomb) {
  std::string zeros(unzipped_bytes_max + 1, '\0');
  Result<uint64_t> size = check_archive(make_zip({{"zeros", zeros}}));
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().message, "Unzipped size must be smaller than 262144000 bytes");
}

}  // namespace
}  // namespace thaw::lambda
