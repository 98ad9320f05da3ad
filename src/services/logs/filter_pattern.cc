#include "services/logs/filter_pattern.h"

#include <re2/re2.h>

#include <charconv>
#include <functional>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace thaw::logs {

struct FilterPattern::Node {
  virtual ~Node() = default;
  virtual bool matches(std::string_view message) const = 0;
};

namespace {

using Node = FilterPattern::Node;

std::unexpected<Error> invalid() { return fail("InvalidParameterException", "Invalid filter pattern"); }

// '*' stands for any text.
bool glob(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// ---- unstructured terms ----

struct Term {
  std::string text;
  std::shared_ptr<RE2> expression;
  bool found_in(std::string_view message) const {
    return expression ? RE2::PartialMatch(message, *expression) : message.find(text) != std::string_view::npos;
  }
};

struct TermsNode : Node {
  std::vector<Term> required, excluded, any;
  bool matches(std::string_view message) const override {
    for (const Term& t : required)
      if (!t.found_in(message)) return false;
    for (const Term& t : excluded)
      if (t.found_in(message)) return false;
    if (any.empty()) return true;
    for (const Term& t : any)
      if (t.found_in(message)) return true;
    return false;
  }
};

Result<Term> parse_term(std::string_view text, size_t& at) {
  Term term;
  if (text[at] == '"') {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      term.text.push_back(text[at]);
    }
    if (at >= text.size()) return invalid();
    ++at;
    return term;
  }
  if (text[at] == '%') {
    size_t end = text.find('%', at + 1);
    if (end == std::string_view::npos) return invalid();
    term.expression = std::make_shared<RE2>(std::string(text.substr(at + 1, end - at - 1)), RE2::Quiet);
    at = end + 1;
    if (!term.expression->ok()) return invalid();
    return term;
  }
  while (at < text.size() && text[at] != ' ') term.text.push_back(text[at++]);
  return term;
}

Result<std::shared_ptr<const Node>> parse_terms(std::string_view text) {
  auto node = std::make_shared<TermsNode>();
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    std::vector<Term>* to = &node->required;
    if (text[at] == '-' || text[at] == '?') {
      to = text[at] == '-' ? &node->excluded : &node->any;
      if (++at >= text.size() || text[at] == ' ') return invalid();
    }
    TRY(Term term, parse_term(text, at));
    to->push_back(std::move(term));
  }
  return node;
}

// ---- comparisons, shared by JSON and positional patterns ----

enum class Compare : uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_null,
  is_true,
  is_false,
  exists,
  not_exists
};

std::optional<double> as_number(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool compare_text(Compare compare, std::string_view text, std::string_view wanted) {
  if (compare == Compare::equal || compare == Compare::not_equal) {
    auto a = as_number(text), b = as_number(wanted);
    bool same = a && b ? *a == *b : glob(wanted, text);
    return same == (compare == Compare::equal);
  }
  auto a = as_number(text), b = as_number(wanted);
  if (!a || !b) return false;
  switch (compare) {
    case Compare::less: return *a < *b;
    case Compare::less_equal: return *a <= *b;
    case Compare::greater: return *a > *b;
    case Compare::greater_equal: return *a >= *b;
    default: return false;
  }
}

struct Scanner {
  std::string_view text;
  size_t at = 0;

  void skip() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n')) ++at;
  }
  bool take(std::string_view token) {
    skip();
    if (text.substr(at, token.size()) != token) return false;
    at += token.size();
    return true;
  }
  std::optional<Compare> take_comparison() {
    if (take("!=")) return Compare::not_equal;
    if (take("<=")) return Compare::less_equal;
    if (take(">=")) return Compare::greater_equal;
    if (take("=")) return Compare::equal;
    if (take("<")) return Compare::less;
    if (take(">")) return Compare::greater;
    return std::nullopt;
  }
  std::optional<std::string> take_value(std::string_view stop) {
    skip();
    std::string out;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        out.push_back(text[at]);
      }
      if (at >= text.size()) return std::nullopt;
      ++at;
      return out;
    }
    while (at < text.size() && stop.find(text[at]) == std::string_view::npos) out.push_back(text[at++]);
    if (out.empty()) return std::nullopt;
    return out;
  }
};

// ---- JSON patterns ----

using Test = std::function<bool(const Json&)>;

struct JsonNode : Node {
  Test test;
  bool matches(std::string_view message) const override {
    auto event = Json::parse(message);
    return event && event->is_object() && test(*event);
  }
};

// One step of "$.a.b[0]".
struct Step {
  std::string key;
  int index = -1;
};

const Json* select(const Json& event, const std::vector<Step>& path) {
  const Json* at = &event;
  for (const Step& step : path) {
    if (step.index >= 0)
      at = at->is_array() && static_cast<size_t>(step.index) < at->size() ? &at->items()[step.index] : nullptr;
    else
      at = at->find(step.key);
    if (!at) return nullptr;
  }
  return at;
}

std::optional<std::vector<Step>> parse_path(Scanner& in) {
  if (!in.take("$")) return std::nullopt;
  std::vector<Step> out;
  while (in.at < in.text.size()) {
    if (in.text[in.at] == '.') {
      ++in.at;
      Step step;
      while (in.at < in.text.size() && std::string_view(" .[=<>!)}&|").find(in.text[in.at]) == std::string_view::npos)
        step.key.push_back(in.text[in.at++]);
      if (step.key.empty()) return std::nullopt;
      out.push_back(std::move(step));
    } else if (in.text[in.at] == '[') {
      size_t end = in.text.find(']', in.at);
      if (end == std::string_view::npos) return std::nullopt;
      Step step;
      std::string_view digits = in.text.substr(in.at + 1, end - in.at - 1);
      auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
      if (error != std::errc() || last != digits.data() + digits.size() || step.index < 0) return std::nullopt;
      out.push_back(step);
      in.at = end + 1;
    } else {
      break;
    }
  }
  return out;
}

std::optional<Test> parse_or(Scanner& in);

std::optional<Test> parse_condition(Scanner& in) {
  if (in.take("(")) {
    auto inner = parse_or(in);
    if (!inner || !in.take(")")) return std::nullopt;
    return inner;
  }
  auto path = parse_path(in);
  if (!path) return std::nullopt;
  if (in.take("NOT EXISTS")) return Test([p = *path](const Json& e) { return select(e, p) == nullptr; });
  if (in.take("EXISTS")) return Test([p = *path](const Json& e) { return select(e, p) != nullptr; });
  for (bool wanted : {true, false})
    if (in.take(wanted ? "IS TRUE" : "IS FALSE"))
      return Test([p = *path, wanted](const Json& e) {
        const Json* v = select(e, p);
        return v && v->is_bool() && v->as_bool() == wanted;
      });
  if (in.take("IS NULL"))
    return Test([p = *path](const Json& e) {
      const Json* v = select(e, p);
      return v && v->is_null();
    });
  auto compare = in.take_comparison();
  auto value = compare ? in.take_value(" )}&|") : std::nullopt;
  if (!value) return std::nullopt;
  return Test([p = *path, c = *compare, wanted = *value](const Json& e) {
    const Json* v = select(e, p);
    if (!v || v->is_object() || v->is_array()) return false;
    return compare_text(c, v->is_string() ? std::string_view(v->as_string()) : std::string_view(v->dump()), wanted);
  });
}

std::optional<Test> parse_and(Scanner& in) {
  auto left = parse_condition(in);
  while (left && in.take("&&")) {
    auto right = parse_condition(in);
    if (!right) return std::nullopt;
    left = Test([a = *left, b = *right](const Json& e) { return a(e) && b(e); });
  }
  return left;
}

std::optional<Test> parse_or(Scanner& in) {
  auto left = parse_and(in);
  while (left && in.take("||")) {
    auto right = parse_and(in);
    if (!right) return std::nullopt;
    left = Test([a = *left, b = *right](const Json& e) { return a(e) || b(e); });
  }
  return left;
}

Result<std::shared_ptr<const Node>> parse_json_pattern(std::string_view text) {
  Scanner in{text.substr(1, text.size() - 2)};
  auto test = parse_or(in);
  in.skip();
  if (!test || in.at != in.text.size()) return invalid();
  auto node = std::make_shared<JsonNode>();
  node->test = std::move(*test);
  return node;
}

// ---- positional patterns ----

struct FieldTest {
  std::optional<Compare> compare;
  std::string wanted;
};

// A message's fields: separated by spaces; "..." and [...] keep their spaces.
std::vector<std::string_view> fields_of(std::string_view message) {
  std::vector<std::string_view> out;
  size_t at = 0;
  while (at < message.size()) {
    if (message[at] == ' ') {
      ++at;
      continue;
    }
    char close = message[at] == '"' ? '"' : message[at] == '[' ? ']' : ' ';
    size_t start = close == ' ' ? at : at + 1;
    size_t end = message.find(close, start);
    if (end == std::string_view::npos) end = message.size();
    out.push_back(message.substr(start, end - start));
    at = end + 1;
  }
  return out;
}

struct PositionalNode : Node {
  std::vector<FieldTest> before, after;  // around "..."
  bool open = false;
  bool matches(std::string_view message) const override {
    auto fields = fields_of(message);
    size_t wanted = before.size() + after.size();
    if (open ? fields.size() < wanted : fields.size() != wanted) return false;
    auto passes = [](const FieldTest& test, std::string_view field) {
      return !test.compare || compare_text(*test.compare, field, test.wanted);
    };
    for (size_t i = 0; i < before.size(); ++i)
      if (!passes(before[i], fields[i])) return false;
    for (size_t i = 0; i < after.size(); ++i)
      if (!passes(after[i], fields[fields.size() - after.size() + i])) return false;
    return true;
  }
};

Result<std::shared_ptr<const Node>> parse_positional(std::string_view text) {
  auto node = std::make_shared<PositionalNode>();
  for (std::string_view part : split(text.substr(1, text.size() - 2), ',')) {
    part = trim(part);
    if (part == "...") {
      if (node->open) return invalid();
      node->open = true;
      continue;
    }
    FieldTest test;
    size_t compare = part.find_first_of("=<>!");
    if (compare != std::string_view::npos) {
      Scanner in{part.substr(compare)};
      test.compare = in.take_comparison();
      auto value = test.compare ? in.take_value("") : std::nullopt;
      if (!value) return invalid();
      test.wanted = std::string(trim(*value));
    }
    (node->open ? node->after : node->before).push_back(std::move(test));
  }
  return node;
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text) {
  FilterPattern out;
  text = trim(text);
  if (text.size() > 1024) return invalid();
  if (text.empty() || text == "\"\"") return out;
  if (text.front() == '{') {
    if (text.back() != '}' || text.size() < 3) return invalid();
    TRY(out.root_, parse_json_pattern(text));
  } else if (text.front() == '[') {
    if (text.back() != ']' || text.size() < 3) return invalid();
    TRY(out.root_, parse_positional(text));
  } else {
    TRY(out.root_, parse_terms(text));
  }
  return out;
}

bool FilterPattern::matches(std::string_view message) const { return !root_ || root_->matches(message); }

}  // namespace thaw::logs
