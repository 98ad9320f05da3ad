#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

static Value key_attribute(const SamResource& table) {
  Value key = table.get("PrimaryKey");
  if (!key) return Value::dict({{"AttributeName", "id"}, {"AttributeType", "S"}});
  Value name = Expect(key.get("Name"), table.id.s, "PrimaryKey.Name").present();
  Value type = Expect(key.get("Type"), table.id.s, "PrimaryKey.Type").present();
  const char* letter = type.is("String") ? "S" : type.is("Number") ? "N" : type.is("Binary") ? "B" : nullptr;
  if (!letter) throw InvalidResource{table.id.s, "Invalid 'Type' \"" + type.str() + "\"."};
  return Value::dict({{"AttributeName", name}, {"AttributeType", letter}});
}

CfnList transform_simple_table(Context&, SamResource& table) {
  Cfn out = make_cfn(table.id, "AWS::DynamoDB::Table", table.attributes, table.depends_on);
  Value key = key_attribute(table);
  out->set("AttributeDefinitions", Value::list({key}));
  out->set("KeySchema", Value::list({Value::dict({{"AttributeName", key.get("AttributeName")}, {"KeyType", "HASH"}})}));
  for (auto name : {"PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification", "TableName"})
    if (Value value = table.get(name)) out->set(name, value);
  if (!table.get("ProvisionedThroughput")) out->set("BillingMode", "PAY_PER_REQUEST");
  if (Value tags = table.get("Tags")) out->set("Tags", tag_list(tags));
  return {out};
}

}  // namespace thaw::sam
