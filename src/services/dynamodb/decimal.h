// Decimal: DynamoDB's number. Exact, 38 significant digits, magnitude 1E-130 to 9.99...E+125, or zero.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace thaw::dynamodb {

class Decimal {
 public:
  static constexpr int digits_max = 38;
  static constexpr int exponent_max = 125;   // of the first digit
  static constexpr int exponent_min = -130;  // of the first digit

  Decimal() = default;  // zero
  static Decimal of(uint64_t value);

  // The errors are DynamoDB's own words for a bad number.
  static std::expected<Decimal, std::string> parse(std::string_view text);
  static std::expected<Decimal, std::string> add(const Decimal& a, const Decimal& b);
  static std::expected<Decimal, std::string> subtract(const Decimal& a, const Decimal& b);

  // Without an exponent, without needless zeros: "-0.001", "120".
  std::string text() const;
  // What the number counts in an item's size: a byte, and one per two significant digits on each side of the point.
  size_t size_bytes() const;
  // Appends an encoding whose bytes sort as the numbers do. No encoding is a prefix of another.
  void append_key(std::string& key) const;
  // Reads what append_key wrote from the front of `key` and drops it from there; false when malformed.
  static bool read_key(std::string_view& key, Decimal& out);

  bool is_zero() const { return count_ == 0; }
  bool is_negative() const { return negative_; }
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

 private:
  static std::expected<Decimal, std::string> make(bool negative, const uint8_t* digits, int count, int exponent);
  int compare_magnitude(const Decimal& other) const;
  static std::expected<Decimal, std::string> add_magnitudes(const Decimal& a, const Decimal& b, bool negative);
  static std::expected<Decimal, std::string> subtract_magnitudes(const Decimal& larger, const Decimal& smaller,
                                                                 bool negative);

  bool negative_ = false;
  uint8_t count_ = 0;                // significant digits; 0 is the number zero
  int16_t exponent_ = 0;             // of the first digit: d.ddd x 10^exponent
  uint8_t digits_[digits_max] = {};  // first and last are not zero
};

}  // namespace thaw::dynamodb
