#include "services/cloudformation/processing.h"

#include <memory>

#include "base/text.h"
#include "base/yaml.h"
#include "services/cloudformation/language_extensions.h"
#include "services/cloudformation/sam_macro.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view serverless = "AWS::Serverless-2016-10-31";
constexpr std::string_view extensions = "AWS::LanguageExtensions";
constexpr std::string_view include = "AWS::Include";

std::string pointer_of(const Path& path) {
  std::string out;
  for (const std::string& part : path) {
    out += "/";
    for (char c : part) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out.push_back(c);
      }
    }
  }
  return out;
}

Error mark_transform(Error error) {
  error.details = Json::object({{"Transform", true}});
  return error;
}

// Reads the positions when the first error asks for one.
SourceMap lazy_positions(std::string text) {
  struct State {
    std::string text;
    std::optional<YamlDocument> document;
    bool tried = false;
  };
  auto state = std::make_shared<State>();
  state->text = std::move(text);
  return [state](const Path& path) -> std::optional<Position> {
    if (!state->tried) {
      state->tried = true;
      YamlLimits limits;
      limits.depth_max = max_template_depth + 20;
      if (auto parsed = parse_yaml(state->text, limits)) state->document = std::move(*parsed);
    }
    if (!state->document) return std::nullopt;
    YamlPosition at = state->document->positions.find(pointer_of(path));
    return Position{at.line, at.column};
  };
}

Task<Result<Json>> resolve_ssm_parameter(Api& api, std::string name) {
  Result<Json> answer = co_await api.call("ssm", "GetParameter", Json::object({{"Name", name}}));
  if (!answer) {
    if (answer.error().code == "ParameterNotFound") {
      co_return fail(
          template_error("Unable to fetch parameters [" + name + "] from parameter store for this account."));
    }
    co_return std::unexpected(std::move(answer).error());
  }
  co_return answer->get("Parameter").get("Value");
}

Task<Result<Json>> look_up_parameters(Api& api, const Template& source, ParameterValues& values) {
  for (const ParameterDef& def : source.parameters) {
    if (!is_ssm_type(def.type)) continue;
    ParameterValue& value = values[def.name];
    CO_TRY(Json found, co_await resolve_ssm_parameter(api, value.value));
    value.resolved = found.string_or("");
    CO_CHECK_OK(check_constraints(def, *value.resolved));
  }
  co_return Json();
}

// ---- AWS::Include ----

bool has_include(const Json& value) {
  if (value.is_array()) {
    for (const Json& item : value.items()) {
      if (has_include(item)) return true;
    }
  } else if (value.is_object()) {
    for (const Json::Member& m : value.members()) {
      if (m.key == "Fn::Transform" && m.value.get("Name").string_or("") == include) return true;
      if (has_include(m.value)) return true;
    }
  }
  return false;
}

Task<Result<Json>> fetch_include(Api& api, Json transform, const Scope& scope) {
  CO_TRY(Json location, evaluate(transform.get("Parameters").get("Location"), scope));
  std::optional<ObjectPlace> place = place_of_url(location.string_or(""));
  if (!place) {
    co_return fail(template_error("Transform AWS::Include failed with: The location parameter is not a valid S3 uri."));
  }
  Result<Json> object =
      co_await api.call("s3", "GetObject", Json::object({{"Bucket", place->bucket}, {"Key", place->key}}));
  if (!object) co_return fail(template_error("Transform AWS::Include failed with: " + object.error().message));
  std::string text = object->get("Body").string_or("");
  if (text.size() > max_template_object_bytes)
    co_return fail(template_error("Transform AWS::Include failed with: The included file is larger than 1 MB."));
  Result<TextTemplate> parsed = parse_text(std::move(text));
  if (!parsed) co_return fail(template_error("Transform AWS::Include failed with: " + parsed.error().message));
  co_return std::move(parsed->body);
}

Task<Result<Json>> expand_includes(Api& api, Json value, const Scope& scope) {
  if (value.is_array()) {
    for (Json& item : value.items()) {
      if (!has_include(item)) continue;
      CO_TRY(Json expanded, co_await expand_includes(api, item, scope));
      item = std::move(expanded);
    }
  } else if (value.is_object()) {
    Json out = Json::object();
    for (Json::Member& m : value.members()) {
      if (m.key == "Fn::Transform" && m.value.get("Name").string_or("") == include) {
        CO_TRY(Json included, co_await fetch_include(api, m.value, scope));
        if (!included.is_object()) {
          if (value.size() == 1) co_return included;
          co_return fail(template_error("Transform AWS::Include failed with: The included file must be an object."));
        }
        for (Json::Member& one : included.members()) out.set(one.key, std::move(one.value));
        continue;
      }
      if (has_include(m.value)) {
        CO_TRY(Json expanded, co_await expand_includes(api, m.value, scope));
        out.set(m.key, std::move(expanded));
      } else {
        out.set(m.key, std::move(m.value));
      }
    }
    co_return out;
  }
  co_return value;
}

}  // namespace

bool is_transform_failure(const Error& error) { return error.details.contains("Transform"); }

Scope Processed::scope(const PseudoParameters& pseudo) const {
  Scope out;
  out.source = &source;
  out.parameters = refs;
  out.conditions = conditions;
  out.pseudo = pseudo;
  return out;
}

Result<TextTemplate> parse_text(std::string text) {
  std::string_view start = trim(text);
  bool json = start.starts_with("{");
  if (json) {
    if (auto value = Json::parse(text, max_template_depth + 20))
      return TextTemplate{std::move(*value), lazy_positions(std::move(text))};
  }
  YamlLimits limits;
  limits.depth_max = max_template_depth + 20;
  limits.expanded_bytes_max = 16 << 20;
  auto parsed = parse_yaml(text, limits);
  if (!parsed) {
    const YamlError& error = parsed.error();
    return fail(template_error(std::string("Template format error: ") + (json ? "JSON" : "YAML") +
                               " not well-formed. (line " + std::to_string(error.line) + ", column " +
                               std::to_string(error.column) + "): " + error.message));
  }
  if (!parsed->value.is_object()) return fail(template_error("Template format error: unsupported structure."));
  return TextTemplate{std::move(parsed->value), lazy_positions(std::move(text))};
}

Task<Result<Processed>> process_template(Api& api, ProcessInput input) {
  Processed out;
  out.original = input.text;
  CO_TRY(TextTemplate parsed, parse_text(std::move(input.text)));
  const Json& transform = parsed.body.get("Transform");
  bool includes = has_include(parsed.body);
  out.transformed = !transform.is_null() || includes;
  CO_TRY(Template raw, parse_template(parsed.body, parsed.where, !out.transformed));
  CO_TRY(out.parameters, choose_parameters(raw, input.inputs, input.previous));
  CO_TRY(Json looked_up, co_await look_up_parameters(api, raw, out.parameters));
  out.refs = ref_values(raw, out.parameters);
  Json body = std::move(parsed.body);
  if (includes) {
    Scope scope;
    scope.source = &raw;
    scope.parameters = out.refs;
    scope.pseudo = input.pseudo;
    Result<Json> expanded = co_await expand_includes(api, std::move(body), scope);
    if (!expanded) co_return fail(mark_transform(expanded.error()));
    body = std::move(*expanded);
  }
  for (const std::string& name : raw.transforms) {
    if (name == extensions) {
      Result<Json> expanded = expand_loops(body, out.refs);
      if (!expanded) co_return fail(mark_transform(expanded.error()));
      body = std::move(*expanded);
    } else if (name == serverless) {
      Result<Json> made = apply_serverless(body, out.refs, input.pseudo);
      if (!made) co_return fail(mark_transform(made.error()));
      body = std::move(*made);
    } else {
      std::string full = name.starts_with("AWS::") ? name : input.pseudo.account_id + "::" + name;
      co_return fail(mark_transform(template_error("No transform named " + full + " found.")));
    }
  }
  // What is left of the transforms: the functions that LanguageExtensions adds are evaluated with the others.
  body.erase("Transform");
  if (raw.has_transform(extensions)) body.set("Transform", extensions);
  auto check = [&]() -> Result<> {
    TRY(out.source, parse_template(body, parsed.where));
    // Transforms may add parameters with defaults.
    for (const ParameterDef& def : out.source.parameters) {
      if (!out.parameters.contains(def.name) && def.default_value)
        out.parameters[def.name] = {*def.default_value, std::nullopt};
    }
    out.refs = ref_values(out.source, out.parameters);
    CHECK_OK(check_types(out.source, parsed.where));
    Scope scope = out.scope(input.pseudo);
    CHECK_OK(evaluate_conditions(scope));
    out.conditions = scope.conditions;
    CHECK_OK(check_rules(scope));
    return check_circles(dependencies(out.source, &out.conditions), parsed.where);
  };
  if (Result<> checked = check(); !checked) {
    Error error = checked.error();
    co_return fail(out.transformed ? mark_transform(std::move(error)) : std::move(error));
  }
  out.processed = body.dump();
  co_return out;
}

std::optional<ObjectPlace> place_of_url(std::string_view url) {
  ObjectPlace out;
  if (url.starts_with("s3://")) {
    url.remove_prefix(5);
    size_t slash = url.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == url.size()) return std::nullopt;
    return ObjectPlace{std::string(url.substr(0, slash)), std::string(url.substr(slash + 1)), ""};
  }
  size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || (url.substr(0, scheme) != "https" && url.substr(0, scheme) != "http"))
    return std::nullopt;
  url.remove_prefix(scheme + 3);
  size_t slash = url.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view host = url.substr(0, slash), path = url.substr(slash + 1);
  if (size_t mark = path.find('?'); mark != std::string_view::npos) {
    for (std::string_view pair : split(path.substr(mark + 1), '&')) {
      if (pair.starts_with("versionId=")) out.version = uri_decode(pair.substr(10)).value_or("");
    }
    path = path.substr(0, mark);
  }
  std::optional<std::string> decoded = uri_decode(path);
  if (!decoded) return std::nullopt;
  host = host.substr(0, host.find(':'));
  // bucket.s3.region.amazonaws.com, bucket.s3-region.amazonaws.com, bucket.localhost; else the bucket is in the path.
  size_t end = host.find(".s3.");
  if (end == std::string_view::npos) end = host.find(".s3-");
  if (end == std::string_view::npos && host.ends_with(".localhost") && !host.starts_with("s3.")) end = host.size() - 10;
  if (end != std::string_view::npos && end > 0) {
    out.bucket = host.substr(0, end);
    out.key = *decoded;
  } else {
    size_t next = decoded->find('/');
    if (next == std::string::npos) return std::nullopt;
    out.bucket = decoded->substr(0, next);
    out.key = decoded->substr(next + 1);
  }
  if (out.bucket.empty() || out.key.empty()) return std::nullopt;
  return out;
}

}  // namespace thaw::cloudformation
