#include "services/apigateway/mapping.h"

#include <charconv>

#include "base/text.h"

namespace thaw::apigateway {
namespace {

std::string text_of(const Json& value) {
  if (value.is_string()) return value.as_string();
  return value.is_null() ? "" : value.dump();
}

const Json& dotted(const Json& from, std::string_view path) {
  const Json* at = &from;
  for (std::string_view part : split(path, '.')) at = &at->get(part);
  return *at;
}

std::optional<std::string> owned(std::optional<std::string_view> view) {
  if (!view) return std::nullopt;
  return std::string(*view);
}

std::optional<std::string> method_request(std::string_view rest, const MappingScope& scope) {
  if (!scope.request) return std::nullopt;
  if (rest == "body") return scope.request->body;
  size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::string_view place = rest.substr(0, dot), name = rest.substr(dot + 1);
  if (place == "header" || place == "multivalueheader") return owned(scope.request->header(name));
  if (place == "querystring" || place == "multivaluequerystring") return owned(scope.request->query_parameter(name));
  if (place == "path") return owned(scope.request->parameter(name));
  if (place == "body") {
    auto parsed = Json::parse(scope.request->body);
    if (!parsed) return std::nullopt;
    const Json& found = json_path(*parsed, "$." + std::string(name));
    return found.is_null() ? std::nullopt : std::optional(text_of(found));
  }
  return std::nullopt;
}

std::optional<std::string> integration_response(std::string_view rest, const MappingScope& scope) {
  if (rest.starts_with("header.") && scope.response_headers) return owned(scope.response_headers->get(rest.substr(7)));
  if (rest == "body") return std::string(scope.body);
  if (rest.starts_with("body.")) {
    auto parsed = Json::parse(scope.body);
    if (!parsed) return std::nullopt;
    const Json& found = json_path(*parsed, "$." + std::string(rest.substr(5)));
    return found.is_null() ? std::nullopt : std::optional(text_of(found));
  }
  return std::nullopt;
}

std::unexpected<Error> not_understood(std::string_view text) {
  return fail(
      "NotImplemented",
      "Thaw does not implement this part of the Velocity Template Language yet: " + std::string(text.substr(0, 80)),
      501);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// The argument of a call with one quoted argument, "('x')"; advances past it.
std::optional<std::string_view> quoted_argument(std::string_view text, size_t& at) {
  if (at + 1 >= text.size() || text[at] != '(' || (text[at + 1] != '\'' && text[at + 1] != '"')) return std::nullopt;
  char quote = text[at + 1];
  size_t end = text.find(quote, at + 2);
  if (end == std::string_view::npos || end + 1 >= text.size() || text[end + 1] != ')') return std::nullopt;
  auto argument = text.substr(at + 2, end - at - 2);
  at = end + 2;
  return argument;
}

std::optional<std::string> input_reference(std::string_view text, size_t& at, const MappingScope& scope) {
  constexpr std::string_view body = "body", json = "json", path = "path", params = "params";
  std::string_view rest = text.substr(at);
  if (rest.starts_with(body) && (rest.size() == body.size() || !is_name(rest[body.size()]))) {
    at += body.size();
    return std::string(scope.body);
  }
  if (rest.starts_with(params)) {
    at += params.size();
    auto name = quoted_argument(text, at);
    if (!name || !scope.request) return std::nullopt;
    for (auto found :
         {scope.request->parameter(*name), scope.request->query_parameter(*name), scope.request->header(*name)})
      if (found) return std::string(*found);
    return "";
  }
  bool as_json = rest.starts_with(json);
  if (!as_json && !rest.starts_with(path)) return std::nullopt;
  at += json.size();
  auto argument = quoted_argument(text, at);
  if (!argument) return std::nullopt;
  auto parsed = Json::parse(scope.body.empty() ? std::string_view("{}") : scope.body);
  if (!parsed) return as_json ? std::string(scope.body) : "";
  const Json& found = json_path(*parsed, *argument);
  return as_json ? (found.is_null() ? "\"\"" : found.dump()) : text_of(found);
}

// A reference that begins behind '$' at `at`; advances past it. Nothing when it is not understood.
std::optional<std::string> reference(std::string_view text, size_t& at, const MappingScope& scope) {
  bool braces = at < text.size() && text[at] == '{';
  if (braces) ++at;
  std::optional<std::string> out;
  constexpr std::string_view context = "context.", variables = "stageVariables.", input = "input.";
  std::string_view rest = text.substr(at);
  if (rest.starts_with(input)) {
    at += input.size();
    out = input_reference(text, at, scope);
  } else if (rest.starts_with(context) || rest.starts_with(variables)) {
    bool of_context = rest.starts_with(context);
    size_t begin = at + (of_context ? context.size() : variables.size()), end = begin;
    while (end < text.size() &&
           (is_name(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_name(text[end + 1]))))
      ++end;
    const Json* from = of_context ? scope.context : scope.stage_variables;
    std::string_view name = text.substr(begin, end - begin);
    out = from ? text_of(of_context ? dotted(*from, name) : from->get(name)) : "";
    at = end;
  }
  if (braces && out) {
    if (at >= text.size() || text[at] != '}') return std::nullopt;
    ++at;
  } else if (out && at < text.size() && (text[at] == '(' || text[at] == '[')) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

const Json& json_path(const Json& document, std::string_view path) {
  static const Json none;
  if (!path.starts_with('$')) return none;
  const Json* at = &document;
  size_t i = 1;
  while (i < path.size()) {
    if (path[i] == '.') {
      size_t end = path.find_first_of(".[", i + 1);
      std::string_view name = path.substr(i + 1, end == std::string_view::npos ? end : end - i - 1);
      if (name.empty()) return none;
      at = &at->get(name);
      i = end == std::string_view::npos ? path.size() : end;
      continue;
    }
    size_t end = path.find(']', i);
    if (path[i] != '[' || end == std::string_view::npos) return none;
    std::string_view inner = path.substr(i + 1, end - i - 1);
    i = end + 1;
    if (inner.size() >= 2 && (inner.front() == '\'' || inner.front() == '"') && inner.back() == inner.front()) {
      at = &at->get(inner.substr(1, inner.size() - 2));
      continue;
    }
    size_t index = 0;
    auto [stop, error] = std::from_chars(inner.data(), inner.data() + inner.size(), index);
    if (error != std::errc() || stop != inner.data() + inner.size() || !at->is_array() || index >= at->size())
      return none;
    at = &at->items()[index];
  }
  return *at;
}

std::optional<std::string> map_value(std::string_view expression, const MappingScope& scope) {
  constexpr std::string_view request = "method.request.", response = "integration.response.", context = "context.",
                             variables = "stageVariables.";
  if (expression.size() >= 2 && expression.front() == '\'' && expression.back() == '\'')
    return std::string(expression.substr(1, expression.size() - 2));
  if (expression.starts_with(request)) return method_request(expression.substr(request.size()), scope);
  if (expression.starts_with(response)) return integration_response(expression.substr(response.size()), scope);
  const Json* value = nullptr;
  if (expression.starts_with(context) && scope.context)
    value = &dotted(*scope.context, expression.substr(context.size()));
  if (expression.starts_with(variables) && scope.stage_variables)
    value = &scope.stage_variables->get(expression.substr(variables.size()));
  if (!value || value->is_null()) return std::nullopt;
  return text_of(*value);
}

Result<std::string> render_template(std::string_view text, const MappingScope& scope) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    char c = text[at];
    char next = at + 1 < text.size() ? text[at + 1] : '\0';
    bool directive = c == '#' && (is_letter(next) || next == '{' || next == '#' || next == '*' || next == '[');
    bool refers = c == '$' && (is_letter(next) || next == '{' || next == '!');
    if (directive || next == '!') {
      if (directive || refers) return not_understood(text.substr(at));
    }
    if (!refers) {
      out.push_back(c);
      ++at;
      continue;
    }
    size_t begin = at++;
    auto value = reference(text, at, scope);
    if (!value) return not_understood(text.substr(begin));
    out += *value;
  }
  return out;
}

}  // namespace thaw::apigateway
