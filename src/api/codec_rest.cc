// REST-JSON and REST-XML: members travel in headers, labels, the query string, and the body.
#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

// The fields of a header list: separated by commas, quoted where they contain one; dates contain one each.
std::vector<std::string> split_header_list(std::string_view text, bool dates) {
  std::vector<std::string> out;
  size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && (text[i] == ' ' || text[i] == ',')) ++i;
    if (i >= text.size()) break;
    std::string item;
    if (text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        item.push_back(text[i]);
      }
      ++i;
    } else {
      size_t end = text.find(',', i);
      if (dates && end != std::string_view::npos) end = text.find(',', end + 1);
      if (end == std::string_view::npos) end = text.size();
      item = std::string(trim(text.substr(i, end - i)));
      i = end;
    }
    out.push_back(std::move(item));
  }
  return out;
}

Result<Json> parse_header(std::string_view text, const Use& use) {
  const Schema& schema = *use.shape;
  if (schema.kind == Kind::list) {
    bool dates = schema.element.shape->kind == Kind::timestamp && schema.element.time != TimeFormat::iso8601 &&
                 schema.element.time != TimeFormat::epoch_seconds;
    Json::Array out;
    for (std::string& item : split_header_list(text, dates)) {
      TRY(Json value, text_to_canonical(std::move(item), schema.element, TimeFormat::http_date));
      out.push_back(std::move(value));
    }
    return Json(std::move(out));
  }
  if (use.media_json) {
    auto decoded = base64_decode(text);
    if (!decoded) return fail("SerializationException", "A header that must be base64 is not: " + use.wire_name());
    return Json(std::move(*decoded));
  }
  return text_to_canonical(std::string(text), use, TimeFormat::http_date);
}

Json parse_prefix_headers(const net::Headers& headers, std::string_view prefix) {
  Json out = Json::object();
  for (auto [name, value] : headers)
    if (name.size() >= prefix.size() && equal_ignoring_case(name.substr(0, prefix.size()), prefix))
      out.set(to_lower(name.substr(prefix.size())), Json(value));
  return out;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

Result<void> parse_query_member(const Pairs& pairs, const Use& use, const Schema& input, Json::Object& out) {
  const Schema& schema = *use.shape;
  if (use.in == In::query_map) {
    Json map = Json::object();
    for (const auto& [name, value] : pairs) {
      bool bound = false;
      for (const Use& other : input.members) bound |= other.in == In::query && other.wire_name() == name;
      if (bound) continue;
      if (schema.value.shape->kind == Kind::list) {
        map[name].push_back(Json(value));
      } else if (!map.contains(name)) {
        map.set(name, Json(value));
      }
    }
    if (!map.empty()) out.push_back({use.name, std::move(map)});
    return {};
  }
  Json list;
  for (const auto& [name, value] : pairs) {
    if (name != use.wire_name()) continue;
    const Use& each = schema.kind == Kind::list ? schema.element : use;
    TRY(Json parsed, text_to_canonical(value, each, TimeFormat::iso8601));
    if (schema.kind != Kind::list) {
      out.push_back({use.name, std::move(parsed)});
      return {};
    }
    list.push_back(std::move(parsed));
  }
  if (!list.is_null()) out.push_back({use.name, std::move(list)});
  return {};
}

Result<Json> parse_json_text(std::string_view text) {
  auto parsed = Json::parse(text);
  if (!parsed) return fail("SerializationException", "Could not parse request body into json: " + parsed.error());
  return std::move(*parsed);
}

Result<void> parse_body(bool xml, const Schema& schema, std::string_view body, Json::Object& out) {
  if (const Use* payload = schema.payload()) {
    Kind kind = payload->shape->kind;
    if (kind == Kind::blob || kind == Kind::string) {
      if (!body.empty() || payload->required) out.push_back({payload->name, Json(body)});
      return {};
    }
    if (body.empty()) return {};
    if (xml) {
      TRY(Json value, xml_to_canonical(body, *payload->shape, ""));
      out.push_back({payload->name, std::move(value)});
      return {};
    }
    TRY(Json text, parse_json_text(body));
    if (text.is_null()) return {};
    TRY(Json value, json_to_canonical(std::move(text), *payload));
    out.push_back({payload->name, std::move(value)});
    return {};
  }
  bool any = false;
  for (const Use& use : schema.members) any |= use.in == In::body;
  if (!any || trim(body).empty()) return {};
  Json value;
  if (xml) {
    TRY(value, xml_to_canonical(body, schema, ""));
  } else {
    TRY(Json text, parse_json_text(body));
    if (text.is_null()) return {};
    Use use;
    use.shape = &schema;
    TRY(value, json_to_canonical(std::move(text), use));
  }
  for (Json::Member& m : value.members())
    if (schema.member(m.key)->in == In::body) out.push_back(std::move(m));
  return {};
}

std::string quoted_if_needed(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

void write_header(const Json& value, const Use& use, net::Headers& headers) {
  const Schema& schema = *use.shape;
  if (use.in == In::prefix_headers) {
    if (value.is_object())
      for (const Json::Member& m : value.members()) headers.set(use.wire + m.key, m.value.string_or(""));
    return;
  }
  if (schema.kind == Kind::list) {
    std::string text;
    for (const Json& item : value.items()) {
      std::string one = canonical_to_text(item, schema.element, TimeFormat::http_date);
      text += (text.empty() ? "" : ", ") + (schema.element.shape->kind == Kind::string ? quoted_if_needed(one) : one);
    }
    if (!text.empty()) headers.set(use.wire_name(), text);
    return;
  }
  std::string text =
      use.media_json ? base64_encode(value.string_or("")) : canonical_to_text(value, use, TimeFormat::http_date);
  headers.set(use.wire_name(), text);
}

void write_payload(bool xml, const Json& value, const Use& payload, WireResponse& out) {
  const Schema& schema = *payload.shape;
  if (schema.kind == Kind::blob || schema.kind == Kind::string) {
    out.body = value.string_or("");
    if (!out.headers.contains("Content-Type"))
      out.headers.set("Content-Type", schema.kind == Kind::blob ? "application/octet-stream" : "text/plain");
    return;
  }
  if (xml) {
    std::string root = payload.wire_name() != payload.name ? payload.wire
                       : !schema.xml_name.empty()          ? schema.xml_name
                       : !schema.name.empty()              ? schema.name
                                                           : payload.name;
    canonical_to_xml(value, payload, root, out.body);
    if (!out.headers.contains("Content-Type")) out.headers.set("Content-Type", "application/xml");
    return;
  }
  append_json(out.body, value, payload, TimeFormat::epoch_seconds);
  if (!out.headers.contains("Content-Type")) out.headers.set("Content-Type", "application/json");
}

void write_body_members(bool xml, const ServiceInfo& service, const Operation& operation, const Schema& schema,
                        Json::Object members, WireResponse& out) {
  Use use;
  Json body(std::move(members));
  if (!xml) {
    use.shape = &schema;
    append_json(out.body, body, use, TimeFormat::epoch_seconds);
    out.headers.set("Content-Type", "application/json");
    return;
  }
  use.shape = &schema;
  use.xml_namespace = schema.xml_namespace.empty() ? service.xml_namespace : schema.xml_namespace;
  use.xml_prefix = schema.xml_prefix;
  std::string root = !schema.xml_name.empty() ? schema.xml_name
                     : !schema.name.empty()   ? schema.name
                                              : operation.name + "Response";
  out.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  canonical_to_xml(body, use, root, out.body);
  out.headers.set("Content-Type", "application/xml");
}

}  // namespace

Result<Json> parse_rest(bool xml, const Operation& operation, const WireRequest& request) {
  const Schema& schema = *operation.input;
  Json::Object out;
  Pairs pairs;
  if (!request.query.empty()) {
    TRY(pairs, parse_form(request.query));
  }
  for (const Use& use : schema.members) {
    switch (use.in) {
      case In::uri:
        for (const auto& [label, value] : request.labels)
          if (label == use.wire_name()) {
            TRY(Json parsed, text_to_canonical(value, use, TimeFormat::iso8601));
            out.push_back({use.name, std::move(parsed)});
          }
        break;
      case In::header:
        if (auto text = request.headers->get(use.wire_name())) {
          TRY(Json parsed, parse_header(*text, use));
          out.push_back({use.name, std::move(parsed)});
        }
        break;
      case In::prefix_headers: {
        Json map = parse_prefix_headers(*request.headers, use.wire);
        if (!map.empty()) out.push_back({use.name, std::move(map)});
        break;
      }
      case In::query:
      case In::query_map: {
        CHECK_OK(parse_query_member(pairs, use, schema, out));
        break;
      }
      default: break;
    }
  }
  if (!operation.input_streams) CHECK_OK(parse_body(xml, schema, request.body, out));
  return Json(std::move(out));
}

WireResponse write_rest(bool xml, const ServiceInfo& service, const Operation& operation, const Json& output) {
  WireResponse out;
  out.status = operation.http_status;
  const Schema& schema = *operation.output;
  Json::Object body;
  bool has_body_members = false;
  const Use* payload = schema.payload();
  for (const Use& use : schema.members) {
    has_body_members |= use.in == In::body;
    const Json* value = output.find(use.name);
    if (!value || value->is_null()) continue;
    if (use.in == In::header || use.in == In::prefix_headers)
      write_header(*value, use, out.headers);
    else if (use.in == In::status)
      out.status = static_cast<int>(value->to_int().value_or(out.status));
    else if (use.in == In::body)
      body.push_back({use.name, *value});
  }
  if (payload) {
    const Json* value = output.find(payload->name);
    if (value && !value->is_null()) write_payload(xml, *value, *payload, out);
    return out;
  }
  if (out.status == 204 || out.status == 304) return out;
  if (has_body_members)
    write_body_members(xml, service, operation, schema, std::move(body), out);
  else if (!xml && out.body.empty())
    out.headers.set("Content-Type", "application/json");
  return out;
}

}  // namespace thaw::api
