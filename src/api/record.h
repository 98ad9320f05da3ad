// Records: what services keep in the store. A record is a shape (api/shape.h) behind one byte that says its version, so
// that a later release can read what an earlier one wrote. Members that a record lacks are defaults.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"

namespace thaw::api {

// First byte 1, then JSON.
std::string encode_record(const Schema& schema, const Json& canonical);
// Nothing when the bytes are not a record, or of a version that this release does not know.
std::optional<Json> decode_record(const Schema& schema, std::string_view bytes);

template <class T>
std::string encode_record(const T& record) {
  return encode_record(Bind<T>::schema(), to_canonical(record));
}
template <class T>
std::optional<T> decode_record(std::string_view bytes) {
  auto canonical = decode_record(Bind<T>::schema(), bytes);
  if (!canonical) return std::nullopt;
  return from_canonical<T>(std::move(*canonical));
}

}  // namespace thaw::api
