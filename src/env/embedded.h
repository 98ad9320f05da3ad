// Files that the binary carries: the keeper program and the runtime clients. Written out when they are needed.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace thaw::env {

struct EmbeddedFile {
  std::string_view name;     // relative: "keeper", "runtime/bootstrap.py"
  std::string_view content;  // lives as long as the program
  bool executable = false;
};

std::span<const EmbeddedFile> embedded_files();

// Writes all of them below `folder` (made when absent), replacing older ones. Blocks.
Result<> write_embedded_files(const std::string& folder);

}  // namespace thaw::env
