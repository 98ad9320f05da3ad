// Editing API definitions: Swagger 2 and OpenAPI 3 of REST APIs (SwaggerEditor), OpenAPI 3 of HTTP APIs
// (OpenApiEditor). An editor works on its own copy; result() gives it back. A path item or a method may be an Fn::If:
// edits then go into both branches.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "services/cloudformation/sam/errors.h"
#include "services/cloudformation/sam/value.h"

namespace thaw::sam {

inline constexpr const char* kIntegration = "x-amazon-apigateway-integration";
inline constexpr const char* kAnyMethod = "x-amazon-apigateway-any-method";
inline constexpr const char* kDefaultPath = "$default";

bool is_openapi_3(const Value& version);                             // "3.0", "3.0.1", ... also as a number
bool is_supported_definition_version(const Value& text);             // the same with 2 or 3 in front
void must_be_map(const Value& value, const std::string& complaint);  // InvalidDocument
void path_must_be_map(const Value& path_item, const std::string& path);
void method_must_be_map(const Value& definition, const std::string& path, const std::string& method);
Text normal_method(const Text& method);          // lower case; "any" has a name of its own
std::vector<Value> branches(const Value& item);  // both of an Fn::If, else the item itself
// Value deep inside maps, by names; null when a part is absent. Throws NotAMap.
struct NotAMap {
  std::string words;
};
Value deep_get(Value value, const std::vector<std::string>& path);

class Editor {
 public:
  virtual ~Editor() = default;
  virtual Value result() = 0;

  std::vector<Text> path_names() const { return paths_.keys(); }
  bool has_integration(const Text& path, const Text& method) const;
  void add_path(const Text& path, const Text& method);
  void make_path_conditional(const Text& path, const Value& condition);
  void set_timeout(const Text& path, const Text& method, const Value& timeout);

 protected:
  explicit Editor(Value doc) : doc_(std::move(doc)), paths_(doc_.get("paths")) {}
  std::vector<Value> path_items(const Text& path) const;  // checked to be maps
  std::vector<Value> method_definitions(const Text& path, const Text& method, bool integrated_only = true) const;

  Value doc_;
  Value paths_;
};

// An authorizer as it appears in a definition, and the scopes it asks for by default.
struct AuthorizerEntry {
  Text name;
  Value definition;
  Value scopes;
};
using Authorizers = std::vector<AuthorizerEntry>;

struct CorsSettings {
  Value methods, headers, origin, max_age, credentials;
};

class SwaggerEditor : public Editor {
 public:
  explicit SwaggerEditor(const Value& doc);
  static bool is_valid(const Value& doc);
  static Value skeleton();
  Value result() override;

  void add_lambda_integration(const Text& path, const Text& method, Value uri, const Value& method_auth,
                              const Value& api_auth, const Value& condition, const Value& transfer_mode,
                              const std::string& partition);
  void add_state_machine_integration(const Text& path, const Text& method, Value uri, const Value& credentials,
                                     const Value& templates, const Value& condition);
  void disable_execute_api(const Value& disable);
  void add_cors(const Text& path, const CorsSettings& cors);
  void add_binary_media_types(const Value& types);
  void add_models(const Value& models);
  void add_gateway_response(const Text& type, const Value& response);
  void add_request_model(const Text& path, const Text& method, const Value& model);
  void add_request_validator(const Text& path, const Text& method, bool body, bool parameters);
  void add_request_parameters(const Text& path, const Text& method, const std::vector<Value>& parameters);

  // Who may call (swagger_auth.cc).
  void add_authorizers(const Authorizers& authorizers);
  void set_default_authorizer(const Text& path, const Text& name, const Authorizers& authorizers, bool on_preflight);
  void add_api_key_definition();
  void set_default_api_key(const Text& path, bool on_preflight);
  void add_auth_to_method(const Text& path, const Text& method, const Value& auth, const Value& api);
  void add_resource_policy(const Value& policy, const Text& path, const Value& stage);
  void add_custom_statements(Value statements);

 private:
  std::vector<std::pair<Text, Value>> all_methods(const Text& path) const;
  void add_iam_definition();
  void set_method_authorizer(const Text& path, const Text& method, const Value& name, const Value& authorizers,
                             const Value& scopes);
  void set_method_api_key(const Text& path, const Text& method, const Value& required);
  Value policy_resources(const Text& path, const Value& stage) const;
  void add_account_policy(Value accounts, const char* effect, const Value& resources);
  void add_condition_policy(const Value& condition, const Value& resources);
  void add_ip_policy(Value ranges, const char* operator_name, const Value& resources);
  void add_vpc_policy(const Value& names, const Value& vpcs, const Value& vpces, const char* operator_name,
                      const Value& resources);

  Value security_definitions_, gateway_responses_, policy_, definitions_;
};

class OpenApiEditor : public Editor {
 public:
  explicit OpenApiEditor(const Value& doc);
  static bool is_valid(const Value& doc);
  static Value skeleton();
  static Value default_title();
  Value result() override;

  void add_lambda_integration(const Text& path, const Text& method, Value uri, const Value& condition);
  // Whether the integration at the path calls the function.
  bool integrates(const Text& path, const Text& method, const std::string& function_id) const;
  void add_path_parameters(const Text& path, const Text& method, const std::vector<std::string>& names);
  void set_payload_format(const Text& path, const Text& method, const Value& version);
  void add_authorizers(const Authorizers& authorizers);
  void set_default_authorizer(const Text& path, const Text& name, const Authorizers& authorizers);
  void add_auth_to_method(const Text& path, const Text& method, const Value& auth, const Value& api);
  void add_tags(const Value& tags);
  void disable_execute_api(const Value& disable);
  void add_cors(const CorsSettings& cors, const Value& expose_headers);
  void set_description(const Value& description);
  void set_title(const Value& title);

 private:
  Value security_schemes_, tags_, info_;
};

// The path of an execute-api ARN: parameters in braces become *.
std::string arn_path(const std::string& path, bool plus_in_names);

}  // namespace thaw::sam
