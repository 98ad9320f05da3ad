// Resources: those of SAM as a template writes them (checked against a table of properties), and the CloudFormation
// resources that come out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/cloudformation/sam/errors.h"
#include "services/cloudformation/sam/intrinsics.h"
#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

// What a property may hold; a set of these.
enum Kind : uint32_t {
  kAny = 1,
  kString = 2,
  kMap = 4,
  kBool = 8,
  kList = 16,
  kInt = 32,
  kListOfStrings = 64,
  kListOfStringsOrMaps = 128,
  kMapOfStrings = 256,
  kMapOfMaps = 512,
  kMapOfIntsOrMaps = 1024,
  kListOfMaps = 2048,
  kUnnamed = 1 << 20,  // the complaint does not say what was expected
  kLiteral = 1 << 21,  // an intrinsic function of one member is checked like any other value
  kRequired = 1 << 22,
};

struct PropertyRule {
  std::string_view name;
  uint32_t kinds = kAny;
  std::string_view choices = {};  // "A|B": one of these strings
};
using PropertyRules = std::span<const PropertyRule>;

bool matches(const Value& value, const PropertyRule& rule);

// A resource, or an event, of the template.
struct SamResource {
  Text id;
  std::string relative_id;  // an event's own name; empty for resources
  std::string type;
  PropertyRules rules;
  Value properties = Value::dict();  // own map of shared values
  Value depends_on;
  Value attributes = Value::dict();  // DeletionPolicy, UpdatePolicy, Condition, UpdateReplacePolicy, Metadata

  Value get(std::string_view name) const { return properties.get(name); }
  void set(std::string_view name, Value value) { properties.set(Text(name), std::move(value)); }
  // Condition, DeletionPolicy, UpdateReplacePolicy: what generated resources inherit.
  Value passed_on() const;
  void validate() const;
};

// Throws InvalidResource where the entry does not fit the rules.
SamResource read_resource(const Text& id, const Value& entry, std::string_view type, PropertyRules rules,
                          std::string relative_id = {});
void check_logical_id(const Value& id);

// A generated resource. Shared, since later parts of the transform still add to it.
struct CfnResource {
  Text id;
  std::string type;
  Value properties = Value::dict();
  Value depends_on;
  Value attributes = Value::dict();

  Value get(std::string_view name) const { return properties.get(name); }
  void set(std::string_view name, Value value) { properties.set(Text(name), std::move(value)); }
  Value condition() const { return attributes.get("Condition"); }
  Value passed_on() const;
  Value arn() const;   // what refers to its ARN
  Value name() const;  // what refers to its name
  Value to_value() const;
  bool has_tags() const;
  void assign_tags(const Value& tags);
};
using Cfn = std::shared_ptr<CfnResource>;
using CfnList = std::vector<Cfn>;

Cfn make_cfn(const Text& id, std::string_view type, const Value& attributes = {}, Value depends_on = {});
// A resource of the template itself that is written out again; unknown properties are refused for the types that the
// transform knows (AWS::S3::Bucket, AWS::Cognito::UserPool).
Cfn cfn_from_entry(const Text& id, const Value& entry, std::string_view expected_type);

Value tag_list(const Value& tags);
void propagate_tags(const CfnList& resources, const Value& tags, const Value& propagate);

// Checks with AWS's words: "Property 'path' should be a map."
class Expect {
 public:
  Expect(const Value& value, std::string id, std::string path)
      : value_(value), id_(std::move(id)), path_(std::move(path)) {}
  static Expect event(const Value& value, std::string id, std::string path);
  static Expect attribute(const Value& value, std::string id, std::string path);
  const Value& map(std::string message = {}) const;
  const Value& list(std::string message = {}) const;
  const Value& string(std::string message = {}) const;
  const Value& boolean(std::string message = {}) const;
  const Value& present(std::string message = {}) const;
  const Value& list_of_strings() const;

 private:
  const Value& be(bool ok, const char* what, std::string message) const;
  enum class About { resource, event, attribute };

  const Value& value_;
  std::string id_;
  std::string path_;
  About about_ = About::resource;
};

}  // namespace thaw::sam
