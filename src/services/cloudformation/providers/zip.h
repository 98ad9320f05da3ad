// A zip archive of a few small files, stored without compression: for code written inside a template.
#pragma once

#include <string>
#include <vector>

namespace thaw::cloudformation {

struct ZipEntry {
  std::string name;
  std::string content;  // under 4 GiB
};

std::string write_zip(const std::vector<ZipEntry>& entries);

}  // namespace thaw::cloudformation
