#include "services/dynamodb/decimal.h"

#include <algorithm>
#include <cstring>

namespace thaw::dynamodb {
namespace {

constexpr const char* overflow_words =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* underflow_words =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr const char* too_long_words = "Attempting to store more than 38 significant digits in a Number";

// Digits of both operands laid out over one range of decimal places. Wider sums cannot have 38 significant digits.
constexpr int places_max = 2 * Decimal::digits_max + 4;

constexpr uint8_t key_zero = 0x80;
constexpr uint8_t key_positive = 0xC0;
constexpr uint8_t key_negative = 0x40;
constexpr int key_exponent_bias = 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Decimal Decimal::of(uint64_t value) { return *parse(std::to_string(value)); }

std::expected<Decimal, std::string> Decimal::make(bool negative, const uint8_t* digits, int count, int exponent) {
  while (count > 0 && *digits == 0) {
    ++digits;
    --count;
    --exponent;
  }
  while (count > 0 && digits[count - 1] == 0) --count;
  Decimal out;
  if (count == 0) return out;
  if (exponent > exponent_max) return std::unexpected(overflow_words);
  if (exponent < exponent_min) return std::unexpected(underflow_words);
  if (count > digits_max) return std::unexpected(too_long_words);
  out.negative_ = negative;
  out.count_ = static_cast<uint8_t>(count);
  out.exponent_ = static_cast<int16_t>(exponent);
  std::memcpy(out.digits_, digits, static_cast<size_t>(count));
  return out;
}

std::expected<Decimal, std::string> Decimal::parse(std::string_view text) {
  auto bad = [&]() -> std::expected<Decimal, std::string> {
    std::string words = "The parameter cannot be converted to a numeric value";
    if (!text.empty()) words += ": " + std::string(text);
    return std::unexpected(std::move(words));
  };
  size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  std::string digits;
  int64_t point = -1;  // how many digits stand before the decimal point, leading zeros dropped
  bool any = false, seen_point = false;
  int64_t dropped_after_point = 0;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (c == '.' && !seen_point) {
      seen_point = true;
      point = static_cast<int64_t>(digits.size());
    } else if (is_digit(c)) {
      any = true;
      if (digits.empty() && c == '0') {
        if (seen_point) ++dropped_after_point;
      } else {
        digits.push_back(static_cast<char>(c - '0'));
      }
    } else {
      break;
    }
  }
  if (!any) return bad();
  if (!seen_point) point = static_cast<int64_t>(digits.size());
  int64_t exponent = 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool exponent_negative = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) exponent_negative = text[i++] == '-';
    size_t start = i;
    for (; i < text.size() && is_digit(text[i]); ++i)
      exponent = std::min<int64_t>(exponent * 10 + (text[i] - '0'), 1'000'000);
    if (i == start) return bad();
    if (exponent_negative) exponent = -exponent;
  }
  if (i != text.size()) return bad();
  int64_t first = exponent + point - 1 - dropped_after_point;
  first = std::clamp<int64_t>(first, -2'000'000, 2'000'000);
  return make(negative, reinterpret_cast<const uint8_t*>(digits.data()), static_cast<int>(digits.size()),
              static_cast<int>(first));
}

int Decimal::compare_magnitude(const Decimal& other) const {
  if (count_ == 0 || other.count_ == 0) return static_cast<int>(count_ != 0) - static_cast<int>(other.count_ != 0);
  if (exponent_ != other.exponent_) return exponent_ < other.exponent_ ? -1 : 1;
  int order = std::memcmp(digits_, other.digits_, std::min(count_, other.count_));
  if (order != 0) return order < 0 ? -1 : 1;
  return static_cast<int>(count_ > other.count_) - static_cast<int>(count_ < other.count_);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_) return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  int order = compare_magnitude(other);
  if (negative_) order = -order;
  return order <=> 0;
}

std::expected<Decimal, std::string> Decimal::add_magnitudes(const Decimal& a, const Decimal& b, bool negative) {
  int top = std::max(a.exponent_, b.exponent_) + 1;  // one place for the carry
  int bottom = std::min(a.exponent_ - a.count_, b.exponent_ - b.count_) + 1;
  int width = top - bottom + 1;
  if (width > places_max) return std::unexpected(too_long_words);
  uint8_t sum[places_max] = {};
  for (const Decimal* d : {&a, &b})
    for (int i = 0; i < d->count_; ++i) sum[top - (d->exponent_ - i)] += d->digits_[i];
  for (int i = width - 1; i > 0; --i) {
    sum[i - 1] = static_cast<uint8_t>(sum[i - 1] + sum[i] / 10);
    sum[i] = static_cast<uint8_t>(sum[i] % 10);
  }
  return make(negative, sum, width, top);
}

std::expected<Decimal, std::string> Decimal::subtract_magnitudes(const Decimal& larger, const Decimal& smaller,
                                                                 bool negative) {
  int top = larger.exponent_;
  int bottom = std::min(larger.exponent_ - larger.count_, smaller.exponent_ - smaller.count_) + 1;
  int width = top - bottom + 1;
  if (width > places_max) return std::unexpected(too_long_words);
  int8_t difference[places_max] = {};
  for (int i = 0; i < larger.count_; ++i) difference[i] = static_cast<int8_t>(larger.digits_[i]);
  for (int i = 0; i < smaller.count_; ++i) {
    int8_t& place = difference[top - (smaller.exponent_ - i)];
    place = static_cast<int8_t>(place - smaller.digits_[i]);
  }
  for (int i = width - 1; i > 0; --i) {
    if (difference[i] >= 0) continue;
    difference[i] = static_cast<int8_t>(difference[i] + 10);
    --difference[i - 1];
  }
  return make(negative, reinterpret_cast<uint8_t*>(difference), width, top);
}

std::expected<Decimal, std::string> Decimal::add(const Decimal& a, const Decimal& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  if (a.negative_ == b.negative_) return add_magnitudes(a, b, a.negative_);
  int order = a.compare_magnitude(b);
  if (order == 0) return Decimal();
  return order > 0 ? subtract_magnitudes(a, b, a.negative_) : subtract_magnitudes(b, a, b.negative_);
}

std::expected<Decimal, std::string> Decimal::subtract(const Decimal& a, const Decimal& b) {
  Decimal minus = b;
  if (!minus.is_zero()) minus.negative_ = !minus.negative_;
  return add(a, minus);
}

std::string Decimal::text() const {
  if (count_ == 0) return "0";
  std::string out;
  if (negative_) out.push_back('-');
  if (exponent_ < 0) {
    out += "0.";
    out.append(static_cast<size_t>(-exponent_ - 1), '0');
  }
  for (int i = 0; i < count_; ++i) {
    if (i == exponent_ + 1 && i > 0) out.push_back('.');
    out.push_back(static_cast<char>('0' + digits_[i]));
  }
  if (exponent_ + 1 > count_) out.append(static_cast<size_t>(exponent_ + 1 - count_), '0');
  return out;
}

size_t Decimal::size_bytes() const {
  // Digits before and behind the decimal point are counted in pairs of their own; zeros at either end are not counted.
  int whole = std::clamp(exponent_ + 1, 0, static_cast<int>(count_));
  int fraction = count_ - whole;
  return static_cast<size_t>(1 + (whole + 1) / 2 + (fraction + 1) / 2 + (negative_ ? 1 : 0));
}

void Decimal::append_key(std::string& key) const {
  if (count_ == 0) {
    key.push_back(static_cast<char>(key_zero));
    return;
  }
  key.push_back(static_cast<char>(negative_ ? key_negative : key_positive));
  // Of negative numbers everything is complemented, so that larger magnitudes sort first.
  uint8_t flip = negative_ ? 0xFF : 0;
  auto push = [&](int byte) { key.push_back(static_cast<char>(static_cast<uint8_t>(byte) ^ flip)); };
  int biased = exponent_ + key_exponent_bias;
  push(biased >> 8);
  push(biased & 0xFF);
  for (int i = 0; i < count_; i += 2) push(digits_[i] * 10 + (i + 1 < count_ ? digits_[i + 1] : 0) + 1);
  push(0);
}

bool Decimal::read_key(std::string_view& key, Decimal& out) {
  if (key.empty()) return false;
  uint8_t sign = static_cast<uint8_t>(key[0]);
  key.remove_prefix(1);
  out = Decimal();
  if (sign == key_zero) return true;
  if (sign != key_positive && sign != key_negative) return false;
  uint8_t flip = sign == key_negative ? 0xFF : 0;
  if (key.size() < 3) return false;
  int exponent = (static_cast<uint8_t>(key[0]) ^ flip) << 8 | (static_cast<uint8_t>(key[1]) ^ flip);
  key.remove_prefix(2);
  uint8_t digits[digits_max + 2];
  int count = 0;
  while (true) {
    if (key.empty()) return false;
    uint8_t byte = static_cast<uint8_t>(static_cast<uint8_t>(key[0]) ^ flip);
    key.remove_prefix(1);
    if (byte == 0) break;
    if (byte > 100 || count >= digits_max) return false;
    digits[count++] = static_cast<uint8_t>((byte - 1) / 10);
    digits[count++] = static_cast<uint8_t>((byte - 1) % 10);
  }
  auto made = make(flip != 0, digits, count, exponent - key_exponent_bias);
  if (!made) return false;
  out = *made;
  return true;
}

}  // namespace thaw::dynamodb
