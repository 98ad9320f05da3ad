#include "api/record.h"

#include "api/codec.h"

namespace thaw::api {
namespace {
constexpr char version = 1;
}

std::string encode_record(const Schema& schema, const Json& canonical) {
  Use use;
  use.shape = &schema;
  std::string out(1, version);
  append_json(out, canonical, use, TimeFormat::epoch_seconds);
  return out;
}

std::optional<Json> decode_record(const Schema& schema, std::string_view bytes) {
  if (bytes.empty() || bytes[0] != version) return std::nullopt;
  auto parsed = Json::parse(bytes.substr(1));
  if (!parsed) return std::nullopt;
  Use use;
  use.shape = &schema;
  auto canonical = json_to_canonical(std::move(*parsed), use);
  if (!canonical) return std::nullopt;
  return std::move(*canonical);
}

}  // namespace thaw::api
