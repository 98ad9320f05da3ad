// The codecs against protocol cases that others recorded: a request must parse to the parameters that the case gives; a
// result must be written as the response that the case gives (up to formatting and members' order).
#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "api/codec.h"
#include "api/router.h"
#include "base/text.h"

namespace thaw::api {
namespace {

std::string corpora() {
  const char* folder = std::getenv("THAW_CORPORA");
  return folder ? folder : "../shared/corpora";
}

Json load(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto parsed = Json::parse(text.str());
  return parsed ? *parsed : Json();
}

// Schemas made from a case's description of its shapes.
class Shapes {
 public:
  explicit Shapes(const Json& shapes) : shapes_(shapes) {}

  const Schema* schema(const std::string& name) {
    auto [at, fresh] = built_.try_emplace(name);
    if (!fresh) return at->second.get();
    at->second = std::make_unique<Schema>();
    Schema& out = *at->second;
    const Json& shape = shapes_.get(name);
    out.kind = kind_of(shape);
    out.name = name;
    out.is_union = shape.get("union") == Json(true);
    out.xml_namespace = shape.get("xmlNamespace").is_object() ? shape.get("xmlNamespace").get("uri").string_or("")
                                                              : shape.get("xmlNamespace").string_or("");
    out.xml_prefix = shape.get("xmlNamespace").get("prefix").string_or("");
    out.xml_name = shape.get("locationName").string_or("");
    if (const Json* members = shape.find("members")) {
      for (const Json::Member& m : members->members()) out.members.push_back(use(m.value, m.key));
      const Json& payload = shape.get("payload");
      for (Use& u : out.members)
        if (payload == Json(u.name)) u.in = In::payload;
      for (const Json& r : shape.get("required").is_array() ? shape.get("required").items() : Json::Array{})
        for (Use& u : out.members) u.required |= u.name == r.as_string();
    }
    if (const Json* member = shape.find("member")) out.element = use(*member, "");
    if (const Json* key = shape.find("key")) out.key = use(*key, "");
    if (const Json* value = shape.find("value")) out.value = use(*value, "");
    return &out;
  }

  Use use(const Json& member, const std::string& name) {
    Use out;
    const Json& target = shapes_.get(member.get("shape").string_or(""));
    out.name = name;
    out.shape = schema(member.get("shape").string_or(""));
    out.wire = member.get("locationName").string_or("");
    auto flag = [&](const char* key) { return member.get(key) == Json(true) || target.get(key) == Json(true); };
    out.flattened = flag("flattened");
    out.xml_attribute = member.get("xmlAttribute") == Json(true);
    out.idempotency_token = member.get("idempotencyToken") == Json(true);
    out.media_json = member.get("jsonvalue") == Json(true);
    const Json& space = member.contains("xmlNamespace") ? member.get("xmlNamespace") : target.get("xmlNamespace");
    out.xml_namespace = space.is_object() ? space.get("uri").string_or("") : space.string_or("");
    out.xml_prefix = space.get("prefix").string_or("");
    std::string format = member.get("timestampFormat").string_or(target.get("timestampFormat").string_or(""));
    if (format == "iso8601") out.time = TimeFormat::iso8601;
    if (format == "unixTimestamp") out.time = TimeFormat::epoch_seconds;
    if (format == "rfc822") out.time = TimeFormat::http_date;
    static const std::map<std::string, In> places = {{"header", In::header},
                                                     {"headers", In::prefix_headers},
                                                     {"uri", In::uri},
                                                     {"querystring", In::query},
                                                     {"statusCode", In::status}};
    auto place = places.find(member.get("location").string_or(""));
    if (place != places.end()) out.in = place->second;
    if (out.in == In::query && out.shape->kind == Kind::map) out.in = In::query_map;
    return out;
  }

 private:
  static Kind kind_of(const Json& shape) {
    if (shape.get("document") == Json(true)) return Kind::document;
    static const std::map<std::string, Kind> kinds = {
        {"structure", Kind::structure}, {"list", Kind::list},          {"map", Kind::map},
        {"string", Kind::string},       {"character", Kind::string},   {"boolean", Kind::boolean},
        {"integer", Kind::integer},     {"long", Kind::integer},       {"byte", Kind::integer},
        {"short", Kind::integer},       {"bigInteger", Kind::integer}, {"float", Kind::real},
        {"double", Kind::real},         {"bigDecimal", Kind::real},    {"blob", Kind::blob},
        {"timestamp", Kind::timestamp}};
    auto found = kinds.find(shape.get("type").string_or("structure"));
    return found == kinds.end() ? Kind::structure : found->second;
  }
  const Json& shapes_;
  std::map<std::string, std::unique_ptr<Schema>> built_;
};

// Cases that show how lenient a client must be with responses that no server of AWS's protocols has to write: other
// time zones, unknown and null members, type names inside, values that only a client's parser makes.
const std::set<std::string> client_leniency = {"AwsJson10DeserializeAllowNulls",
                                               "AwsJson10DeserializeIgnoreType",
                                               "AwsJson10HandlesUnexpectedJsonOutput",
                                               "AwsJson11DeserializeIgnoreType",
                                               "AwsJson11StructuresDontDeserializeNullValues",
                                               "AwsJson11IntEnums",
                                               "RestJsonDeserializeIgnoreType",
                                               "RestJsonDoesntDeserializeNullStructureValues",
                                               "IgnoreQueryParamsInResponse",
                                               "QueryXmlNamespaces",  // namespaces inside a Query answer carry nothing
                                               "handles_unexpected_json_output",
                                               "parses_the_request_id_from_the_response"};

// The suites and cases that the corpus itself sets aside, and those above.
bool set_aside(const std::string& side, const std::string& protocol, const Json& suite, const Json& test) {
  static const Json list = load(corpora() + "/protocols/protocol-tests-ignore-list.json");
  std::string id = test.get("id").string_or("");
  auto has = [](const Json& names, const std::string& name) {
    if (!names.is_array()) return false;
    for (const Json& item : names.items())
      if (item == Json(name)) return true;
    return false;
  };
  if (id.find("DateTimeWithNegativeOffset") != std::string::npos ||
      id.find("DateTimeWithPositiveOffset") != std::string::npos)
    return true;
  const Json& general = list.get("general").get(side);
  const Json& own = list.get("protocols").get(protocol).get(side);
  std::string description = suite.get("description").string_or("");
  return client_leniency.contains(id) || has(general.get("suites"), description) || has(general.get("cases"), id) ||
         has(own.get("suites"), description) || has(own.get("cases"), id);
}

bool loosely_equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.to_double() == b.to_double();
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) {
    for (size_t i = 0; i < a.size(); ++i)
      if (!loosely_equal(a.items()[i], b.items()[i])) return false;
    return true;
  }
  if (a.is_object()) {
    for (const Json::Member& m : a.members()) {
      const Json* found = b.find(m.key);
      if (!found || !loosely_equal(m.value, *found)) return false;
    }
    return true;
  }
  return a == b;
}

// Leaves out what the wire cannot tell from absence, and makes numbers comparable.
Json normal(const Json& value, const Use& use, bool of_query) {
  const Schema& schema = *use.shape;
  if (schema.kind == Kind::structure && value.is_object()) {
    Json out = Json::object();
    for (const Use& member : schema.members) {
      const Json* found = value.find(member.name);
      if (!found || found->is_null() || member.idempotency_token) continue;
      bool in_text = member.in != In::body;
      if ((in_text || of_query) && (found->is_array() || found->is_object()) && found->empty()) continue;
      Json inner = normal(*found, member, of_query);
      // Parameters that have a member of their own need not be in the map of all others, too.
      if (member.in == In::query_map)
        for (const Use& other : schema.members)
          if (other.in == In::query) inner.erase(other.wire_name());
      if (member.in == In::query_map && inner.empty()) continue;
      out.set(member.name, std::move(inner));
    }
    return out;
  }
  if (schema.kind == Kind::list && value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value.items()) out.push_back(normal(item, schema.element, of_query));
    return out;
  }
  if (schema.kind == Kind::map && value.is_object()) {
    Json out = Json::object();
    for (const Json::Member& m : value.members()) out.set(m.key, normal(m.value, schema.value, of_query));
    return out;
  }
  if ((schema.kind == Kind::real || schema.kind == Kind::timestamp) && value.is_number())
    return Json(value.to_double().value_or(0));
  return value;
}

struct Tally {
  int agreed = 0;
  std::vector<std::string> differ;
};

Operation operation_of(const Json& given, Shapes& shapes, const char* side) {
  static const Schema nothing;
  Operation out;
  out.name = given.get("name").string_or("Op");
  out.http_method = given.get("http").get("method").string_or("POST");
  out.http_uri = given.get("http").get("requestUri").string_or("/");
  out.http_status = static_cast<int>(given.get("http").get("responseCode").to_int().value_or(200));
  const Json& shape = given.get(side);
  SchemaRef ref = shape.is_object() ? SchemaRef(shapes.schema(shape.get("shape").as_string())) : SchemaRef(&nothing);
  out.input = ref;
  out.output = ref;
  if (shape.contains("resultWrapper")) out.result_wrapper = shape.get("resultWrapper").as_string();
  return out;
}

// A service with this one operation, so that the router takes the labels out of the path.
class OneOperation final : public Service {
 public:
  OneOperation(Operation operation, Protocol protocol) : operation_(std::move(operation)), protocol_(protocol) {}
  ServiceInfo info() const override { return {.name = "case", .protocols = {protocol_}, .host_prefixes = {"example"}}; }
  std::vector<Operation> operations() override { return {operation_}; }

 private:
  Operation operation_;
  Protocol protocol_;
};

std::optional<std::string> check_input(const Json& suite, const Json& test, Protocol protocol) {
  Shapes shapes(suite.get("shapes"));
  Operation operation = operation_of(test.get("given"), shapes, "input");
  const Json& serialized = test.get("serialized");
  net::Headers headers;
  if (serialized.get("headers").is_object()) {
    for (const Json::Member& m : serialized.get("headers").members()) {
      if (m.value.is_array()) {
        std::string joined;
        for (const Json& item : m.value.items()) joined += (joined.empty() ? "" : ", ") + item.string_or("");
        headers.set(m.key, joined);
      } else {
        headers.set(m.key, m.value.string_or(""));
      }
    }
  }
  std::string uri = serialized.get("uri").string_or("/"), body = serialized.get("body").string_or("");
  net::StringBody nothing;
  net::HttpRequest http(nothing);
  http.method = operation.http_method;
  http.target = uri;
  http.path = uri.substr(0, uri.find('?'));
  http.query = uri.find('?') == std::string::npos ? "" : uri.substr(uri.find('?') + 1);
  http.headers = headers;
  http.headers.set("host", "example.amazonaws.com");
  WireRequest wire;
  wire.query = http.query;
  wire.headers = &http.headers;
  wire.body = body;
  if (protocol == Protocol::rest_json || protocol == Protocol::rest_xml) {
    OneOperation service(operation, protocol);
    Router router;
    router.add(service);
    Route route = router.route(http, "");
    if (!route.operation) return "no route: " + route.error.value_or(Error{}).message;
    wire.labels = route.labels;
  }
  auto parsed = parse_request(protocol, operation, wire);
  if (!parsed) return "refused: " + parsed.error().message;
  Use use;
  use.shape = operation.input;
  bool of_query = protocol == Protocol::query;
  Json got = normal(*parsed, use, of_query), wanted = normal(test.get("params"), use, of_query);
  if (got == wanted) return std::nullopt;
  return "got " + got.dump() + " wanted " + wanted.dump();
}

// An element as text that does not depend on formatting, the order of unordered children included.
std::string normal_xml(const pugi::xml_node& node) {
  std::string text;
  std::multiset<std::string> children;
  for (pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_element && std::string_view(child.name()) != "ResponseMetadata")
      children.insert(normal_xml(child));
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  std::multiset<std::string> attributes;
  for (pugi::xml_attribute a : node.attributes()) attributes.insert(std::string(a.name()) + "=" + a.value());
  std::string out = std::string("<") + node.name();
  for (const auto& a : attributes) out += " " + a;
  out += ">";
  if (children.empty()) out += text;
  for (const auto& c : children) out += c;
  return out + "</>";
}

bool same_body(const std::string& got, const std::string& wanted, bool xml) {
  if (trim(got) == trim(wanted)) return true;
  if (!xml) {
    auto a = Json::parse(got.empty() ? "{}" : got), b = Json::parse(wanted.empty() ? "{}" : wanted);
    return a && b && loosely_equal(*a, *b);
  }
  pugi::xml_document a, b;
  if (!a.load_buffer(got.data(), got.size()) || !b.load_buffer(wanted.data(), wanted.size())) return false;
  return normal_xml(a.document_element()) == normal_xml(b.document_element());
}

std::optional<std::string> check_output(const Json& suite, const Json& test, Protocol protocol) {
  Shapes shapes(suite.get("shapes"));
  Operation operation = operation_of(test.get("given"), shapes, "output");
  const Json& response = test.get("response");
  ServiceInfo info;
  info.name = "case";
  info.protocols = {protocol};
  std::string wanted = response.get("body").string_or("");
  bool xml = protocol == Protocol::query || protocol == Protocol::rest_xml;
  // The namespace and the request's id belong to the service and the request; they are taken from the case.
  std::string id = "requestid";
  if (xml) {
    pugi::xml_document document;
    document.load_buffer(wanted.data(), wanted.size());
    info.xml_namespace = document.document_element().attribute("xmlns").value();
    if (auto found = document.select_node("//*[local-name()='RequestId']")) id = found.node().child_value();
  }
  WireResponse got = write_response(protocol, info, operation, test.get("result"), id);
  // Query always has a body, with the request's id; cases without one say nothing of it.
  bool says_nothing = wanted.empty() && protocol == Protocol::query;
  if (!says_nothing && !same_body(got.body, wanted, xml)) return "got " + got.body + " wanted " + wanted;
  if (response.get("headers").is_object())
    for (const Json::Member& m : response.get("headers").members()) {
      if (equal_ignoring_case(m.key, "content-type") || !m.value.is_string()) continue;
      if (got.headers.get_or(m.key, "") != m.value.as_string())
        return "header " + m.key + " got " + std::string(got.headers.get_or(m.key, "(none)")) + " wanted " +
               m.value.as_string();
    }
  if (auto status = response.get("status_code").to_int(); status && *status != got.status)
    return "status " + std::to_string(got.status);
  return std::nullopt;
}

const std::map<std::string, Protocol> protocols = {{"json", Protocol::json_1_1},
                                                   {"json_1_0", Protocol::json_1_0},
                                                   {"query", Protocol::query},
                                                   {"rest-json", Protocol::rest_json},
                                                   {"rest-xml", Protocol::rest_xml}};

Tally run(const std::string& side, const std::string& name, Protocol protocol) {
  Tally out;
  Json suites = load(corpora() + "/protocols/" + side + "/" + name + ".json");
  for (const Json& suite : suites.items())
    for (const Json& test : suite.get("cases").items()) {
      if (test.contains("errorCode") || test.contains("error")) continue;  // errors have no schemas here
      if (set_aside(side, name, suite, test)) continue;
      auto wrong = side == "input" ? check_input(suite, test, protocol) : check_output(suite, test, protocol);
      if (!wrong)
        ++out.agreed;
      else
        out.differ.push_back(test.get("id").string_or(suite.get("description").string_or("")) + ": " + *wrong);
    }
  return out;
}

class ProtocolCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(ProtocolCorpus, Agrees) {
  if (load(corpora() + "/protocols/input/json.json").is_null()) GTEST_SKIP() << "SKIPPED: corpus absent";
  for (const char* side : {"input", "output"}) {
    Tally tally = run(side, GetParam(), protocols.at(GetParam()));
    printf("protocol %s %s: %d agree, %zu differ\n", GetParam().c_str(), side, tally.agreed, tally.differ.size());
    for (const std::string& line : tally.differ) printf("  differs: %.400s\n", line.c_str());
    EXPECT_GT(tally.agreed, 0);
    EXPECT_EQ(tally.differ.size(), 0u) << side;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProtocolCorpus, ::testing::Values("json", "json_1_0", "query", "rest-json", "rest-xml"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace thaw::api
