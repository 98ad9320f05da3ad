#include "services/lambda/hot_code.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/test_loop.h"
#include "base/text.h"
#include "services/lambda/archive.h"

namespace thaw::lambda {
namespace {

namespace fs = std::filesystem;

struct HotCodeTest : ::testing::Test {
  HotCodeTest() {
    folder = ::testing::TempDir() + "thaw-hot-" + random_hex(4);
    fs::create_directories(folder + "/lib");
    for (const char* each : {"", "/lib"}) fs::permissions(folder + each, fs::perms(0755));
    write("app.py", "one");
    write("lib/part.py", "x");
  }
  ~HotCodeTest() override { fs::remove_all(folder); }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder + "/" + name) << content;
    fs::permissions(folder + "/" + name, fs::perms(0644));
  }
  std::string state() {
    auto found = folder_state(folder);
    return found ? found->fingerprint : found.error().message;
  }
  Result<std::string> admit(HotOptions options, std::string path) {
    HotCode hot(std::move(options));
    return loop.run(hot.admit(std::move(path)));
  }
  TestLoop loop;
  std::string folder;
};

TEST_F(HotCodeTest, EveryChangeIsSeen) {
  std::string first = state();
  EXPECT_EQ(state(), first);
  write("lib/part.py", "xy");
  std::string second = state();
  EXPECT_NE(second, first);
  write("new.py", "");
  std::string third = state();
  EXPECT_NE(third, second);
  fs::remove(folder + "/new.py");
  EXPECT_EQ(state(), second);
  fs::permissions(folder + "/app.py", fs::perms(0755));
  EXPECT_NE(state(), second);
}

TEST_F(HotCodeTest, BytecodeAndHistoryDoNotCount) {
  std::string first = state();
  fs::create_directories(folder + "/lib/__pycache__");
  write("lib/__pycache__/part.pyc", "x");
  fs::create_directories(folder + "/.git");
  write(".git/HEAD", "x");
  EXPECT_EQ(state(), first);
}

TEST_F(HotCodeTest, WhatAFunctionCouldNotReadIsRefused) {
  fs::permissions(folder + "/app.py", fs::perms(0600));
  auto found = folder_state(folder);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("/app.py"), std::string::npos);
  EXPECT_NE(found.error().message.find("chmod -R o+rX " + folder), std::string::npos);
  EXPECT_FALSE(folder_state(folder + "/none"));
}

TEST_F(HotCodeTest, ASnapshotIsAPackage) {
  fs::create_symlink("app.py", folder + "/link.py");
  auto zip = zip_folder(folder);
  ASSERT_TRUE(zip) << zip.error().message;
  EXPECT_EQ(check_archive(*zip).value(), 4u);
  EXPECT_EQ(*zip_folder(folder), *zip);
}

TEST_F(HotCodeTest, OnlyAllowedFolders) {
  std::string real = fs::canonical(folder).string();
  EXPECT_FALSE(admit({.loopback = true}, folder));
  EXPECT_FALSE(admit({.loopback = false, .roots = {folder}}, folder));
  EXPECT_EQ(*admit({.loopback = true, .roots = {folder}}, folder), real);
  EXPECT_EQ(*admit({.loopback = true, .roots = {folder}}, folder + "/./lib/"), real + "/lib");
  EXPECT_FALSE(admit({.loopback = true, .roots = {folder + "/lib"}}, folder));
  EXPECT_FALSE(admit({.loopback = true, .roots = {folder + "/lib"}}, folder + "/lib/.."));
  EXPECT_FALSE(admit({.loopback = true, .roots = {folder}}, folder + "/app.py"));
  EXPECT_FALSE(admit({.loopback = true, .roots = {folder}}, folder + "/none"));
  fs::create_directory_symlink("/etc", folder + "/etc");
  EXPECT_FALSE(admit({.loopback = true, .roots = {folder}}, folder + "/etc"));
  write("allowed", "# comment\n" + folder + "/lib\n");
  HotOptions by_file{.loopback = true, .roots = {}, .allow_file = folder + "/allowed"};
  EXPECT_TRUE(admit(by_file, folder + "/lib"));
  auto refused = admit(by_file, folder);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("--hot-reload " + real), std::string::npos);
}

TEST(HotCodeNames, TheBucketAndAnAbsoluteKey) {
  EXPECT_TRUE(HotCode::names("hot-reload", "/home/me"));
  EXPECT_FALSE(HotCode::names("hot-reload", "home/me"));
  EXPECT_FALSE(HotCode::names("code", "/home/me"));
  EXPECT_FALSE(HotCode::names(std::nullopt, std::nullopt));
}

}  // namespace
}  // namespace thaw::lambda
