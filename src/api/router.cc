#include "api/router.h"

#include <algorithm>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

constexpr std::string_view own_prefix = "Thaw.";

Registered::Pattern parse_pattern(std::string_view uri) {
  Registered::Pattern out;
  size_t question = uri.find('?');
  std::string_view path = uri.substr(0, question);
  for (std::string_view segment : split(path.substr(path.starts_with('/') ? 1 : 0), '/')) {
    Registered::Pattern::Segment s;
    if (segment.starts_with('{') && segment.ends_with('}')) {
      s.label = true;
      segment = segment.substr(1, segment.size() - 2);
      if (segment.ends_with('+')) {
        s.greedy = true;
        segment.remove_suffix(1);
      }
    }
    s.text = segment;
    out.segments.push_back(std::move(s));
  }
  if (out.segments.size() == 1 && out.segments[0].text.empty()) out.segments.clear();
  if (question == std::string_view::npos) return out;
  for (std::string_view part : split(uri.substr(question + 1), '&')) {
    size_t equals = part.find('=');
    if (equals == std::string_view::npos)
      out.query.push_back({std::string(part), std::nullopt});
    else
      out.query.push_back({std::string(part.substr(0, equals)), std::string(part.substr(equals + 1))});
  }
  return out;
}

using Labels = std::vector<std::pair<std::string, std::string>>;

// Matches the still encoded path; a trailing slash is allowed where the pattern ends.
bool match_path(const Registered::Pattern& pattern, std::string_view path, Labels& labels) {
  if (path.starts_with('/')) path.remove_prefix(1);
  bool at_end = path.empty();
  for (const auto& segment : pattern.segments) {
    if (at_end) return false;
    if (segment.greedy) {
      auto value = uri_decode(path);
      if (!value) return false;
      labels.push_back({segment.text, std::move(*value)});
      return true;
    }
    size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (segment.label) {
      auto value = uri_decode(part);
      if (!value || value->empty()) return false;
      labels.push_back({segment.text, std::move(*value)});
    } else if (part != segment.text) {
      return false;
    }
    at_end = slash == std::string_view::npos || slash + 1 == path.size();
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return at_end || path.empty();
}

bool is_signature_parameter(std::string_view name) {
  return name.starts_with("X-Amz-") || name.starts_with("x-amz-") || name == "x-id" || name == "AWSAccessKeyId" ||
         name == "Signature" || name == "Expires";
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

bool match_query(const Registered::Pattern& pattern, const Operation& operation, const Pairs& pairs, bool strict) {
  for (const auto& [name, value] : pattern.query) {
    auto found = std::ranges::find(pairs, name, &std::pair<std::string, std::string>::first);
    if (found == pairs.end() || (value && found->second != *value)) return false;
  }
  if (!strict) return true;
  for (const auto& [name, value] : pairs) {
    if (is_signature_parameter(name)) continue;
    bool declared = std::ranges::any_of(pattern.query, [&](const auto& q) { return q.first == name; }) ||
                    std::ranges::any_of(operation.input->members, [&](const Use& use) {
                      return (use.in == In::query && use.wire_name() == name) || use.in == In::query_map;
                    });
    if (!declared) return false;
  }
  return true;
}

bool speaks(const Registered& service, Protocol protocol) {
  return std::ranges::find(service.info.protocols, protocol) != service.info.protocols.end();
}
bool is_rest(const Registered& service) {
  return speaks(service, Protocol::rest_json) || speaks(service, Protocol::rest_xml);
}

// "bucket" of bucket.s3.region.amazonaws.com, bucket.s3.amazonaws.com, bucket.s3.localhost, bucket.localhost.
std::string bucket_of_host(const std::string& host) {
  for (std::string_view base : {".amazonaws.com", ".localhost"}) {
    if (!host.ends_with(base)) continue;
    std::string_view rest = std::string_view(host).substr(0, host.size() - base.size());
    if (rest == "s3" || rest.starts_with("s3.") || rest.starts_with("s3-")) return "";
    size_t s3 = rest.rfind(".s3");
    if (s3 != std::string_view::npos && (s3 + 3 == rest.size() || rest[s3 + 3] == '.' || rest[s3 + 3] == '-'))
      return std::string(rest.substr(0, s3));
    return base == ".localhost" ? std::string(rest) : "";
  }
  return "";
}

// "/123456789012/name", signed for SQS or not at all: where the Query protocol finds a queue.
bool is_queue_path(const net::HttpRequest& request) {
  std::string_view path = request.path;
  if (path.size() < 15 || path[0] != '/' || path[13] != '/') return false;
  for (char c : path.substr(1, 12))
    if (c < '0' || c > '9') return false;
  std::string scope = scope_service(request);
  return scope.empty() || scope == "sqs";
}

}  // namespace

const Operation* Registered::find(std::string_view name) const {
  for (const Operation& operation : operations())
    if (operation.name == name) return &operation;
  return nullptr;
}

Registered::Table& Registered::table() const {
  if (table_) return *table_;
  table_ = std::make_unique<Table>();
  if (!service) return *table_;
  table_->operations = service->operations();
  for (const Operation& operation : table_->operations) table_->patterns.push_back(parse_pattern(operation.http_uri));
  table_->not_implemented = service->not_implemented();
  table_->counts.resize(table_->operations.size());
  return *table_;
}

void Router::add(Service& service) {
  auto out = std::make_unique<Registered>();
  out->service = &service;
  out->info = service.info();
  services_.push_back(std::move(out));
}

const Registered* Router::find(std::string_view service_name) const {
  for (const auto& service : services_)
    if (service->info.name == service_name) return service.get();
  return nullptr;
}

std::string host_name(const net::HttpRequest& request) {
  std::string_view host = request.headers.get_or("host", "");
  if (!host.starts_with('[')) host = host.substr(0, host.find(':'));
  return to_lower(host);
}

std::string scope_service(const net::HttpRequest& request) {
  std::string credential;
  if (auto header = request.headers.get("authorization")) {
    size_t at = header->find("Credential=");
    if (at == std::string_view::npos) return header->starts_with("AWS ") ? "s3" : "";
    std::string_view rest = header->substr(at + 11);
    credential = std::string(rest.substr(0, rest.find_first_of(", ")));
  } else {
    auto pairs = parse_form(request.query);
    if (!pairs) return "";
    for (const auto& [name, value] : *pairs) {
      if (name == "X-Amz-Credential") credential = value;
      if (name == "AWSAccessKeyId") return "s3";
    }
  }
  auto parts = split(credential, '/');
  return parts.size() >= 5 ? std::string(parts[parts.size() - 2]) : "";
}

Error not_implemented(const ServiceInfo& service, std::string_view operation) {
  std::string title = service.title.empty() ? service.name : service.title;
  return Error{"NotImplemented",
               "Thaw does not implement the operation " + std::string(operation) + " of " + title + " yet.",
               501,
               {}};
}

bool Router::needs_form(const net::HttpRequest& request) {
  return request.method == "POST" && !request.headers.contains("x-amz-target") &&
         request.headers.get_or("content-type", "").starts_with("application/x-www-form-urlencoded");
}

Route Router::route(const net::HttpRequest& request, std::string_view form) const {
  if (auto target = request.headers.get("x-amz-target")) return route_target(*target);
  bool action_in_query = request.query.starts_with("Action=") || request.query.find("&Action=") != std::string::npos;
  if (!form.empty() || (action_in_query && (request.path == "/" || is_queue_path(request)))) {
    Route route = route_query(request, form);
    if (route.service) return route;
  }
  return route_rest(request);
}

// "Thaw.SERVICE.OPERATION": any operation of any service, whatever its AWS wire, as JSON 1.1.
Route Router::route_own(std::string_view target) const {
  Route out;
  out.protocol = Protocol::json_1_1;
  out.own_wire = true;
  std::string_view rest = target.substr(own_prefix.size());
  size_t dot = rest.find('.');
  std::string_view name = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  out.service = find(rest.substr(0, dot));
  out.operation = out.service ? out.service->find(name) : nullptr;
  if (out.operation && !out.operation->input_streams && !out.operation->output_streams) return out;
  out.error = Error{"UnknownOperationException",
                    "There is no operation " + std::string(rest.substr(0, 200)) + " to call as JSON.",
                    400,
                    {}};
  out.operation = nullptr;
  return out;
}

Route Router::route_target(std::string_view target) const {
  if (target.starts_with(own_prefix)) return route_own(target);
  Route out;
  out.protocol = Protocol::json_1_1;
  size_t dot = target.rfind('.');
  std::string_view prefix = target.substr(0, dot);
  std::string_view name = dot == std::string_view::npos ? std::string_view() : target.substr(dot + 1);
  for (const auto& service : services_) {
    if (service->info.target_prefix.empty() || service->info.target_prefix != prefix) continue;
    out.service = service.get();
    out.protocol = speaks(*service, Protocol::json_1_0) ? Protocol::json_1_0 : Protocol::json_1_1;
    out.operation = service->find(name);
    if (out.operation) return out;
    if (std::ranges::find(service->not_implemented(), name) != service->not_implemented().end())
      out.error = not_implemented(service->info, name);
    else
      out.error = Error{"UnknownOperationException", "", 400, {}};
    return out;
  }
  out.error = Error{"NotImplemented",
                    "Thaw does not implement the service of the target " + std::string(target.substr(0, 200)) + ".",
                    501,
                    {}};
  return out;
}

Route Router::route_query(const net::HttpRequest& request, std::string_view form) const {
  Route out;
  out.protocol = Protocol::query;
  std::string action, version;
  for (std::string_view text : {std::string_view(request.query), form}) {
    auto pairs = parse_form(text);
    if (!pairs) continue;
    for (auto& [name, value] : *pairs) {
      if (name == "Action") action = value;
      if (name == "Version") version = value;
    }
  }
  if (action.empty()) return out;
  std::string scope = scope_service(request);
  for (const auto& service : services_) {
    if (!speaks(*service, Protocol::query)) continue;
    bool same = !scope.empty() ? service->info.signing() == scope : service->info.api_version == version;
    if (!same) continue;
    out.service = service.get();
    out.operation = service->find(action);
    if (out.operation) return out;
    if (std::ranges::find(service->not_implemented(), action) != service->not_implemented().end())
      out.error = not_implemented(service->info, action);
    else
      out.error = Error{"InvalidAction", "Could not find operation " + action + " for version " + version, 400, {}};
    return out;
  }
  static const Registered none;
  out.service = &none;
  out.error = Error{
      "NotImplemented", "Thaw does not implement the service '" + scope + "' (operation " + action + ").", 501, {}};
  return out;
}

const Registered* Router::rest_service(const net::HttpRequest& request) const {
  std::string scope = scope_service(request);
  const Registered* first = nullptr;
  for (const auto& service : services_) {
    if (!is_rest(*service)) continue;
    if (!scope.empty() && service->info.signing() == scope) {
      // API Gateway's two APIs share a signing name: the path tells them apart.
      Labels labels;
      for (size_t i = 0; i < service->operations().size(); ++i)
        if (match_path(service->patterns()[i], request.path, labels)) return service.get();
      if (!first) first = service.get();
    }
  }
  if (first || !scope.empty()) return first;
  std::string host = host_name(request);
  for (const auto& service : services_) {
    if (!is_rest(*service)) continue;
    for (const std::string& prefix : service->info.host_prefixes)
      if (host.starts_with(prefix + ".") || host.find("." + prefix + ".") != std::string::npos) return service.get();
  }
  // Unsigned: the paths of REST-JSON services begin with a date and cannot be meant for a bucket.
  for (const auto& service : services_) {
    if (!speaks(*service, Protocol::rest_json)) continue;
    Labels labels;
    for (size_t i = 0; i < service->operations().size(); ++i)
      if (service->operations()[i].http_method == request.method &&
          match_path(service->patterns()[i], request.path, labels))
        return service.get();
  }
  return find("s3");
}

Route Router::route_rest(const net::HttpRequest& request) const {
  Route out;
  out.service = rest_service(request);
  if (!out.service) {
    out.protocol = Protocol::rest_json;
    out.error =
        Error{"NotImplemented", "Thaw does not implement the service '" + scope_service(request) + "'.", 501, {}};
    return out;
  }
  const Registered& service = *out.service;
  out.protocol = speaks(service, Protocol::rest_xml) ? Protocol::rest_xml : Protocol::rest_json;
  std::string path(request.path);
  if (service.info.name == "s3") {
    out.host_bucket = bucket_of_host(host_name(request));
    if (!out.host_bucket.empty()) path = "/" + uri_encode(out.host_bucket) + (path == "/" ? "" : path);
  }
  auto pairs = parse_form(request.query, false);
  if (!pairs) {
    out.error = pairs.error();
    return out;
  }
  size_t best_score = 0;
  bool path_known = false;
  for (size_t i = 0; i < service.operations().size(); ++i) {
    const Operation& operation = service.operations()[i];
    Labels labels;
    if (!match_path(service.patterns()[i], path, labels)) continue;
    path_known = true;
    if (operation.http_method != request.method && !(request.method == "HEAD" && operation.http_method == "HEAD"))
      continue;
    if (!operation.http_needs_header.empty() && !request.headers.contains(operation.http_needs_header)) continue;
    if (!match_query(service.patterns()[i], operation, *pairs, service.info.strict_query)) continue;
    size_t literal = 0;
    for (const auto& segment : service.patterns()[i].segments) literal += !segment.label;
    size_t score = 1 + literal * 16 + service.patterns()[i].query.size() * 2 + !operation.http_needs_header.empty();
    if (score <= best_score) continue;
    best_score = score;
    out.operation = &operation;
    out.labels = std::move(labels);
  }
  if (out.operation) return out;
  std::string what = request.method + " " + std::string(request.path.substr(0, 200)) +
                     (request.query.empty() ? "" : "?" + std::string(request.query.substr(0, 100)));
  if (service.info.strict_query && path_known)
    out.error = Error{"NotImplemented",
                      "A header or query you provided requested a function that is not implemented: " + what,
                      501,
                      {}};
  else if (path_known)
    out.error = Error{"MethodNotAllowed", "The specified method is not allowed against this resource.", 405, {}};
  else
    out.error = Error{"UnknownOperationException", "No operation of " + service.info.name + " is at " + what, 404, {}};
  return out;
}

}  // namespace thaw::api
