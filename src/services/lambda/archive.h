// Deployment packages: a zip is checked and unpacked. Blocking; call through offload().
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace thaw::lambda {

inline constexpr uint64_t unzipped_bytes_max = 262'144'000;
inline constexpr uint64_t zipped_direct_bytes_max = 52'428'800;
inline constexpr size_t entries_max = 200'000;

// Checks `zip` without writing anything: answers its unpacked size. Errors, as InvalidParameterValueException: not a
// zip, too many entries, more than unzipped_bytes_max, names that leave the folder, links that point out of it.
Result<uint64_t> check_archive(std::string_view zip);

// Unpacks the zip in file `zip_path` into the new folder `directory`: written beside it and renamed, so that it is
// there whole or not at all. Files become readable by everybody and keep their execute bits; special files are refused.
// The same limits and errors as check_archive; "InternalFailure" for the disk.
Result<void> unpack_archive(const std::string& zip_path, const std::string& directory);

}  // namespace thaw::lambda
