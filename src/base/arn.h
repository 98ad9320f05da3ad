// Names that AWS gives: Amazon Resource Names, account ids, regions. Made by parse() only, so that a value of one of
// these types is valid. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace thaw {

// Twelve digits.
class AccountId {
 public:
  static std::optional<AccountId> parse(std::string_view text);
  const std::string& str() const { return text_; }
  auto operator<=>(const AccountId&) const = default;

 private:
  explicit AccountId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// A region's name as in "us-east-1": lower-case letters, digits and hyphens, 3 to 32 of them.
class Region {
 public:
  static std::optional<Region> parse(std::string_view text);
  const std::string& str() const { return text_; }
  auto operator<=>(const Region&) const = default;

 private:
  explicit Region(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// arn:partition:service:region:account:resource. Region and account may be empty (S3, IAM).
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  static std::optional<Arn> parse(std::string_view text);
  static Arn make(std::string_view service, const Region& region, const AccountId& account, std::string_view resource);
  static Arn make_global(std::string_view service, const AccountId& account, std::string_view resource);
  std::string str() const;
  bool operator==(const Arn&) const = default;
};

}  // namespace thaw
