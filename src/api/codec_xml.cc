// XML: REST-XML bodies, and the answers of Query and EC2.
#include <pugixml.hpp>

#include <cstring>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

constexpr int depth_max = 100;

void escape_to(std::string& out, std::string_view text, bool attribute) {
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += attribute ? "&quot;" : "\""; break;
      case '\r': out += "&#xD;"; break;
      case '\n': out += attribute ? "&#xA;" : "\n"; break;
      default:
        // Control characters have no form in XML 1.0.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') out.push_back(c);
    }
  }
}

void open_tag(std::string& out, std::string_view name, const Use& use) {
  out += '<';
  out += name;
  if (!use.xml_namespace.empty()) {
    out += use.xml_prefix.empty() ? " xmlns=\"" : " xmlns:" + use.xml_prefix + "=\"";
    escape_to(out, use.xml_namespace, true);
    out += '"';
  }
}

void close_tag(std::string& out, std::string_view name) {
  out += "</";
  out += name;
  out += '>';
}

std::string element_name(const Use& use, std::string_view otherwise) {
  return use.wire.empty() ? std::string(otherwise) : use.wire;
}

void write_structure(const Json& value, const Use& use, std::string_view name, std::string& out) {
  open_tag(out, name, use);
  const Schema& schema = *use.shape;
  for (const Use& member : schema.members) {
    const Json* found = member.xml_attribute ? value.find(member.name) : nullptr;
    if (!found || found->is_null()) continue;
    out += ' ' + member.wire_name() + "=\"";
    escape_to(out, canonical_to_text(*found, member, TimeFormat::iso8601), true);
    out += '"';
  }
  out += '>';
  for (const Use& member : schema.members) {
    if (member.xml_attribute || member.in != In::body) continue;
    const Json* found = value.find(member.name);
    if (found && !found->is_null()) canonical_to_xml(*found, member, member.xml_name(), out);
  }
  close_tag(out, name);
}

void write_list(const Json& value, const Use& use, std::string_view name, std::string& out) {
  const Use& element = use.shape->element;
  if (use.flattened) {
    std::string each(name);
    for (const Json& item : value.items()) canonical_to_xml(item, element, each, out);
    return;
  }
  open_tag(out, name, use);
  out += '>';
  std::string each = element_name(element, "member");
  for (const Json& item : value.items()) canonical_to_xml(item, element, each, out);
  close_tag(out, name);
}

void write_map(const Json& value, const Use& use, std::string_view name, std::string& out) {
  const Schema& schema = *use.shape;
  if (!use.flattened) {
    open_tag(out, name, use);
    out += '>';
  }
  std::string_view entry = use.flattened ? name : std::string_view("entry");
  for (const Json::Member& m : value.members()) {
    open_tag(out, entry, use.flattened ? use : Use());
    out += '>';
    canonical_to_xml(Json(m.key), schema.key, element_name(schema.key, "key"), out);
    if (!m.value.is_null()) canonical_to_xml(m.value, schema.value, element_name(schema.value, "value"), out);
    close_tag(out, entry);
  }
  if (!use.flattened) close_tag(out, name);
}

std::unexpected<Error> malformed() {
  return fail("MalformedXML",
              "The XML you provided was not well-formed or did not validate against our published schema");
}

std::string_view local_name(std::string_view name) {
  size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
bool named(const pugi::xml_node& node, std::string_view name) {
  return node.type() == pugi::node_element && (name == node.name() || local_name(node.name()) == name);
}

Result<Json> read_content(const pugi::xml_node& node, const Use& use, int depth);

Result<Json> read_list(const pugi::xml_node& parent, const Use& use, std::string_view each, int depth) {
  Json::Array out;
  for (pugi::xml_node child : parent.children()) {
    if (!named(child, each)) continue;
    TRY(Json item, read_content(child, use.shape->element, depth + 1));
    out.push_back(std::move(item));
  }
  return Json(std::move(out));
}

Result<Json> read_map(const pugi::xml_node& parent, const Use& use, std::string_view entry, int depth) {
  const Schema& schema = *use.shape;
  Json out = Json::object();
  for (pugi::xml_node child : parent.children()) {
    if (!named(child, entry)) continue;
    std::string key;
    Json value("");
    for (pugi::xml_node part : child.children()) {
      if (named(part, element_name(schema.key, "key"))) key = part.child_value();
      if (named(part, element_name(schema.value, "value"))) {
        TRY(value, read_content(part, schema.value, depth + 1));
      }
    }
    out.set(key, std::move(value));
  }
  return out;
}

Result<Json> read_structure(const pugi::xml_node& node, const Schema& schema, int depth) {
  Json::Object out;
  for (const Use& member : schema.members) {
    if (member.in != In::body) continue;
    const std::string& name = member.wire_name();
    if (member.xml_attribute) {
      for (pugi::xml_attribute attribute : node.attributes())
        if (name == attribute.name() || local_name(attribute.name()) == local_name(name)) {
          TRY(Json value, text_to_canonical(attribute.value(), member, TimeFormat::iso8601));
          out.push_back({member.name, std::move(value)});
          break;
        }
      continue;
    }
    pugi::xml_node found;
    for (pugi::xml_node child : node.children())
      if (named(child, name)) {
        found = child;
        break;
      }
    if (!found) continue;
    Kind kind = member.shape->kind;
    if (member.flattened && kind == Kind::list) {
      TRY(Json list, read_list(node, member, name, depth));
      out.push_back({member.name, std::move(list)});
    } else if (member.flattened && kind == Kind::map) {
      TRY(Json map, read_map(node, member, name, depth));
      out.push_back({member.name, std::move(map)});
    } else {
      TRY(Json value, read_content(found, member, depth + 1));
      out.push_back({member.name, std::move(value)});
    }
  }
  return Json(std::move(out));
}

Result<Json> read_content(const pugi::xml_node& node, const Use& use, int depth) {
  if (depth > depth_max) return malformed();
  const Schema& schema = *use.shape;
  switch (schema.kind) {
    case Kind::structure: return read_structure(node, schema, depth);
    case Kind::list: return read_list(node, use, element_name(schema.element, "member"), depth);
    case Kind::map: return read_map(node, use, "entry", depth);
    default: {
      std::string text;
      for (pugi::xml_node part : node.children())
        if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
      auto value = text_to_canonical(schema.kind == Kind::string ? std::move(text) : std::string(trim(text)), use,
                                     TimeFormat::iso8601);
      if (!value) return malformed();
      return value;
    }
  }
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string out;
  escape_to(out, text, false);
  return out;
}

void canonical_to_xml(const Json& value, const Use& use, std::string_view name, std::string& out) {
  switch (use.shape->kind) {
    case Kind::structure: return write_structure(value, use, name, out);
    case Kind::list:
      if (value.is_array()) write_list(value, use, name, out);
      return;
    case Kind::map:
      if (value.is_object()) write_map(value, use, name, out);
      return;
    default:
      open_tag(out, name, use);
      out += '>';
      escape_to(out, canonical_to_text(value, use, TimeFormat::iso8601), false);
      close_tag(out, name);
  }
}

Result<Json> xml_to_canonical(std::string_view text, const Schema& schema, std::string_view root) {
  // Entities of a DTD are never expanded by this parser; documents with one are refused all the same.
  pugi::xml_document document;
  auto parsed = document.load_buffer(text.data(), text.size(),
                                     pugi::parse_default | pugi::parse_ws_pcdata_single | pugi::parse_doctype);
  if (!parsed) return malformed();
  for (pugi::xml_node child : document.children())
    if (child.type() == pugi::node_doctype) return malformed();
  pugi::xml_node top = document.document_element();
  if (!top || (!root.empty() && local_name(top.name()) != root)) return malformed();
  Use use;
  use.shape = &schema;
  return read_content(top, use, 0);
}

}  // namespace thaw::api
