#include "base/text.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace thaw {
namespace {

constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> make_base64_values() {
  std::array<int8_t, 256> out{};
  out.fill(-1);
  for (int i = 0; i < 64; ++i) out[static_cast<unsigned char>(base64_digits[i])] = static_cast<int8_t>(i);
  return out;
}
constexpr auto base64_values = make_base64_values();

unsigned char byte_at(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    uint32_t v = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    *to++ = base64_digits[v >> 18];
    *to++ = base64_digits[v >> 12 & 63];
    *to++ = base64_digits[v >> 6 & 63];
    *to++ = base64_digits[v & 63];
  }
  if (size_t left = bytes.size() - i; left > 0) {
    uint32_t v = byte_at(bytes, i) << 16 | (left == 2 ? byte_at(bytes, i + 1) << 8 : 0);
    *to++ = base64_digits[v >> 18];
    *to++ = base64_digits[v >> 12 & 63];
    if (left == 2) *to = base64_digits[v >> 6 & 63];
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string_view digits = text.substr(0, text.size() - padding);
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    int value = base64_values[byte_at(digits, i)];
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count < 4) continue;
    out.push_back(static_cast<char>(bits >> 16));
    out.push_back(static_cast<char>(bits >> 8));
    out.push_back(static_cast<char>(bits));
    bits = 0;
    count = 0;
  }
  if (count == 2) out.push_back(static_cast<char>(bits >> 4));
  if (count == 3) {
    out.push_back(static_cast<char>(bits >> 10));
    out.push_back(static_cast<char>(bits >> 2));
  }
  return out;
}

std::string hex_encode(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(bytes.size() * 2, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = digits[byte_at(bytes, i) >> 4];
    out[2 * i + 1] = digits[byte_at(bytes, i) & 15];
  }
  return out;
}

std::optional<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out(text.size() / 2, '\0');
  for (size_t i = 0; i < out.size(); ++i) {
    int high = hex_value(text[2 * i]);
    int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string uri_encode(std::string_view text, bool keep_slash) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + 16);
  for (char c : text) {
    bool unreserved = is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
                      c == '.' || c == '~' || (c == '/' && keep_slash);
    if (unreserved) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::optional<std::string> uri_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high << 4 | low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::string_view trim(std::string_view text) {
  static constexpr std::string_view space = " \t\r\n\v\f";
  size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  size_t start = 0;
  for (;;) {
    size_t end = text.find(separator, start);
    out.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return out;
    start = end + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

bool is_valid_utf8(std::string_view bytes) {
  size_t i = 0;
  while (i < bytes.size()) {
    unsigned char c = byte_at(bytes, i);
    if (c < 0x80) {
      ++i;
      continue;
    }
    int more = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
    if (more == 0 || i + more >= bytes.size()) return false;
    // The second byte's range excludes overlong forms, surrogates, and code points over U+10FFFF.
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (byte_at(bytes, i + 1) < low || byte_at(bytes, i + 1) > high) return false;
    for (int k = 2; k <= more; ++k)
      if ((byte_at(bytes, i + k) & 0xC0) != 0x80) return false;
    i += static_cast<size_t>(more) + 1;
  }
  return true;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// --- Time ---

namespace {

struct Civil {
  int year, month, day, hour, minute, second, millis, weekday;
};

Civil civil(Time time) {
  auto day = std::chrono::floor<std::chrono::days>(time);
  std::chrono::year_month_day date(day);
  int ms = static_cast<int>((time - day).count());
  return {int(date.year()),
          int(unsigned(date.month())),
          int(unsigned(date.day())),
          ms / 3600000,
          ms / 60000 % 60,
          ms / 1000 % 60,
          ms % 1000,
          int(std::chrono::weekday(day).c_encoding())};
}

constexpr std::string_view weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<Time> make_time(int year, int month, int day, int hour, int minute, int second, int millis) {
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                   std::chrono::day(unsigned(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(millis);
}

// Reads a text from left to right; once something did not fit, ok is false for good.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int number(size_t digits) {
    if (!ok || rest.size() < digits) return fail();
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!is_digit(rest[i])) return fail();
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(digits);
    return value;
  }
  void literal(std::string_view text) {
    if (!ok || !rest.starts_with(text)) {
      ok = false;
      return;
    }
    rest.remove_prefix(text.size());
  }
  bool accept(char c) {
    if (!ok || rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  // ".123456", cut to milliseconds; 0 when there is none.
  int fraction_millis() {
    if (!accept('.')) return 0;
    size_t digits = 0;
    int value = 0;
    while (digits < rest.size() && is_digit(rest[digits])) {
      if (digits < 3) value = value * 10 + (rest[digits] - '0');
      ++digits;
    }
    if (digits == 0) return fail();
    for (size_t i = digits; i < 3; ++i) value *= 10;
    rest.remove_prefix(digits);
    return value;
  }
  bool done() const { return ok && rest.empty(); }
  int fail() {
    ok = false;
    return 0;
  }
};

}  // namespace

std::string iso8601(Time time) {
  Civil c = civil(time);
  if (c.millis != 0) return iso8601_millis(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::string iso8601_millis(Time time) {
  Civil c = civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day, c.hour, c.minute, c.second,
                     c.millis);
}

std::string http_date(Time time) {
  Civil c = civil(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays[c.weekday], c.day, months[c.month - 1],
                     c.year, c.hour, c.minute, c.second);
}

std::string sigv4_date(Time time) {
  Civil c = civil(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second);
}

std::optional<Time> parse_iso8601(std::string_view text) {
  Scanner in{text};
  int year = in.number(4);
  in.literal("-");
  int month = in.number(2);
  in.literal("-");
  int day = in.number(2);
  if (!in.accept('T') && !in.accept('t') && !in.accept(' ')) return std::nullopt;
  int hour = in.number(2);
  in.literal(":");
  int minute = in.number(2);
  in.literal(":");
  int second = in.number(2);
  int millis = in.fraction_millis();
  int offset_minutes = 0;
  if (!in.accept('Z') && !in.accept('z')) {
    int sign = in.accept('-') ? -1 : 1;
    if (sign > 0) in.literal("+");
    int hours = in.number(2);
    in.accept(':');
    int minutes = in.number(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    offset_minutes = sign * (hours * 60 + minutes);
  }
  if (!in.done()) return std::nullopt;
  auto time = make_time(year, month, day, hour, minute, second, millis);
  if (!time) return std::nullopt;
  return *time - std::chrono::minutes(offset_minutes);
}

std::optional<Time> parse_http_date(std::string_view text) {
  Scanner in{text};
  bool named = false;
  for (std::string_view name : weekdays) named = named || text.starts_with(name);
  if (!named) return std::nullopt;
  in.rest.remove_prefix(3);
  in.literal(", ");
  int day = in.number(2);
  in.literal(" ");
  int month = 0;
  for (int i = 0; i < 12; ++i)
    if (in.rest.starts_with(months[i])) month = i + 1;
  if (month == 0) return std::nullopt;
  in.literal(months[month - 1]);
  in.literal(" ");
  int year = in.number(4);
  in.literal(" ");
  int hour = in.number(2);
  in.literal(":");
  int minute = in.number(2);
  in.literal(":");
  int second = in.number(2);
  int millis = in.fraction_millis();
  in.literal(" GMT");
  if (!in.done()) return std::nullopt;
  return make_time(year, month, day, hour, minute, second, millis);
}

std::optional<Time> parse_sigv4_date(std::string_view text) {
  Scanner in{text};
  int year = in.number(4);
  int month = in.number(2);
  int day = in.number(2);
  in.literal("T");
  int hour = in.number(2);
  int minute = in.number(2);
  int second = in.number(2);
  in.literal("Z");
  if (!in.done()) return std::nullopt;
  return make_time(year, month, day, hour, minute, second, 0);
}

// --- Randomness ---

namespace {

void fill_random(char* out, size_t count) {
  size_t filled = 0;
  while (filled < count) {
    ssize_t got = ::getrandom(out + filled, count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::runtime_error("getrandom failed");
    filled += static_cast<size_t>(got);
  }
}

// Random bytes fetched ahead, so that an id costs no system call. What was handed out is wiped here.
struct RandomAhead {
  char bytes[1024];
  size_t left = 0;
};

}  // namespace

std::string random_bytes(size_t count) {
  static thread_local RandomAhead ahead;
  std::string out(count, '\0');
  if (count > sizeof ahead.bytes / 4) {
    fill_random(out.data(), count);
    return out;
  }
  if (ahead.left < count) {
    fill_random(ahead.bytes, sizeof ahead.bytes);
    ahead.left = sizeof ahead.bytes;
  }
  ahead.left -= count;
  std::copy_n(ahead.bytes + ahead.left, count, out.data());
  std::fill_n(ahead.bytes + ahead.left, count, '\0');
  return out;
}

namespace {
// Each character equally likely: bytes that would favour the alphabet's beginning are thrown away.
std::string random_from(std::string_view alphabet, size_t count) {
  const size_t usable = 256 / alphabet.size() * alphabet.size();
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    std::string bytes = random_bytes(count - out.size() + 8);
    for (size_t i = 0; i < bytes.size() && out.size() < count; ++i)
      if (byte_at(bytes, i) < usable) out.push_back(alphabet[byte_at(bytes, i) % alphabet.size()]);
  }
  return out;
}
}  // namespace

std::string random_hex(size_t digits) { return hex_encode(random_bytes((digits + 1) / 2)).substr(0, digits); }
std::string random_alphanumeric(size_t count) { return random_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", count); }
std::string random_lower_alphanumeric(size_t count) {
  return random_from("abcdefghijklmnopqrstuvwxyz0123456789", count);
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string hex = hex_encode(bytes);
  for (size_t at : {8, 13, 18, 23}) hex.insert(at, 1, '-');
  return hex;
}

// --- Hashes ---

namespace {

// A digest looked up once and a context per thread: EVP_sha256() with a fresh context costs several times the hash of
// a short text.
class Hasher {
 public:
  explicit Hasher(const char* name) : digest_(EVP_MD_fetch(nullptr, name, nullptr)), context_(EVP_MD_CTX_new()) {
    if (!digest_ || !context_ || EVP_DigestInit_ex2(context_, digest_, nullptr) != 1)
      throw std::runtime_error("the crypto library lacks a digest");
  }
  ~Hasher() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(digest_);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& begin() {
    EVP_DigestInit_ex2(context_, nullptr, nullptr);
    return *this;
  }
  Hasher& add(std::string_view bytes) {
    EVP_DigestUpdate(context_, bytes.data(), bytes.size());
    return *this;
  }
  std::string end() {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_, out, &size);
    return std::string(reinterpret_cast<char*>(out), size);
  }

 private:
  EVP_MD* digest_;
  EVP_MD_CTX* context_;
};

Hasher& sha256_hasher() {
  thread_local Hasher hasher("SHA256");
  return hasher;
}

}  // namespace

std::string sha256(std::string_view bytes) { return sha256_hasher().begin().add(bytes).end(); }

std::string sha1(std::string_view bytes) {
  thread_local Hasher hasher("SHA1");
  return hasher.begin().add(bytes).end();
}

std::string md5(std::string_view bytes) {
  thread_local Hasher hasher("MD5");
  return hasher.begin().add(bytes).end();
}

// RFC 2104.
std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  constexpr size_t block_bytes = 64;
  char inner[block_bytes];
  char outer[block_bytes];
  std::string short_key;
  if (key.size() > block_bytes) {
    short_key = sha256(key);
    key = short_key;
  }
  for (size_t i = 0; i < block_bytes; ++i) {
    char k = i < key.size() ? key[i] : '\0';
    inner[i] = static_cast<char>(k ^ 0x36);
    outer[i] = static_cast<char>(k ^ 0x5c);
  }
  Hasher& hasher = sha256_hasher();
  std::string digest = hasher.begin().add({inner, block_bytes}).add(bytes).end();
  return hasher.begin().add({outer, block_bytes}).add(digest).end();
}

namespace {

// Slicing by eight: table[k] advances a byte by k further zero bytes. Reflected polynomials, all-ones in and out.
template <class Word>
using CrcTables = std::array<std::array<Word, 256>, 8>;

template <class Word>
constexpr CrcTables<Word> make_crc_tables(Word polynomial) {
  CrcTables<Word> out{};
  for (unsigned i = 0; i < 256; ++i) {
    Word value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ polynomial : value >> 1;
    out[0][i] = value;
  }
  for (unsigned i = 0; i < 256; ++i)
    for (int k = 1; k < 8; ++k) out[k][i] = out[k - 1][i] >> 8 ^ out[0][out[k - 1][i] & 255];
  return out;
}

const auto crc32_tables = make_crc_tables<uint32_t>(0xEDB88320u);
const auto crc32c_tables = make_crc_tables<uint32_t>(0x82F63B78u);
const auto crc64nvme_tables = make_crc_tables<uint64_t>(0x9A6C9329AC4BC9B5u);

template <class Word>
Word crc(const CrcTables<Word>& tables, std::string_view bytes, Word previous) {
  Word value = ~previous;
  while (bytes.size() >= 8) {
    uint64_t chunk;
    std::memcpy(&chunk, bytes.data(), 8);  // little-endian, as every machine that Thaw is built for
    chunk ^= value;
    value = tables[7][chunk & 255] ^ tables[6][chunk >> 8 & 255] ^ tables[5][chunk >> 16 & 255] ^
            tables[4][chunk >> 24 & 255] ^ tables[3][chunk >> 32 & 255] ^ tables[2][chunk >> 40 & 255] ^
            tables[1][chunk >> 48 & 255] ^ tables[0][chunk >> 56];
    bytes.remove_prefix(8);
  }
  for (char c : bytes) value = value >> 8 ^ tables[0][(value ^ static_cast<unsigned char>(c)) & 255];
  return ~value;
}

}  // namespace

uint32_t crc32(std::string_view bytes, uint32_t previous) { return crc(crc32_tables, bytes, previous); }
uint32_t crc32c(std::string_view bytes, uint32_t previous) { return crc(crc32c_tables, bytes, previous); }
uint64_t crc64nvme(std::string_view bytes, uint64_t previous) { return crc(crc64nvme_tables, bytes, previous); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace thaw
