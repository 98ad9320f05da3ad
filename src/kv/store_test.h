// The engines that the common tests run over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "kv/store.h"

namespace thaw::kv {

// A directory of its own that goes away at the end.
class TestDirectory {
 public:
  TestDirectory() {
    std::string name = std::filesystem::temp_directory_path() / "thaw-kv-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory");
    path_ = name;
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct EngineUnderTest {
  std::string name;
  std::function<std::unique_ptr<Store>(const std::string& directory)> make;
};

inline std::vector<EngineUnderTest> engines_under_test() {
  return {
      {"memory", [](const std::string&) { return make_memory_store(); }},
      {"rocksdb",
       [](const std::string& directory) {
         Result<std::unique_ptr<Store>> store = open_rocksdb_store({.directory = directory});
         if (!store) throw std::runtime_error(store.error().message);
         return std::move(*store);
       }},
  };
}

inline void PrintTo(const EngineUnderTest& engine, std::ostream* out) { *out << engine.name; }

}  // namespace thaw::kv
