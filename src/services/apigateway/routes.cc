#include "services/apigateway/routes.h"

#include "base/text.h"

namespace thaw::apigateway {

struct Routes::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::string parameter_name, greedy_name;
  std::unique_ptr<Node> parameter, greedy;
  std::vector<Method> methods;

  Node& literal(std::string_view text) {
    for (auto& [name, node] : literals)
      if (name == text) return *node;
    literals.push_back({std::string(text), std::make_unique<Node>()});
    return *literals.back().second;
  }
  const Method* find(std::string_view http_method) const {
    const Method* any = nullptr;
    for (const Method& method : methods) {
      if (method.http_method == http_method) return &method;
      if (method.http_method == "ANY") any = &method;
    }
    return any;
  }
};

namespace {

struct Segment {
  std::string_view raw;
  std::string text;  // decoded
  size_t at = 0;     // where it begins in the path
};

constexpr size_t segments_max = 256;

// Deep as the resources are (64 at most); every node is asked once.
const Method* find(const Routes::Node& node, std::string_view http_method, const std::vector<Segment>& segments,
                   size_t index, std::string_view path, Pairs& parameters) {
  if (index == segments.size()) return node.find(http_method);
  const Segment& segment = segments[index];
  for (const auto& [name, child] : node.literals) {
    if (name != segment.text) continue;
    if (const Method* found = find(*child, http_method, segments, index + 1, path, parameters)) return found;
  }
  if (node.parameter && !segment.text.empty()) {
    parameters.push_back({node.parameter_name, segment.text});
    if (const Method* found = find(*node.parameter, http_method, segments, index + 1, path, parameters)) return found;
    parameters.pop_back();
  }
  if (node.greedy) {
    if (const Method* found = node.greedy->find(http_method)) {
      std::string_view rest = path.substr(segment.at);
      parameters.push_back({node.greedy_name, uri_decode(rest).value_or(std::string(rest))});
      return found;
    }
  }
  return nullptr;
}

}  // namespace

Routes::Routes() : root_(std::make_unique<Node>()) {}
Routes::~Routes() = default;
Routes::Routes(Routes&&) noexcept = default;
Routes& Routes::operator=(Routes&&) noexcept = default;

void Routes::add(std::string_view resource_path, Method method) {
  Node* at = root_.get();
  for (std::string_view part : split(resource_path, '/')) {
    if (part.empty()) continue;
    if (part.starts_with('{') && part.ends_with("+}")) {
      at->greedy_name = part.substr(1, part.size() - 3);
      if (!at->greedy) at->greedy = std::make_unique<Node>();
      at = at->greedy.get();
    } else if (part.starts_with('{') && part.ends_with('}')) {
      at->parameter_name = part.substr(1, part.size() - 2);
      if (!at->parameter) at->parameter = std::make_unique<Node>();
      at = at->parameter.get();
    } else {
      at = &at->literal(part);
    }
  }
  at->methods.push_back(std::move(method));
}

Routes::Match Routes::match(std::string_view http_method, std::string_view path) const {
  std::vector<Segment> segments;
  std::string_view inner = path;
  if (inner.ends_with('/') && inner.size() > 1) inner.remove_suffix(1);
  size_t at = inner.starts_with('/') ? 1 : 0;
  while (at < inner.size()) {
    size_t slash = inner.find('/', at);
    std::string_view raw = inner.substr(at, slash == std::string_view::npos ? slash : slash - at);
    segments.push_back({raw, uri_decode(raw).value_or(std::string(raw)), at});
    if (segments.size() > segments_max || slash == std::string_view::npos) break;
    at = slash + 1;
  }
  Match out;
  // Past the limit only a greedy variable can match, and it takes the rest whole.
  out.method = find(*root_, http_method, segments, 0, inner, out.parameters);
  if (!out.method) out.parameters.clear();
  return out;
}

std::string with_stage_variables(std::string_view text, const Json& variables) {
  constexpr std::string_view opening = "${stageVariables.";
  std::string out;
  while (true) {
    size_t at = text.find(opening);
    if (at == std::string_view::npos) return out.append(text);
    size_t end = text.find('}', at);
    if (end == std::string_view::npos) return out.append(text);
    out += text.substr(0, at);
    out += variables.get(text.substr(at + opening.size(), end - at - opening.size())).string_or("");
    text = text.substr(end + 1);
  }
}

std::string function_of_uri(std::string_view uri) {
  constexpr std::string_view begin = ":lambda:path/", functions = "/functions/", end = "/invocations";
  size_t at = uri.find(begin);
  if (at == std::string_view::npos || !uri.ends_with(end)) return "";
  size_t name = uri.find(functions, at);
  if (name == std::string_view::npos) return "";
  name += functions.size();
  return name + end.size() > uri.size() ? "" : std::string(uri.substr(name, uri.size() - end.size() - name));
}

std::string Stage::arn_prefix() const {
  return "arn:aws:execute-api:" + region.str() + ":" + account.str() + ":" + api + "/" + name + "/";
}

namespace {

// "execute-api:/stage/GET/path" is short for this API's own ARN in an API's policy.
void expand_resources(Json& value, const std::string& prefix, int depth) {
  constexpr std::string_view brief = "execute-api:/";
  if (depth > 8) return;
  if (value.is_string() && value.as_string().starts_with(brief))
    value = prefix + value.as_string().substr(brief.size());
  if (value.is_array())
    for (Json& item : value.items()) expand_resources(item, prefix, depth + 1);
}
void expand_policy(Json& policy, const std::string& prefix) {
  Json* statements = policy.find("Statement");
  if (!statements) return;
  auto expand = [&](Json& statement) {
    for (std::string_view name : {"Resource", "NotResource"})
      if (Json* resource = statement.find(name)) expand_resources(*resource, prefix, 0);
  };
  if (statements->is_object()) expand(*statements);
  if (statements->is_array())
    for (Json& statement : statements->items()) expand(statement);
}

}  // namespace

std::shared_ptr<const Stage> compile_stage(const AccountId& account, const Region& region, const std::string& api,
                                           const Json& stage, Json snapshot) {
  auto out = std::make_shared<Stage>(Stage{.account = account, .region = region});
  out->api = api;
  out->name = stage.get("stageName").string_or("");
  out->deployment = stage.get("deploymentId").string_or("");
  out->variables = stage.get("variables").is_object() ? stage.get("variables") : Json::object();
  out->definition = std::move(snapshot);
  const Json& definition = out->definition;
  if (const Json& types = definition.get("binaryMediaTypes"); types.is_array())
    for (const Json& type : types.items()) out->binary_types.push_back(to_lower(type.string_or("")));
  if (auto policy = Json::parse(definition.get("policy").string_or(""))) out->policy = std::move(*policy);
  expand_policy(out->policy, "arn:aws:execute-api:" + region.str() + ":" + account.str() + ":" + api + "/");
  out->disabled =
      definition.get("disableExecuteApiEndpoint").is_bool() && definition.get("disableExecuteApiEndpoint").as_bool();
  out->key_from_authorizer = definition.get("apiKeySource").string_or("") == "AUTHORIZER";
  const Json& resources = definition.get("resources");
  if (!resources.is_object()) return out;
  for (const Json::Member& resource : resources.members()) {
    const Json& methods = resource.value.get("resourceMethods");
    if (!methods.is_object()) continue;
    for (const Json::Member& m : methods.members()) {
      Method method;
      method.http_method = m.key;
      method.resource_id = resource.key;
      method.resource_path = resource.value.get("path").string_or("/");
      method.definition = &m.value;
      method.type = method.integration().get("type").string_or("");
      method.uri = with_stage_variables(method.integration().get("uri").string_or(""), out->variables);
      if (method.type.starts_with("AWS")) method.function = function_of_uri(method.uri);
      method.timeout_ms = method.integration().get("timeoutInMillis").to_int().value_or(29'000);
      const Json& key = m.value.get("apiKeyRequired");
      method.api_key_required = key.is_bool() && key.as_bool();
      method.authorization = m.value.get("authorizationType").string_or("NONE");
      method.authorizer = definition.get("authorizers").find(m.value.get("authorizerId").string_or(""));
      method.validator = definition.get("requestValidators").find(m.value.get("requestValidatorId").string_or(""));
      std::string path = method.resource_path;
      out->routes.add(path, std::move(method));
    }
  }
  return out;
}

namespace {

// "STAGE/rest" into the stage and "/rest".
void split_stage(std::string_view text, Address& out) {
  size_t slash = text.find('/');
  out.stage = uri_decode(text.substr(0, slash)).value_or("");
  out.path = slash == std::string_view::npos ? "/" : std::string(text.substr(slash));
}

}  // namespace

std::optional<Address> parse_address(std::string_view host, std::string_view path) {
  Address out;
  constexpr std::string_view own = "/_aws/execute-api/", other = "/restapis/", marker = "/_user_request_";
  if (path.starts_with(own)) {
    std::string_view rest = path.substr(own.size());
    size_t slash = rest.find('/');
    out.api = rest.substr(0, slash);
    split_stage(slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1), out);
    return out;
  }
  if (path.starts_with(other)) {
    std::string_view rest = path.substr(other.size());
    size_t slash = rest.find('/'), at = rest.find(marker);
    if (at != std::string_view::npos && slash < at) {
      std::string_view after = rest.substr(at + marker.size());
      if (!after.empty() && !after.starts_with('/')) return std::nullopt;
      out.api = rest.substr(0, slash);
      out.stage = uri_decode(rest.substr(slash + 1, at - slash - 1)).value_or("");
      out.path = after.empty() ? "/" : std::string(after);
      return out;
    }
  }
  size_t dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  std::string_view rest = host.substr(dot + 1);
  if (rest != "execute-api" && !rest.starts_with("execute-api.")) return std::nullopt;
  out.api = host.substr(0, dot);
  out.by_host = true;
  split_stage(path.starts_with('/') ? path.substr(1) : path, out);
  return out;
}

}  // namespace thaw::apigateway
