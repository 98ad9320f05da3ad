// Encodings of text and time that every room needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace thaw {

std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // padding required; nothing on bad input
std::string hex_encode(std::string_view bytes);                   // lower case
std::optional<std::string> hex_decode(std::string_view text);

// RFC 3986 as AWS signs it: unreserved characters stay; '/' stays when keep_slash.
std::string uri_encode(std::string_view text, bool keep_slash = false);
// '+' becomes a space when plus_is_space (form bodies and query strings of the Query protocol). Nothing on a bad
// escape.
std::optional<std::string> uri_decode(std::string_view text, bool plus_is_space = false);

std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool is_valid_utf8(std::string_view bytes);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Time, always UTC.
std::string iso8601(Time time);                // 2026-11-24T11:18:32Z, with .mmm when not a whole second
std::string iso8601_millis(Time time);         // 2026-11-24T11:18:32.123Z
std::string http_date(Time time);              // Tue, 24 Nov 2026 11:18:32 GMT
std::string sigv4_date(Time time);             // 20261124T111832Z
std::optional<Time> parse_iso8601(std::string_view text);   // offsets and fractions accepted
std::optional<Time> parse_http_date(std::string_view text); // IMF-fixdate, fractions accepted
std::optional<Time> parse_sigv4_date(std::string_view text);

// Randomness from the system, for names and secrets. Thread-safe.
std::string random_bytes(size_t count);
std::string random_hex(size_t digits);
std::string random_alphanumeric(size_t count);   // [A-Z0-9]
std::string random_lower_alphanumeric(size_t count);
std::string random_uuid();                       // version 4

// Hashes; answers raw bytes.
std::string sha256(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string md5(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
uint32_t crc32(std::string_view bytes, uint32_t previous = 0);
uint32_t crc32c(std::string_view bytes, uint32_t previous = 0);
uint64_t crc64nvme(std::string_view bytes, uint64_t previous = 0);
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace thaw
