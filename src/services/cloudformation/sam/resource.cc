#include "services/cloudformation/sam/resource.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "services/cloudformation/sam/logical_id.h"

namespace thaw::sam {

namespace {

constexpr std::string_view kKeptAttributes[] = {"DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy",
                                                "Metadata"};
constexpr std::string_view kPassedOn[] = {"Condition", "DeletionPolicy", "UpdateReplacePolicy"};

bool is_integer(const Value& value) { return value.is_int() || value.is_bool(); }

bool all_items(const Value& list, bool (*fits)(const Value&)) {
  return list.is_list() && std::all_of(list.elements().begin(), list.elements().end(), fits);
}
bool all_members(const Value& map, bool (*fits)(const Value&)) {
  if (!map.is_dict()) return false;
  for (auto& [key, value] : map.items())
    if (!fits(value)) return false;
  return true;
}
bool string_fits(const Value& v) { return v.is_string(); }
bool map_fits(const Value& v) { return v.is_dict(); }
bool string_or_map_fits(const Value& v) { return v.is_string() || v.is_dict(); }
bool int_or_map_fits(const Value& v) { return is_integer(v) || v.is_dict(); }

// One of the strings: 'A', 'B', or 'C'
std::string choice_words(std::string_view choices) {
  auto names = split(choices, '|');
  std::string out;
  if (names.size() == 1) return "the string '" + std::string(names[0]) + "'";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += names.size() == 2 ? " or " : i + 1 == names.size() ? ", or " : ", ";
    out += "'" + std::string(names[i]) + "'";
  }
  return "one of the strings: " + out;
}

[[noreturn]] void wrong_type(const std::string& id, const PropertyRule& rule) {
  const uint32_t kinds = rule.kinds & ~(kRequired | kLiteral);
  std::string name(rule.name);
  const char* what = kinds == kMap ? "map" : kinds == kString && rule.choices.empty() ? "string" : nullptr;
  if (!rule.choices.empty())
    throw InvalidResource{id, "Property '" + name + "' should be a " + choice_words(rule.choices) + "."};
  if (what) throw InvalidResource{id, "Property '" + name + "' should be a " + what + "."};
  throw InvalidResource{id, "Type of property '" + name + "' is invalid."};
}

}  // namespace

bool matches(const Value& value, const PropertyRule& rule) {
  const uint32_t kinds = rule.kinds;
  if (!rule.choices.empty()) {
    if (!value.is_string()) return false;
    auto names = split(rule.choices, '|');
    return std::find(names.begin(), names.end(), value.s()) != names.end();
  }
  return (kinds & kAny) || ((kinds & kString) && value.is_string()) || ((kinds & kMap) && value.is_dict()) ||
         ((kinds & kBool) && value.is_bool()) || ((kinds & kList) && value.is_list()) ||
         ((kinds & kInt) && is_integer(value)) || ((kinds & kListOfStrings) && all_items(value, string_fits)) ||
         ((kinds & kListOfStringsOrMaps) && all_items(value, string_or_map_fits)) ||
         ((kinds & kListOfMaps) && all_items(value, map_fits)) ||
         ((kinds & kMapOfStrings) && all_members(value, string_fits)) ||
         ((kinds & kMapOfMaps) && all_members(value, map_fits)) ||
         ((kinds & kMapOfIntsOrMaps) && all_members(value, int_or_map_fits));
}

static Value pick(const Value& attributes, std::span<const std::string_view> names) {
  Value out = Value::dict();
  for (auto name : names)
    if (attributes.has(name)) out.set(Text(name), attributes.get(name));
  return out;
}

Value SamResource::passed_on() const { return pick(attributes, kPassedOn); }
Value CfnResource::passed_on() const { return pick(attributes, kPassedOn); }

void SamResource::validate() const {
  for (auto& rule : rules) {
    Value value = properties.get(rule.name);
    if (!(rule.kinds & (kLiteral | kAny)) && value.is_dict() && value.size() == 1) continue;
    if (value.is_null()) {
      if (rule.kinds & kRequired)
        throw InvalidResource{id.s, "Missing required property '" + std::string(rule.name) + "'."};
    } else if (!matches(value, rule)) {
      wrong_type(id.s, rule);
    }
  }
}

void check_logical_id(const Value& id) {
  auto plain = [](char c) { return !(c & 0x80) && isalnum(static_cast<unsigned char>(c)); };
  if (id.is_string() && !id.s().empty() && std::all_of(id.s().begin(), id.s().end(), plain)) return;
  throw InvalidResource{id.str(), "Logical ids must be alphanumeric."};
}

SamResource read_resource(const Text& id, const Value& entry, std::string_view type, PropertyRules rules,
                          std::string relative_id) {
  SamResource out{.id = id, .relative_id = std::move(relative_id), .type = std::string(type), .rules = rules};
  check_logical_id(id);
  if (!entry.has("Type")) throw InvalidResource{id.s, "Resource dict missing key 'Type'."};
  Value properties = entry.get("Properties", Value::dict());
  if (!properties.is_dict()) throw InvalidResource{id.s, "Properties of a resource must be an object."};
  for (auto& [name, value] : properties.items()) {
    const bool known = std::any_of(rules.begin(), rules.end(), [&](auto& rule) { return rule.name == name.s; });
    // GraphQL APIs are the one type that drops what it does not know.
    if (!known && type == "AWS::Serverless::GraphQLApi") continue;
    if (!known) throw InvalidResource{id.s, "property " + name.s + " not defined for resource of type " + out.type};
    out.properties.set(name, value);
  }
  out.depends_on = entry.get("DependsOn");
  out.attributes = pick(entry, kKeptAttributes);
  out.validate();
  return out;
}

Cfn make_cfn(const Text& id, std::string_view type, const Value& attributes, Value depends_on) {
  check_logical_id(id);
  auto out = std::make_shared<CfnResource>();
  out->id = id;
  out->type = std::string(type);
  if (attributes.is_dict()) out->attributes = pick(attributes, kKeptAttributes);
  out->depends_on = std::move(depends_on);
  return out;
}

Value CfnResource::arn() const {
  static constexpr std::array by_ref = {"AWS::SNS::Topic",
                                        "AWS::Lambda::Version",
                                        "AWS::Lambda::Alias",
                                        "AWS::StepFunctions::StateMachine",
                                        "AWS::StepFunctions::StateMachineVersion",
                                        "AWS::StepFunctions::StateMachineAlias"};
  const bool refers = std::find(by_ref.begin(), by_ref.end(), type) != by_ref.end();
  return refers ? ref_to(id) : get_att(id, "Arn");
}

Value CfnResource::name() const { return ref_to(id); }

Value CfnResource::to_value() const {
  Value out = Value::dict({{"Type", type}});
  if (depends_on) out.set("DependsOn", depends_on);
  out.update(attributes);
  Value kept = Value::dict();
  for (auto& [key, value] : properties.items())
    if (!value.is_null()) kept.set(key, value);
  out.set("Properties", kept);
  return out;
}

bool CfnResource::has_tags() const {
  static constexpr std::array tagged = {"AWS::ApiGateway::ApiKey",
                                        "AWS::ApiGateway::DomainName",
                                        "AWS::ApiGateway::DomainNameAccessAssociation",
                                        "AWS::ApiGateway::DomainNameV2",
                                        "AWS::ApiGateway::RestApi",
                                        "AWS::ApiGateway::Stage",
                                        "AWS::ApiGateway::UsagePlan",
                                        "AWS::ApiGatewayV2::Api",
                                        "AWS::ApiGatewayV2::DomainName",
                                        "AWS::ApiGatewayV2::Stage",
                                        "AWS::AppSync::GraphQLApi",
                                        "AWS::CloudFormation::Stack",
                                        "AWS::CodeDeploy::Application",
                                        "AWS::CodeDeploy::DeploymentGroup",
                                        "AWS::DynamoDB::Table",
                                        "AWS::IAM::Role",
                                        "AWS::IoT::TopicRule",
                                        "AWS::Lambda::CapacityProvider",
                                        "AWS::Lambda::Function",
                                        "AWS::S3::Bucket",
                                        "AWS::SNS::Topic",
                                        "AWS::SQS::Queue",
                                        "AWS::StepFunctions::StateMachine"};
  return std::find(tagged.begin(), tagged.end(), type) != tagged.end();
}

void CfnResource::assign_tags(const Value& tags) {
  if (!has_tags()) return;
  if (!type.starts_with("AWS::ApiGatewayV2::")) return set("Tags", tag_list(tags));
  // HTTP APIs carry their tags inside the definition; the other V2 resources take a map.
  const bool http_api = type == "AWS::ApiGatewayV2::Api" && get("ProtocolType").is_null();
  if (!http_api && !tags.is_null()) set("Tags", tags);
}

Value tag_list(const Value& tags) {
  Value out = Value::list();
  if (tags.is_null()) return out;
  for (auto& [key, value] : tags.items())
    out.push(Value::dict({{"Key", key}, {"Value", value.is_null() ? Value("") : value}}));
  return out;
}

void propagate_tags(const CfnList& resources, const Value& tags, const Value& propagate) {
  if (!propagate || !tags) return;
  for (auto& resource : resources) resource->assign_tags(tags);
}

static std::span<const std::string_view> known_properties(std::string_view type) {
  static constexpr std::string_view bucket[] = {"AccessControl",
                                                "AccelerateConfiguration",
                                                "AnalyticsConfigurations",
                                                "BucketEncryption",
                                                "BucketName",
                                                "CorsConfiguration",
                                                "IntelligentTieringConfigurations",
                                                "InventoryConfigurations",
                                                "LifecycleConfiguration",
                                                "LoggingConfiguration",
                                                "MetricsConfigurations",
                                                "NotificationConfiguration",
                                                "ObjectLockConfiguration",
                                                "ObjectLockEnabled",
                                                "OwnershipControls",
                                                "PublicAccessBlockConfiguration",
                                                "ReplicationConfiguration",
                                                "Tags",
                                                "VersioningConfiguration",
                                                "WebsiteConfiguration"};
  static constexpr std::string_view pool[] = {"AccountRecoverySetting",
                                              "AdminCreateUserConfig",
                                              "AliasAttributes",
                                              "AutoVerifiedAttributes",
                                              "DeletionProtection",
                                              "DeviceConfiguration",
                                              "EmailAuthenticationMessage",
                                              "EmailAuthenticationSubject",
                                              "EmailConfiguration",
                                              "EmailVerificationMessage",
                                              "EmailVerificationSubject",
                                              "EnabledMfas",
                                              "LambdaConfig",
                                              "MfaConfiguration",
                                              "Policies",
                                              "Schema",
                                              "SmsAuthenticationMessage",
                                              "SmsConfiguration",
                                              "SmsVerificationMessage",
                                              "UserAttributeUpdateSettings",
                                              "UsernameAttributes",
                                              "UsernameConfiguration",
                                              "UserPoolAddOns",
                                              "UserPoolName",
                                              "UserPoolTags",
                                              "UserPoolTier",
                                              "VerificationMessageTemplate",
                                              "WebAuthnRelyingPartyID",
                                              "WebAuthnUserVerification"};
  if (type == "AWS::S3::Bucket") return bucket;
  return pool;
}

Cfn cfn_from_entry(const Text& id, const Value& entry, std::string_view expected_type) {
  check_logical_id(id);
  if (!entry.has("Type")) throw InvalidResource{id.s, "Resource dict missing key 'Type'."};
  if (Value type = entry.get("Type"); !type.is(expected_type))
    throw InvalidResource{
        id.s, "Resource has incorrect Type; expected '" + std::string(expected_type) + "', got '" + type.str() + "'"};
  auto out = make_cfn(id, expected_type, entry, entry.get("DependsOn"));
  Value properties = entry.get("Properties", Value::dict());
  if (!properties.is_dict()) throw InvalidResource{id.s, "Properties of a resource must be an object."};
  auto known = known_properties(out->type);
  for (auto& [name, value] : properties.items()) {
    if (std::find(known.begin(), known.end(), name.s) == known.end())
      throw InvalidResource{id.s, "property " + name.s + " not defined for resource of type " + out->type};
    out->set(name.s, value);
  }
  return out;
}

Expect Expect::event(const Value& value, std::string id, std::string path) {
  Expect out(value, std::move(id), std::move(path));
  out.about_ = About::event;
  return out;
}

Expect Expect::attribute(const Value& value, std::string id, std::string path) {
  Expect out(value, std::move(id), std::move(path));
  out.about_ = About::attribute;
  return out;
}

const Value& Expect::be(bool ok, const char* what, std::string message) const {
  if (ok) return value_;
  if (message.empty())
    message =
        std::string(about_ == About::attribute ? "Attribute '" : "Property '") + path_ + "' should be a " + what + ".";
  if (about_ == About::event) throw InvalidEvent{id_, message};
  throw InvalidResource{id_, message};
}

const Value& Expect::map(std::string message) const { return be(value_.is_dict(), "map", std::move(message)); }
const Value& Expect::list(std::string message) const { return be(value_.is_list(), "list", std::move(message)); }
const Value& Expect::string(std::string message) const { return be(value_.is_string(), "string", std::move(message)); }
const Value& Expect::boolean(std::string message) const { return be(value_.is_bool(), "boolean", std::move(message)); }

const Value& Expect::present(std::string message) const {
  if (!value_.is_null()) return value_;
  if (message.empty()) message = "Property '" + path_ + "' is required.";
  if (about_ == About::event) throw InvalidEvent{id_, message};
  throw InvalidResource{id_, message};
}

const Value& Expect::list_of_strings() const {
  list();
  for (size_t i = 0; i < value_.size(); ++i) {
    Expect item(value_.elements()[i], id_, path_ + "[" + std::to_string(i) + "]");
    item.about_ = about_;
    item.string();
  }
  return value_;
}

}  // namespace thaw::sam
