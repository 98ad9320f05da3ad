// ConditionExpression, FilterExpression and the language of KeyConditionExpression.
//
//   any        all { OR all }
//   all        not { AND not }
//   not        NOT not | "(" any ")" | test
//   test       function | operand comparator operand | operand BETWEEN operand AND operand | operand IN "(" operand {,
//   operand} ")" operand    path | :value | size(path) | "(" operand ")"
#include <algorithm>

#include "services/dynamodb/expression_parser.h"

namespace thaw::dynamodb {
namespace {

struct FunctionRule {
  std::string_view name;
  size_t operands;
  Condition::Kind kind;
};
constexpr FunctionRule functions[] = {
    {"attribute_exists", 1, Condition::Kind::exists}, {"attribute_not_exists", 1, Condition::Kind::not_exists},
    {"attribute_type", 2, Condition::Kind::type_is},  {"begins_with", 2, Condition::Kind::begins_with},
    {"contains", 2, Condition::Kind::contains},       {"size", 1, Condition::Kind::all},
};

std::string_view comparison_text(Comparison c) {
  constexpr std::string_view texts[] = {"=", "<>", "<", "<=", ">", ">="};
  return texts[static_cast<size_t>(c)];
}

std::string shown_value(const Value& v) {
  std::string body(v.body);
  if (v.type == Type::boolean) body = v.is_true() ? "true" : "false";
  return "AttributeValue: {" + std::string(type_name(v.type)) + ":" + body + "}";
}

std::optional<Type> type_of(const Operand& operand) {
  if (operand.kind == Operand::Kind::constant) return operand.constant.type;
  if (operand.kind == Operand::Kind::path) return std::nullopt;
  return Type::number;
}

class ConditionParser : public ExpressionParser {
 public:
  using ExpressionParser::ExpressionParser;

  Result<Condition> parse() {
    if (auto words = size_error()) return error(*words);
    Condition out;
    if (parse_any(out) && !at_end()) syntax_error();
    if (auto words = first_error()) return error(*words);
    return out;
  }

 private:
  bool parse_any(Condition& out) { return parse_chain(out, "OR", Condition::Kind::any, &ConditionParser::parse_all); }
  bool parse_all(Condition& out) { return parse_chain(out, "AND", Condition::Kind::all, &ConditionParser::parse_not); }

  bool parse_chain(Condition& out, std::string_view word, Condition::Kind kind,
                   bool (ConditionParser::*next)(Condition&)) {
    if (!(this->*next)(out)) return false;
    if (!is_word(word)) return true;
    Condition chain;
    chain.kind = kind;
    chain.children.push_back(std::move(out));
    while (take_word(word)) {
      count_operator();
      Condition child;
      if (!(this->*next)(child)) return false;
      chain.children.push_back(std::move(child));
    }
    out = std::move(chain);
    return true;
  }

  bool parse_not(Condition& out) {
    if (!enter()) return false;
    bool ok = parse_not_inside(out);
    leave();
    return ok;
  }

  bool parse_not_inside(Condition& out) {
    if (is_word("NOT") && !(peek(1).kind == Token::Kind::punctuation && peek(1).text != "(")) {
      take_any();
      count_operator();
      out.kind = Condition::Kind::negation;
      out.children.emplace_back();
      return parse_not(out.children.back());
    }
    if (is("(") && !holds_operand()) {
      take("(");
      if (is("(") && closes_with(1)) mistake(Mistake::parentheses, "The expression has redundant parentheses;");
      if (!parse_any(out)) return false;
      return take(")") || syntax_error();
    }
    return parse_test(out);
  }

  // How many tokens ahead the parenthesis that opens `ahead` tokens from here is closed.
  size_t closing(size_t ahead) const {
    int depth = 0;
    for (size_t i = ahead;; ++i) {
      const Token& t = peek(i);
      if (t.kind == Token::Kind::end) return i;
      if (t.kind != Token::Kind::punctuation) continue;
      if (t.text == "(") ++depth;
      if (t.text == ")" && --depth == 0) return i;
    }
  }
  // Whether the parenthesis here and the next one close side by side: "((...))".
  bool closes_with(size_t) const {
    size_t inner = closing(0);
    return peek(inner + 1).kind == Token::Kind::punctuation && peek(inner + 1).text == ")";
  }
  // Whether the parenthesis here encloses an operand: what follows it goes on with a comparison.
  bool holds_operand() const {
    const Token& t = peek(closing(0) + 1);
    if (t.kind == Token::Kind::punctuation) return t.text == "=" || t.text[0] == '<' || t.text[0] == '>';
    return is_word("IN", closing(0) + 1) || is_word("BETWEEN", closing(0) + 1);
  }

  bool parse_test(Condition& out) {
    if (peek().kind == Token::Kind::name && peek(1).kind == Token::Kind::punctuation && peek(1).text == "(" &&
        peek().text != "size") {
      size_t start = position();
      if (!parse_function(out)) return false;
      bool operator_follows =
          (peek().kind == Token::Kind::punctuation && !is(")") && !is(",")) || is_word("IN") || is_word("BETWEEN");
      if (!operator_follows) return true;
      rewind(start);
    }
    Operand left;
    bool left_is_size = is_word("size") && peek(1).text == "(";
    if (!parse_operand(left)) return false;
    if (is_word("BETWEEN")) return parse_between(out, std::move(left));
    if (is_word("IN")) return parse_in(out, std::move(left));
    constexpr Comparison all[] = {Comparison::eq, Comparison::ne, Comparison::lt,
                                  Comparison::le, Comparison::gt, Comparison::ge};
    for (Comparison c : all)
      if (take(comparison_text(c))) return parse_comparison(out, std::move(left), c);
    if (left_is_size)
      mistake(Mistake::misused_function,
              "The function is not allowed to be used this way in an expression; function: size");
    if (left_is_size && (at_end() || is(")") || is_word("AND") || is_word("OR"))) return true;
    return syntax_error();
  }

  bool parse_comparison(Condition& out, Operand left, Comparison c) {
    count_operator();
    out.kind = Condition::Kind::compare;
    out.comparison = c;
    out.operands.push_back(std::move(left));
    Operand right;
    if (!parse_operand(right)) return false;
    out.operands.push_back(std::move(right));
    check_distinct(comparison_text(c), out.operands);
    if (c != Comparison::eq && c != Comparison::ne) check_ordered(comparison_text(c), out.operands);
    return true;
  }

  bool parse_between(Condition& out, Operand left) {
    take_word("BETWEEN");
    count_operator();
    out.kind = Condition::Kind::between;
    out.operands.push_back(std::move(left));
    Operand low, high;
    if (!parse_operand(low)) return false;
    if (!take_word("AND")) return syntax_error();
    if (!parse_operand(high)) return false;
    out.operands.push_back(std::move(low));
    out.operands.push_back(std::move(high));
    check_ordered("BETWEEN", out.operands);
    check_bounds(out.operands[1], out.operands[2]);
    return true;
  }

  bool parse_in(Condition& out, Operand left) {
    take_word("IN");
    count_operator();
    out.kind = Condition::Kind::in;
    out.operands.push_back(std::move(left));
    if (!take("(")) return syntax_error();
    do {
      Operand choice;
      if (!parse_operand(choice)) return false;
      out.operands.push_back(std::move(choice));
    } while (take(","));
    if (out.operands.size() - 1 > in_operands_max)
      mistake(Mistake::operand_count,
              "Too many operands for the operator or function; operator or function: IN, number of operands: " +
                  std::to_string(out.operands.size() - 1));
    return take(")") || syntax_error();
  }

  bool parse_operand(Operand& out) {
    if (!enter()) return false;
    bool ok = parse_operand_inside(out);
    leave();
    return ok;
  }

  bool parse_operand_inside(Operand& out) {
    if (is("(")) {
      if (peek(1).kind == Token::Kind::punctuation && peek(1).text == "(")
        mistake(Mistake::parentheses, "The expression has redundant parentheses;");
      take("(");
      return parse_operand(out) && (take(")") || syntax_error());
    }
    if (peek().kind == Token::Kind::value_placeholder) {
      out.kind = Operand::Kind::constant;
      return parse_placeholder_value(out.constant);
    }
    if (peek().kind == Token::Kind::name && peek(1).kind == Token::Kind::punctuation && peek(1).text == "(")
      return parse_nested_function(out);
    out.kind = Operand::Kind::path;
    return parse_path(out.path);
  }

  // Of all functions, size alone may be an operand.
  bool parse_nested_function(Operand& out) {
    std::string name(peek().text);
    Condition call;
    if (!parse_function(call)) return false;
    if (name != "size") {
      mistake(Mistake::misused_function,
              "The function is not allowed to be used this way in an expression; function: " + name);
      return true;
    }
    if (call.operands.size() != 1) return true;  // told already
    out = std::move(call.operands[0]);
    out.kind = out.kind == Operand::Kind::path ? Operand::Kind::size_of_path : Operand::Kind::size_of_constant;
    return true;
  }

  bool parse_function(Condition& out) {
    std::string name(take_any().text);
    count_operator();
    take("(");
    do {
      Operand argument;
      if (!parse_operand(argument)) return false;
      out.operands.push_back(std::move(argument));
    } while (take(","));
    if (!take(")")) return syntax_error();
    auto rule = std::find_if(std::begin(functions), std::end(functions), [&](auto& f) { return f.name == name; });
    if (rule == std::end(functions)) {
      mistake(Mistake::unknown_function, "Invalid function name; function: " + name);
      return true;
    }
    out.kind = rule->kind;
    if (rule->operands != out.operands.size()) {
      mistake(Mistake::operand_count, "Incorrect number of operands for operator or function; operator or function: " +
                                          name + ", number of operands: " + std::to_string(out.operands.size()));
      return true;
    }
    check_distinct(name, out.operands);
    check_function(*rule, out);
    return true;
  }

  void check_function(const FunctionRule& rule, const Condition& call) {
    std::string name(rule.name);
    auto wrong_type = [&](std::string_view type) {
      mistake(Mistake::operand_type, "Incorrect operand type for operator or function; operator or function: " + name +
                                         ", operand type: " + std::string(type));
    };
    switch (rule.kind) {
      case Condition::Kind::exists:
      case Condition::Kind::not_exists:
        if (call.operands[0].kind != Operand::Kind::path)
          mistake(Mistake::operand_type,
                  "Operator or function requires a document path; operator or function: " + name);
        break;
      case Condition::Kind::begins_with:
        for (const Operand& operand : call.operands)
          if (auto type = type_of(operand); type && *type != Type::string && *type != Type::binary)
            wrong_type(type_name(*type));
        break;
      case Condition::Kind::type_is: {
        auto type = type_of(call.operands[1]);
        if (type != Type::string) {
          wrong_type(type ? type_name(*type) : "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
        } else if (!parse_type_name(call.operands[1].constant.body)) {
          mistake(Mistake::operand_type,
                  "Invalid attribute type name found; type: " + std::string(call.operands[1].constant.body) +
                      ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
        break;
      }
      case Condition::Kind::all:  // size
        if (auto type = type_of(call.operands[0]); type == Type::number || type == Type::boolean || type == Type::null)
          wrong_type(type_name(*type));
        break;
      default: break;
    }
  }

  void check_distinct(std::string_view name, const std::vector<Operand>& operands) {
    if (operands.size() != 2 || operands[0].kind != Operand::Kind::path || operands[1].kind != Operand::Kind::path)
      return;
    if (!(operands[0].path == operands[1].path)) return;
    mistake(Mistake::distinct,
            "The first operand must be distinct from the remaining operands for this operator or function; operator: " +
                std::string(name) + ", first operand: " + operands[0].path.shown());
  }

  void check_ordered(std::string_view name, const std::vector<Operand>& operands) {
    for (const Operand& operand : operands) {
      if (operand.kind != Operand::Kind::constant || operand.constant.is_scalar_key()) continue;
      if (operand.constant.type == Type::null && operand.constant.body.empty() && first_error()) continue;  // undefined
      mistake(Mistake::operand_type,
              "Incorrect operand type for operator or function; operator or function: " + std::string(name) +
                  ", operand type: " + std::string(type_name(operand.constant.type)));
    }
  }

  void check_bounds(const Operand& low, const Operand& high) {
    if (low.kind != Operand::Kind::constant || high.kind != Operand::Kind::constant) return;
    if (!low.constant.is_scalar_key() || !high.constant.is_scalar_key()) return;
    std::string both =
        "lower bound operand: " + shown_value(low.constant) + ", upper bound operand: " + shown_value(high.constant);
    if (low.constant.type != high.constant.type)
      mistake(Mistake::operand_type,
              "The BETWEEN operator requires same data type for lower and upper bounds; " + both);
    else if (compare(low.constant, high.constant) > 0)
      mistake(Mistake::operand_type,
              "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " + both);
  }
};

}  // namespace

Result<Condition> parse_condition(std::string_view text, std::string_view parameter, Placeholders& placeholders) {
  return ConditionParser(text, parameter, placeholders).parse();
}

}  // namespace thaw::dynamodb
