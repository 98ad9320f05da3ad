#include "services/dynamodb/permissions.h"

#include <algorithm>

#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {
namespace {

std::string arn_of_name(const api::Request& request, const Json& name) {
  if (!name.is_string()) return "*";
  const std::string& text = name.as_string();
  if (text.starts_with("arn:")) return text;
  return request.arn("dynamodb", "table/" + text);
}

// The root may do everything, so nothing needs to be worked out for it.
bool needs_context(const api::Request& request) { return request.principal.kind != api::Principal::Kind::root; }

void note(Json& list, const std::string& text) {
  if (list.is_null()) list = Json::array();
  const auto& items = list.items();
  if (std::find(items.begin(), items.end(), Json(text)) == items.end()) list.push_back(Json(text));
}

// {"S": "a"} as a policy writes it: "a".
void note_value(Json& list, const Json& wire) {
  if (!wire.is_object()) return;
  for (const auto& m : wire.members())
    if (m.value.is_string()) note(list, m.value.as_string());
}

void note_leading_key(Json& list, const Table* table, const Json& key_or_item) {
  if (!key_or_item.is_object()) return;
  if (table) return note_value(list, key_or_item.get(table->key.hash.name));
  for (const auto& m : key_or_item.members()) note_value(list, m.value);
}

struct Names {
  std::map<std::string, std::string> names;
  Placeholders placeholders;
};

std::unique_ptr<Names> placeholders_of(const Json& p) {
  auto out = std::make_unique<Names>();
  const Json& names = p.get("ExpressionAttributeNames");
  if (names.is_object())
    for (const auto& m : names.members()) out->names[m.key] = m.value.string_or("");
  if (auto made = Placeholders::make(out->names.empty() ? nullptr : &out->names, &p.get("ExpressionAttributeValues")))
    out->placeholders = std::move(*made);
  return out;
}

// The partition that a Query reads; of an equality on each key attribute when it is not known which is which.
void note_queried_key(Json& list, const Table* table, const Json& p, Placeholders& placeholders) {
  const Index* index = table ? table->find_index(p.get("IndexName").string_or("")) : nullptr;
  std::string hash = index ? index->key.hash.name : table ? table->key.hash.name : "";
  auto wanted = [&](const std::string& name) { return hash.empty() || name == hash; };
  if (const Json& text = p.get("KeyConditionExpression"); text.is_string()) {
    if (auto keys = parse_key_condition(text.as_string(), placeholders))
      for (const KeyCondition& k : *keys)
        if (k.kind == KeyCondition::Kind::eq && wanted(k.name)) note_value(list, to_json(k.value));
  }
  const Json& conditions = p.get("KeyConditions");
  if (!conditions.is_object()) return;
  for (const auto& m : conditions.members()) {
    const Json& values = m.value.get("AttributeValueList");
    if (wanted(m.key) && values.is_array())
      for (const Json& value : values.items()) note_value(list, value);
  }
}

// Every attribute that the request names, by its first name.
void note_attributes(Json& list, const Json& p, Placeholders& placeholders) {
  for (auto member : {"Key", "Item", "Expected", "AttributeUpdates", "KeyConditions", "QueryFilter", "ScanFilter"})
    if (const Json& map = p.get(member); map.is_object())
      for (const auto& m : map.members()) note(list, m.key);
  if (const Json& names = p.get("AttributesToGet"); names.is_array())
    for (const Json& name : names.items()) note(list, name.string_or(""));
  for (auto parameter : {"ConditionExpression", "FilterExpression", "KeyConditionExpression"})
    if (const Json& text = p.get(parameter); text.is_string())
      if (auto condition = parse_condition(text.as_string(), parameter, placeholders))
        for (const std::string& name : path_heads(*condition).all) note(list, name);
  if (const Json& text = p.get("ProjectionExpression"); text.is_string())
    if (auto paths = parse_projection(text.as_string(), placeholders))
      for (const Path& path : *paths) note(list, path.head());
  if (const Json& text = p.get("UpdateExpression"); text.is_string())
    if (auto update = parse_update(text.as_string(), placeholders))
      for (const Path& path : updated_paths(*update)) note(list, path.head());
}

// What a read answers: ALL_ATTRIBUTES, SPECIFIC_ATTRIBUTES, COUNT...
std::string select_of(const Json& p) {
  if (p.get("Select").is_string()) return p.get("Select").as_string();
  bool some = p.get("ProjectionExpression").is_string() || p.get("AttributesToGet").is_array();
  return some ? "SPECIFIC_ATTRIBUTES" : "ALL_ATTRIBUTES";
}

Json context_of(const Table* table, const Json& p, bool reads) {
  Json leading, attributes;
  auto names = placeholders_of(p);
  note_leading_key(leading, table, p.get("Key"));
  note_leading_key(leading, table, p.get("Item"));
  note_queried_key(leading, table, p, names->placeholders);
  note_attributes(attributes, p, names->placeholders);
  Json out = Json::object();
  if (!leading.is_null()) out.set("dynamodb:LeadingKeys", std::move(leading));
  if (!attributes.is_null()) out.set("dynamodb:Attributes", std::move(attributes));
  if (reads) out.set("dynamodb:Select", select_of(p));
  for (auto member : {"ReturnValues", "ReturnConsumedCapacity"})
    if (p.get(member).is_string()) out.set(std::string("dynamodb:") + member, p.get(member));
  return out;
}

}  // namespace

std::string table_arn(const api::Request& request, const Json& input) {
  return arn_of_name(request, input.get("TableName"));
}
std::string resource_arn(const api::Request&, const Json& input) { return input.get("ResourceArn").string_or("*"); }

std::string index_arn(const api::Request& request, const Json& input) {
  std::string arn = table_arn(request, input);
  const Json& index = input.get("IndexName");
  return index.is_string() ? arn + "/index/" + index.as_string() : arn;
}

std::vector<api::Permission> item_permissions(const KnownTable& known, const api::Request& request, const Json& input) {
  const std::string& operation = request.operation->name;
  api::Permission out{"dynamodb:" + operation, index_arn(request, input), {}};
  if (needs_context(request)) {
    auto table = known(request, input.get("TableName").string_or(""));
    out.context = context_of(table.get(), input, operation == "GetItem" || operation == "Query" || operation == "Scan");
  }
  return {std::move(out)};
}

std::vector<api::Permission> batch_permissions(const KnownTable& known, const api::Request& request,
                                               const Json& input) {
  std::vector<api::Permission> out;
  const Json& tables = input.get("RequestItems");
  if (!tables.is_object()) return out;
  for (const auto& m : tables.members()) {
    api::Permission permission{"dynamodb:" + request.operation->name, arn_of_name(request, Json(m.key)), {}};
    if (needs_context(request)) {
      auto table = known(request, m.key);
      permission.context = context_of(table.get(), m.value, request.operation->name == "BatchGetItem");
      Json leading, attributes = permission.context.get("dynamodb:Attributes");
      const Json& parts = m.value.is_array() ? m.value : m.value.get("Keys");
      if (parts.is_array())
        for (const Json& part : parts.items()) {
          const Json& put = part.get("PutRequest").get("Item");
          const Json& erased = part.get("DeleteRequest").get("Key");
          const Json& item = !put.is_null() ? put : !erased.is_null() ? erased : part;
          note_leading_key(leading, table.get(), item);
          if (item.is_object())
            for (const auto& attribute : item.members()) note(attributes, attribute.key);
        }
      if (!leading.is_null()) permission.context.set("dynamodb:LeadingKeys", std::move(leading));
      if (!attributes.is_null()) permission.context.set("dynamodb:Attributes", std::move(attributes));
    }
    out.push_back(std::move(permission));
  }
  return out;
}

std::vector<api::Permission> transact_permissions(const KnownTable& known, const api::Request& request,
                                                  const Json& input) {
  constexpr std::pair<std::string_view, std::string_view> actions[] = {
      {"Get", "dynamodb:GetItem"},
      {"Put", "dynamodb:PutItem"},
      {"Update", "dynamodb:UpdateItem"},
      {"Delete", "dynamodb:DeleteItem"},
      {"ConditionCheck", "dynamodb:ConditionCheckItem"}};
  std::vector<api::Permission> out;
  const Json& items = input.get("TransactItems");
  if (!items.is_array()) return out;
  for (const Json& item : items.items()) {
    for (auto [member, action] : actions) {
      const Json* found = item.find(member);
      if (!found || found->is_null()) continue;
      api::Permission permission{std::string(action), arn_of_name(request, found->get("TableName")), {}};
      if (needs_context(request)) {
        auto table = known(request, found->get("TableName").string_or(""));
        permission.context = context_of(table.get(), *found, member == "Get");
        permission.context.set("dynamodb:EnclosingOperation", request.operation->name);
      }
      out.push_back(std::move(permission));
    }
  }
  return out;
}

}  // namespace thaw::dynamodb
