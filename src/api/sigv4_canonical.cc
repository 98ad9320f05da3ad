#include "api/sigv4_canonical.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace thaw::api {

namespace {

// Removes "." and ".." segments and doubled slashes (RFC 3986, section 5.2.4), keeping a trailing slash.
std::string normalise(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::string_view segment : split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (std::string_view segment : kept) (out += '/') += segment;
  bool ends_in_slash = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
  if (out.empty() || ends_in_slash) out += '/';
  return out;
}

bool needs_normalising(std::string_view path) {
  return !path.starts_with('/') || path.find("//") != path.npos || path.find("/.") != path.npos;
}

void append_collapsed(std::string& out, std::string_view value) {
  bool first = true;
  bool gap = false;
  for (char c : value) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      gap = true;
      continue;
    }
    if (gap && !first) out += ' ';
    gap = first = false;
    out += c;
  }
}

bool equals_lower(std::string_view any_case, std::string_view lower) {
  if (any_case.size() != lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    char c = any_case[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c != lower[i]) return false;
  }
  return true;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string joined_sorted(Pairs& pairs) {
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    ((out += name) += '=') += value;
  }
  return out;
}

std::string recoded(std::string_view text) {
  auto decoded = uri_decode(text, true);
  return decoded ? uri_encode(*decoded) : std::string(text);
}

template <class Encode>
std::string canonical_query_with(std::string_view raw_query, std::string_view without, Encode encode) {
  if (raw_query.empty()) return {};
  Pairs pairs;
  for (std::string_view part : split(raw_query, '&')) {
    if (part.empty()) continue;
    size_t equals = part.find('=');
    std::string_view name = part.substr(0, equals);
    std::string_view value = equals == part.npos ? std::string_view{} : part.substr(equals + 1);
    if (!without.empty() && name == without) continue;
    pairs.emplace_back(encode(name), encode(value));
  }
  return joined_sorted(pairs);
}

}  // namespace

std::optional<std::string_view> SignableView::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (equals_lower(name, lower_name)) return value;
  }
  return std::nullopt;
}

bool has_s3_paths(std::string_view service) {
  return service == "s3" || service == "s3express" || service == "s3-object-lambda" || service == "s3-outposts";
}

std::string canonical_path(std::string_view raw_path, bool s3_paths) {
  if (raw_path.empty()) return "/";
  if (s3_paths) {
    auto decoded = uri_decode(raw_path);
    return decoded ? uri_encode(*decoded, true) : std::string(raw_path);
  }
  if (!needs_normalising(raw_path)) return uri_encode(raw_path, true);
  return uri_encode(normalise(raw_path), true);
}

std::string canonical_query(std::string_view raw_query, std::string_view without) {
  return canonical_query_with(raw_query, without, recoded);
}

std::string canonical_query_as_sent(std::string_view raw_query, std::string_view without) {
  return canonical_query_with(raw_query, without, [](std::string_view text) { return std::string(text); });
}

std::string canonical_header_value(const SignableView& request, std::string_view lower_name) {
  std::string out;
  bool first = true;
  for (const auto& [name, value] : request.headers) {
    if (!equals_lower(name, lower_name)) continue;
    if (!first) out += ',';
    first = false;
    append_collapsed(out, value);
  }
  return out;
}

std::string canonical_request(const SignableView& request, std::span<const std::string> signed_headers, bool s3_paths,
                              std::string_view hash, Reading reading) {
  std::string out;
  out.reserve(512 + request.query.size() + request.path.size());
  (out += request.method) += '\n';
  out += reading == Reading::normal ? canonical_path(request.path, s3_paths) : std::string(request.path);
  out += '\n';
  out += reading == Reading::normal ? canonical_query(request.query, "X-Amz-Signature")
                                    : canonical_query_as_sent(request.query, "X-Amz-Signature");
  out += '\n';
  std::string names;
  for (const std::string& name : signed_headers) {
    (((out += name) += ':') += canonical_header_value(request, name)) += '\n';
    if (!names.empty()) names += ';';
    names += name;
  }
  (((out += '\n') += names) += '\n') += hash;
  return out;
}

std::string string_to_sign(std::string_view timestamp, std::string_view scope, std::string_view canonical) {
  std::string out = "AWS4-HMAC-SHA256\n";
  ((((out += timestamp) += '\n') += scope) += '\n') += hex_of(Sha256::of(canonical));
  return out;
}

namespace {

// The parts of a query that belong to the resource that version 2 signs.
constexpr std::array<std::string_view, 38> kSubresources = {"accelerate",
                                                            "acl",
                                                            "analytics",
                                                            "cors",
                                                            "defaultObjectAcl",
                                                            "delete",
                                                            "encryption",
                                                            "inventory",
                                                            "legal-hold",
                                                            "lifecycle",
                                                            "location",
                                                            "logging",
                                                            "metrics",
                                                            "notification",
                                                            "object-lock",
                                                            "partNumber",
                                                            "policy",
                                                            "replication",
                                                            "requestPayment",
                                                            "response-cache-control",
                                                            "response-content-disposition",
                                                            "response-content-encoding",
                                                            "response-content-language",
                                                            "response-content-type",
                                                            "response-expires",
                                                            "restore",
                                                            "retention",
                                                            "select",
                                                            "select-type",
                                                            "tagging",
                                                            "torrent",
                                                            "uploadId",
                                                            "uploads",
                                                            "versionId",
                                                            "versioning",
                                                            "versions",
                                                            "website",
                                                            "intelligent-tiering"};

std::string canonical_resource_v2(const SignableView& request) {
  std::string out;
  if (!request.host_bucket.empty()) (out += '/') += request.host_bucket;
  out += request.path.empty() ? std::string_view("/") : request.path;
  Pairs pairs;
  for (std::string_view part : split(request.query, '&')) {
    size_t equals = part.find('=');
    std::string_view name = part.substr(0, equals);
    if (std::find(kSubresources.begin(), kSubresources.end(), name) == kSubresources.end()) continue;
    std::string value;
    if (equals != part.npos) value = "=" + uri_decode(part.substr(equals + 1), true).value_or("");
    pairs.emplace_back(std::string(name), std::move(value));
  }
  std::sort(pairs.begin(), pairs.end());
  char separator = '?';
  for (const auto& [name, value] : pairs) {
    ((out += separator) += name) += value;
    separator = '&';
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view wanted) {
  for (std::string_view part : split(query, '&')) {
    size_t equals = part.find('=');
    if (part.substr(0, equals) != wanted || equals == part.npos) continue;
    return uri_decode(part.substr(equals + 1), true).value_or("");
  }
  return {};
}

}  // namespace

std::string string_to_sign_v2(const SignableView& request) {
  std::string out(request.method);
  for (std::string_view name : {"content-md5", "content-type"}) {
    // botocore moves signed headers into the query of a presigned URL.
    auto header = request.header(name);
    (out += '\n') += header ? std::string(trim(*header)) : query_value(request.query, name);
  }
  (out += '\n') += query_value(request.query, "Expires");
  out += '\n';
  // Signed x-amz-* come from the headers, or (a security token) from the query.
  Pairs amz;
  auto seen = [&](const std::string& lower) {
    return std::any_of(amz.begin(), amz.end(), [&](const auto& pair) { return pair.first == lower; });
  };
  for (const auto& [name, value] : request.headers) {
    std::string lower = to_lower(name);
    if (lower.starts_with("x-amz-") && !seen(lower)) amz.emplace_back(lower, canonical_header_value(request, lower));
  }
  for (std::string_view part : split(request.query, '&')) {
    std::string_view name = part.substr(0, part.find('='));
    std::string lower = to_lower(name);
    if (lower.starts_with("x-amz-") && !seen(lower)) amz.emplace_back(lower, query_value(request.query, name));
  }
  std::sort(amz.begin(), amz.end());
  for (const auto& [name, value] : amz) (((out += name) += ':') += value) += '\n';
  return out + canonical_resource_v2(request);
}

std::string sign_v2(std::string_view secret, std::string_view text) {
  std::string block(64, '\0');
  std::string key = secret.size() > 64 ? sha1(secret) : std::string(secret);
  std::copy(key.begin(), key.end(), block.begin());
  std::string inner = block;
  std::string outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return base64_encode(sha1(outer + sha1(inner.append(text))));
}

}  // namespace thaw::api
