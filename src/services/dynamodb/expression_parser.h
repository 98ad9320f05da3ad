// What the parsers of all expressions share: tokens, document paths, and which of several mistakes AWS names first.
// Private to the expression parsers.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {

struct Token {
  enum class Kind : uint8_t { name, name_placeholder, value_placeholder, number, punctuation, bad, end };
  Kind kind = Kind::end;
  std::string_view text;
};

// A mistake that does not stop the parser. Of all found in an expression the first in this order is told.
enum class Mistake : uint8_t {
  parentheses,
  unknown_function,
  misused_function,
  reserved,
  section,
  undefined_name,
  undefined_value,
  operand_count,
  distinct,
  overlap,
  conflict,
  operand_type,
  count
};

class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, std::string_view parameter, Placeholders& placeholders);

 protected:
  // ---- tokens; each answers whether it took what it asked for ----
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool is(std::string_view punctuation) const {
    return peek().kind == Token::Kind::punctuation && peek().text == punctuation;
  }
  bool is_word(std::string_view keyword, size_t ahead = 0) const;  // whatever its case
  bool take(std::string_view punctuation);
  bool take_word(std::string_view keyword);
  Token take_any() { return tokens_[at_ < tokens_.size() - 1 ? at_++ : at_]; }
  size_t position() const { return at_; }
  void rewind(size_t position) { at_ = position; }
  bool at_end() const { return peek().kind == Token::Kind::end; }

  // ---- parts ----
  // Stops parsing: remembers a syntax error at the current token. Always answers false.
  bool syntax_error();
  bool starts_path() const;
  bool parse_path(Path& path);
  bool parse_placeholder_value(Value& value);
  // Counts an operator or function.
  void count_operator() { ++operators_; }
  // Answers false, having remembered the limit, when nested too deep.
  bool enter();
  void leave() { --depth_; }

  // ---- errors ----
  void mistake(Mistake kind, std::string words);
  std::unexpected<Error> error(std::string_view words) const;
  // The first of all errors, once parsing has ended.
  std::optional<std::string> first_error() const;
  // Size limits, checked before anything is parsed.
  std::optional<std::string> size_error() const;
  void check_overlap(std::vector<Path>& earlier, const Path& path);

  Placeholders& placeholders_;

 private:
  void scan();

  std::string_view text_;
  std::string_view parameter_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int operators_ = 0;
  int depth_ = 0;
  std::string syntax_;
  std::array<std::string, static_cast<size_t>(Mistake::count)> mistakes_;
};

}  // namespace thaw::dynamodb
