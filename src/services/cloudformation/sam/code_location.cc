// Where code and definitions are: s3://bucket/key?versionId=V, or {Bucket, Key, Version}.
#include "base/text.h"
#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

Value parse_s3_uri(const Value& uri) {
  constexpr std::string_view scheme = "s3://";
  if (!uri.is_string() || !equal_ignoring_case(std::string_view(uri.s()).substr(0, scheme.size()), scheme)) return {};
  std::string rest = uri.s().substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  std::string query;
  if (size_t mark = rest.find('?'); mark != std::string::npos) {
    query = rest.substr(mark + 1);
    rest.resize(mark);
  }
  const size_t slash = rest.find('/');
  if (slash == std::string::npos || slash == 0) return {};
  size_t key = rest.find_first_not_of('/', slash);
  const bool legacy = uri.text().legacy;
  Value out = Value::hashed();
  out.set("Bucket", Text(rest.substr(0, slash), legacy));
  out.set("Key", Text(key == std::string::npos ? "" : rest.substr(key), legacy));
  std::vector<std::string> versions;
  for (auto part : split(query, '&')) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals + 1 == part.size()) continue;
    if (uri_decode(part.substr(0, equals), true).value_or("") == "versionId")
      versions.push_back(uri_decode(part.substr(equals + 1), true).value_or(std::string(part.substr(equals + 1))));
  }
  if (versions.size() == 1) out.set("Version", Text(versions[0], legacy));
  return out;
}

static bool has_bucket_and_key(const Value& place) { return place.get("Bucket") && place.get("Key"); }

Value definition_location(const Value& uri, const std::string& id) {
  if (uri.is_dict() && !has_bucket_and_key(uri))
    throw InvalidResource{id, "'DefinitionUri' requires Bucket and Key properties to be specified."};
  Value place = uri.is_dict() ? uri : parse_s3_uri(uri);
  if (place.is_null())
    throw InvalidResource{id,
                          "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId "
                          "query parameter."};
  Value out = Value::hashed();
  out.set("Bucket", place.get("Bucket"));
  out.set("Key", place.get("Key"));
  if (place.has("Version")) out.set("Version", place.get("Version"));
  return out;
}

// A {{resolve:ssm:/path}} reference, of which the bucket and key cannot be told.
static bool has_path_reference(const std::string& text) {
  for (size_t at = 0; (at = text.find("{{resolve:", at)) != std::string::npos; ++at) {
    const size_t end = text.find("}}", at);
    if (end == std::string::npos) return false;
    std::string_view inner = std::string_view(text).substr(at + 10, end - at - 10);
    const size_t colon = inner.find(':');
    std::string_view service = inner.substr(0, colon);
    if (colon == std::string_view::npos) continue;
    if (service != "ssm" && service != "ssm-secure" && service != "secretsmanager") continue;
    std::string_view name = inner.substr(colon + 1);
    if (size_t version = name.find(':'); version != std::string_view::npos) {
      std::string_view digits = name.substr(version + 1);
      if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) continue;
      name = name.substr(0, version);
    }
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/";
    if (!name.empty() && name.find_first_not_of(allowed) == std::string_view::npos &&
        name.find('/') != std::string_view::npos)
      return true;
  }
  return false;
}

Value s3_location(const Value& uri, const std::string& id, const std::string& property) {
  Value place;
  if (uri.is_dict()) {
    if (!has_bucket_and_key(uri))
      throw InvalidResource{id, "'" + property + "' requires Bucket and Key properties to be specified."};
    place = uri;
  } else if (uri.is_string()) {
    if (has_path_reference(uri.s()))
      throw InvalidResource{id, "Unsupported dynamic reference detected in '" + property +
                                    "'. Please consider using alternative 'FunctionCode' object format."};
    place = parse_s3_uri(uri);
    if (place.is_null())
      throw InvalidResource{id, "'" + property +
                                    "' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId "
                                    "query parameter."};
  } else {
    throw InvalidResource{id, "'" + property + "' must be of type dict or string."};
  }
  Value out = Value::dict({{"S3Bucket", place.get("Bucket")}, {"S3Key", place.get("Key")}});
  if (place.has("Version")) out.set("S3ObjectVersion", place.get("Version"));
  return out;
}

}  // namespace thaw::sam
