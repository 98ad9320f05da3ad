#include "services/cloudformation/providers/zip.h"

#include <cstdint>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

void put16(std::string& out, uint32_t value) {
  out.push_back(static_cast<char>(value & 255));
  out.push_back(static_cast<char>(value >> 8 & 255));
}
void put32(std::string& out, uint32_t value) {
  put16(out, value & 0xFFFF);
  put16(out, value >> 16);
}

// What the local and the central header share: from "version needed" to the length of the extra field. The date is
// 1980-01-01, so that the same content gives the same archive.
void put_common(std::string& out, const ZipEntry& entry) {
  put16(out, 20);
  put16(out, 0x0800);  // names are UTF-8
  put16(out, 0);       // stored
  put16(out, 0);
  put16(out, 0x21);
  put32(out, crc32(entry.content));
  put32(out, static_cast<uint32_t>(entry.content.size()));
  put32(out, static_cast<uint32_t>(entry.content.size()));
  put16(out, static_cast<uint32_t>(entry.name.size()));
  put16(out, 0);
}

}  // namespace

std::string write_zip(const std::vector<ZipEntry>& entries) {
  std::string out, directory;
  for (const ZipEntry& entry : entries) {
    uint32_t offset = static_cast<uint32_t>(out.size());
    put32(out, 0x04034b50);
    put_common(out, entry);
    out += entry.name + entry.content;
    put32(directory, 0x02014b50);
    put16(directory, 0x0314);  // made on Unix
    put_common(directory, entry);
    put16(directory, 0);  // comment
    put16(directory, 0);  // disk
    put16(directory, 0);  // internal attributes
    put32(directory, 0100644u << 16);
    put32(directory, offset);
    directory += entry.name;
  }
  uint32_t start = static_cast<uint32_t>(out.size());
  out += directory;
  put32(out, 0x06054b50);
  put32(out, 0);  // disks
  put16(out, static_cast<uint32_t>(entries.size()));
  put16(out, static_cast<uint32_t>(entries.size()));
  put32(out, static_cast<uint32_t>(directory.size()));
  put32(out, start);
  put16(out, 0);
  return out;
}

}  // namespace thaw::cloudformation
