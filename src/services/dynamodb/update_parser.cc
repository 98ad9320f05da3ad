// UpdateExpression.
//
//   update    section { section }
//   section   SET path = sum {, path = sum} | REMOVE path {, path} | ADD path value {, ...} | DELETE path value {, ...}
//   sum       operand [ (+|-) operand ]
//   operand   path | :value | if_not_exists(path, operand) | list_append(operand, operand) | "(" sum ")"
#include "services/dynamodb/expression_parser.h"

namespace thaw::dynamodb {
namespace {

constexpr std::string_view section_names[] = {"SET", "REMOVE", "ADD", "DELETE"};  // as UpdateAction::Kind

std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::string: return "STRING";
    case Type::number: return "NUMBER";
    case Type::binary: return "BINARY";
    case Type::boolean: return "BOOLEAN";
    case Type::null: return "NULL";
    case Type::list: return "LIST";
    case Type::map: return "MAP";
    default: return type_name(type);
  }
}

class UpdateParser : public ExpressionParser {
 public:
  UpdateParser(std::string_view text, Placeholders& placeholders)
      : ExpressionParser(text, "UpdateExpression", placeholders) {}

  Result<Update> parse() {
    if (auto words = size_error()) return error(*words);
    bool ok = true;
    do {
      ok = parse_section();
    } while (ok && !at_end());
    if (auto words = first_error()) return error(*words);
    return std::move(update_);
  }

 private:
  bool parse_section() {
    for (size_t i = 0; i < std::size(section_names); ++i) {
      if (!is_word(section_names[i])) continue;
      take_any();
      if (seen_[i])
        mistake(Mistake::section,
                "The \"" + std::string(section_names[i]) + "\" section can only be used once in an update expression;");
      seen_[i] = true;
      bool ok = true;
      do {
        ok = parse_action(static_cast<UpdateAction::Kind>(i));
      } while (ok && take(","));
      return ok;
    }
    return syntax_error();
  }

  bool parse_action(UpdateAction::Kind kind) {
    UpdateAction action;
    action.kind = kind;
    if (!parse_path(action.path)) return false;
    count_operator();
    if (kind == UpdateAction::Kind::set) {
      if (!take("=")) return syntax_error();
      if (!parse_sum(action.value)) return false;
    } else if (kind != UpdateAction::Kind::remove) {
      size_t start = position();
      if (peek().kind != Token::Kind::value_placeholder) return syntax_error();
      action.value.kind = UpdateOperand::Kind::constant;
      if (!parse_placeholder_value(action.value.constant)) return false;
      check_set_operator(kind, action.value.constant, start);
    }
    check_overlap(paths_, action.path);
    update_.actions.push_back(std::move(action));
    return true;
  }

  void check_set_operator(UpdateAction::Kind kind, const Value& value, size_t) {
    if (value.is_set() || (kind == UpdateAction::Kind::add && value.type == Type::number)) return;
    if (value.type == Type::null && first_error()) return;  // an undefined value, told already
    mistake(Mistake::operand_type, "Incorrect operand type for operator or function; operator: " +
                                       std::string(section_names[static_cast<size_t>(kind)]) +
                                       ", operand type: " + std::string(long_type_name(value.type)));
  }

  bool parse_sum(UpdateOperand& out) {
    UpdateOperand left;
    if (!parse_operand(left)) return false;
    if (!is("+") && !is("-")) {
      out = std::move(left);
      return true;
    }
    std::string sign(take_any().text);
    count_operator();
    UpdateOperand right;
    if (!parse_operand(right)) return false;
    out.kind = sign == "+" ? UpdateOperand::Kind::plus : UpdateOperand::Kind::minus;
    out.arguments.push_back(std::move(left));
    out.arguments.push_back(std::move(right));
    check_arguments(sign, out.arguments, Type::number);
    return true;
  }

  bool parse_operand(UpdateOperand& out) {
    if (!enter()) return false;
    bool ok = parse_operand_inside(out);
    leave();
    return ok;
  }

  bool parse_operand_inside(UpdateOperand& out) {
    if (take("(")) return parse_sum(out) && (take(")") || syntax_error());
    if (peek().kind == Token::Kind::value_placeholder) {
      out.kind = UpdateOperand::Kind::constant;
      return parse_placeholder_value(out.constant);
    }
    if (peek().kind == Token::Kind::name && peek(1).kind == Token::Kind::punctuation && peek(1).text == "(")
      return parse_function(out);
    out.kind = UpdateOperand::Kind::path;
    return parse_path(out.path);
  }

  bool parse_function(UpdateOperand& out) {
    std::string name(take_any().text);
    count_operator();
    take("(");
    std::vector<UpdateOperand> arguments;
    do {
      UpdateOperand argument;
      if (!parse_sum(argument)) return false;
      arguments.push_back(std::move(argument));
    } while (take(","));
    if (!take(")")) return syntax_error();
    if (name != "if_not_exists" && name != "list_append") {
      mistake(Mistake::unknown_function, "Invalid function name; function: " + name);
      return true;
    }
    if (arguments.size() != 2) {
      mistake(Mistake::operand_count, "Incorrect number of operands for operator or function; operator or function: " +
                                          name + ", number of operands: " + std::to_string(arguments.size()));
      return true;
    }
    if (name == "if_not_exists") {
      out.kind = UpdateOperand::Kind::if_not_exists;
      if (arguments[0].kind != UpdateOperand::Kind::path)
        mistake(Mistake::operand_type, "Operator or function requires a document path; operator or function: " + name);
      out.path = std::move(arguments[0].path);
      out.arguments.push_back(std::move(arguments[1]));
      return true;
    }
    out.kind = UpdateOperand::Kind::list_append;
    out.arguments = std::move(arguments);
    check_arguments(name, out.arguments, Type::list);
    return true;
  }

  void check_arguments(const std::string& name, const std::vector<UpdateOperand>& arguments, Type wanted) {
    for (const UpdateOperand& argument : arguments) {
      if (argument.kind != UpdateOperand::Kind::constant || argument.constant.type == wanted) continue;
      if (argument.constant.type == Type::null && first_error()) continue;
      mistake(Mistake::operand_type, "Incorrect operand type for operator or function; operator or function: " + name +
                                         ", operand type: " + std::string(type_name(argument.constant.type)));
    }
  }

  Update update_;
  std::vector<Path> paths_;
  bool seen_[4] = {};
};

}  // namespace

Result<Update> parse_update(std::string_view text, Placeholders& placeholders) {
  return UpdateParser(text, placeholders).parse();
}

std::vector<Path> updated_paths(const Update& update) {
  std::vector<Path> out;
  for (const UpdateAction& action : update.actions) out.push_back(action.path);
  return out;
}

std::optional<Type> assigned_type(const Update& update, std::string_view attribute) {
  for (const UpdateAction& action : update.actions) {
    if (action.path.is_nested() || action.path.head() != attribute) continue;
    if (action.kind == UpdateAction::Kind::remove || action.kind == UpdateAction::Kind::erase) continue;
    switch (action.value.kind) {
      case UpdateOperand::Kind::constant: return action.value.constant.type;
      case UpdateOperand::Kind::list_append: return Type::list;
      case UpdateOperand::Kind::plus:
      case UpdateOperand::Kind::minus: return Type::number;
      default: continue;
    }
  }
  return std::nullopt;
}

}  // namespace thaw::dynamodb
