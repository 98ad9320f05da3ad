// Reads the parts of an OpenAPI document into a definition; openapi.cc says in which order. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace thaw::apigateway {

class OpenApiReader {
 public:
  // Both outlive the reader.
  OpenApiReader(Json& definition, const Json& document);

  int version() const { return version_; }  // 2, 3, or 0 when the document says neither
  std::string base_path() const;

  void read_api();
  void read_validators();
  void read_models();
  void read_authorizers();
  void read_gateway_responses();
  // `shared`: the parameters of the path.
  void read_method(const std::string& resource, const std::string& path, const std::string& name, const Json& operation,
                   const Json& shared);

  void error(std::string words);
  const std::vector<std::string>& errors() const { return errors_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  // The value, or what its $ref points to.
  const Json& resolve(const Json& value) const;
  // #/definitions/X and #/components/schemas/X as API Gateway keeps them.
  Json with_model_links(const Json& schema, int depth = 0) const;
  std::string model_for(const Json& schema);
  const Json& security_schemes() const;
  const Json& models() const;

  void read_security(const Json& operation, Json& method);
  void read_parameters(const Json& list, Json& method, const Json& operation);
  void read_request_body(const Json& operation, Json& method);
  void read_responses(const Json& operation, Json& method);
  void read_validator(const Json& operation, Json& method);
  void read_integration(const std::string& resource, const std::string& where, const Json& operation, Json& method);
  std::string authorizer_named(std::string_view name) const;
  std::string validator_named(std::string_view name) const;

  Json& definition_;
  const Json& document_;
  int version_ = 0;
  std::vector<std::string> errors_, warnings_;
};

}  // namespace thaw::apigateway
