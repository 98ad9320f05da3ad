#include "services/dynamodb/expression_parser.h"

#include <algorithm>

#include "base/text.h"

namespace thaw::dynamodb {
namespace {

constexpr int depth_max = 300;  // no expression of 300 operators is nested deeper

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

ExpressionParser::ExpressionParser(std::string_view text, std::string_view parameter, Placeholders& placeholders)
    : placeholders_(placeholders), text_(text), parameter_(parameter) {
  if (!size_error()) scan();
  if (tokens_.empty()) tokens_.push_back({Token::Kind::end, text_.substr(text_.size())});
}

void ExpressionParser::scan() {
  size_t i = 0;
  auto word_from = [&](size_t start) {
    size_t end = start;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    return end;
  };
  while (true) {
    while (i < text_.size() && is_space(text_[i])) ++i;
    if (i == text_.size()) break;
    size_t end = i + 1;
    Token::Kind kind = Token::Kind::punctuation;
    char c = text_[i];
    if (is_word_char(c)) {
      end = word_from(i);
      std::string_view word = text_.substr(i, end - i);
      kind = Token::Kind::name;
      if (is_digit(c)) kind = std::all_of(word.begin(), word.end(), is_digit) ? Token::Kind::number : Token::Kind::bad;
    } else if (c == '#' || c == ':') {
      end = word_from(i + 1);
      kind = c == '#' ? Token::Kind::name_placeholder : Token::Kind::value_placeholder;
      if (end == i + 1) kind = Token::Kind::bad;
    } else if (c == '<' || c == '>') {
      if (end < text_.size() && (text_[end] == '=' || (c == '<' && text_[end] == '>'))) ++end;
    } else if (std::string_view("()[],.=+-").find(c) == std::string_view::npos) {
      kind = Token::Kind::bad;
      while (end < text_.size() && (static_cast<uint8_t>(text_[end]) & 0xC0) == 0x80) ++end;  // one character of UTF-8
    }
    tokens_.push_back({kind, text_.substr(i, end - i)});
    i = end;
  }
  tokens_.push_back({Token::Kind::end, text_.substr(text_.size())});
}

bool ExpressionParser::is_word(std::string_view keyword, size_t ahead) const {
  return peek(ahead).kind == Token::Kind::name && equal_ignoring_case(peek(ahead).text, keyword);
}

bool ExpressionParser::take(std::string_view punctuation) {
  if (!is(punctuation)) return false;
  ++at_;
  return true;
}

bool ExpressionParser::take_word(std::string_view keyword) {
  if (!is_word(keyword)) return false;
  ++at_;
  return true;
}

bool ExpressionParser::syntax_error() {
  if (!syntax_.empty()) return false;
  const Token& token = peek();
  const Token& first = at_ > 0 ? tokens_[at_ - 1] : token;
  const Token& last = peek(1);
  size_t begin = static_cast<size_t>(first.text.data() - text_.data());
  size_t end = static_cast<size_t>(last.text.data() - text_.data()) + last.text.size();
  if (token.kind == Token::Kind::end || last.kind == Token::Kind::end)
    end = token.kind == Token::Kind::end ? begin + first.text.size()
                                         : static_cast<size_t>(token.text.data() - text_.data()) + token.text.size();
  std::string_view shown = token.kind == Token::Kind::end ? "<EOF>" : token.text;
  syntax_ = "Syntax error; token: \"" + std::string(shown) + "\", near: \"" +
            std::string(text_.substr(begin, end - begin)) + "\"";
  return false;
}

bool ExpressionParser::starts_path() const {
  return peek().kind == Token::Kind::name || peek().kind == Token::Kind::name_placeholder;
}

bool ExpressionParser::parse_path(Path& path) {
  auto parse_name = [&] {
    if (!starts_path()) return syntax_error();
    Token token = take_any();
    PathPart part;
    if (token.kind == Token::Kind::name) {
      part.name = token.text;
      if (is_reserved_word(part.name))
        mistake(Mistake::reserved, "Attribute name is a reserved keyword; reserved keyword: " + part.name);
    } else if (const std::string* name = placeholders_.name(token.text)) {
      part.name = *name;
    } else {
      mistake(Mistake::undefined_name,
              "An expression attribute name used in the document path is not defined; attribute name: " +
                  std::string(token.text));
    }
    path.parts.push_back(std::move(part));
    return true;
  };
  if (!parse_name()) return false;
  while (true) {
    if (take(".")) {
      if (!parse_name()) return false;
    } else if (take("[")) {
      if (peek().kind != Token::Kind::number) return syntax_error();
      std::string_view digits = take_any().text;
      size_t index = 0;
      for (char c : digits) index = std::min<size_t>(index * 10 + static_cast<size_t>(c - '0'), 1u << 30);
      path.parts.push_back({"", index, true});
      if (!take("]")) return syntax_error();
    } else {
      return true;
    }
  }
}

bool ExpressionParser::parse_placeholder_value(Value& value) {
  if (peek().kind != Token::Kind::value_placeholder) return syntax_error();
  Token token = take_any();
  if (auto found = placeholders_.value(token.text)) {
    value = *found;
  } else {
    mistake(
        Mistake::undefined_value,
        "An expression attribute value used in expression is not defined; attribute value: " + std::string(token.text));
  }
  return true;
}

bool ExpressionParser::enter() {
  if (++depth_ <= depth_max) return true;
  if (syntax_.empty())
    syntax_ = "The expression contains too many operators; operator count: " + std::to_string(depth_);
  return false;
}

void ExpressionParser::mistake(Mistake kind, std::string words) {
  std::string& slot = mistakes_[static_cast<size_t>(kind)];
  if (slot.empty()) slot = std::move(words);
}

std::unexpected<Error> ExpressionParser::error(std::string_view words) const {
  return fail("ValidationException", "Invalid " + std::string(parameter_) + ": " + std::string(words));
}

std::optional<std::string> ExpressionParser::size_error() const {
  if (text_.size() > expression_bytes_max)
    return "Expression size has exceeded the maximum allowed size; expression size: " + std::to_string(text_.size());
  if (std::all_of(text_.begin(), text_.end(), is_space)) return "The expression can not be empty;";
  return std::nullopt;
}

std::optional<std::string> ExpressionParser::first_error() const {
  if (!syntax_.empty()) return syntax_;
  for (const std::string& words : mistakes_)
    if (!words.empty()) return words;
  if (operators_ > operators_max)
    return "The expression contains too many operators; operator count: " + std::to_string(operators_);
  return std::nullopt;
}

void ExpressionParser::check_overlap(std::vector<Path>& earlier, const Path& path) {
  for (const Path& other : earlier) {
    size_t common = std::min(other.parts.size(), path.parts.size());
    size_t i = 0;
    while (i < common && other.parts[i] == path.parts[i]) ++i;
    std::string both =
        "must remove or rewrite one of these paths; path one: " + other.shown() + ", path two: " + path.shown();
    if (i == common)
      mistake(Mistake::overlap, "Two document paths overlap with each other; " + both);
    else if (other.parts[i].is_index != path.parts[i].is_index)
      mistake(Mistake::conflict, "Two document paths conflict with each other; " + both);
  }
  earlier.push_back(path);
}

}  // namespace thaw::dynamodb
