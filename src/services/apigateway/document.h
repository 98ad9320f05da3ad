// The definition of a REST API: one document that holds what can be edited, and that a deployment takes a snapshot of.
//
//   id, name, description, ... the members of the shape RestApi
//   resources         {id: {id, parentId, pathPart, path, resourceMethods: {GET: the shape Method}}}
//   models            {name: the shape Model}
//   requestValidators {id: ...}   authorizers {id: ...}   gatewayResponses {type: ...}
//
// An edit is a pure function: (definition, input) -> what the operation answers, the definition changed in place. An
// edit that fails may leave the definition half changed; its caller throws it away.
// https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace thaw::apigateway {

using Edit = Result<Json> (*)(Json& definition, const Json& in);

// ---- errors, in AWS's words ----
std::unexpected<Error> bad_request(std::string words);
std::unexpected<Error> not_found(std::string words);
std::unexpected<Error> conflict(std::string words);

// A new id: ten (or `length`) lower-case letters and digits.
std::string new_id(size_t length = 10);

// A copy of the named members that are there.
Json pick(const Json& from, std::initializer_list<std::string_view> names);
// The member, made an object when it is not one yet.
Json& object_at(Json& parent, std::string_view name);

// A fresh definition with its root resource.
Json new_definition(Json members);
// The members of the shape RestApi, without the parts.
Json present_api(const Json& definition);

// ---- resources.cc ----
Result<Json> create_resource(Json& definition, const Json& in);
Result<Json> delete_resource(Json& definition, const Json& in);
Result<Json> update_resource(Json& definition, const Json& in);
Result<Json> get_resource(Json& definition, const Json& in);
Result<Json> get_resources(Json& definition, const Json& in);
// The id of the resource at a path, made with its parents where absent.
Result<std::string> ensure_resource(Json& definition, std::string_view path);
// "/a/{b}/{c+}" is made of parts like these.
bool is_path_part(std::string_view part);

// ---- methods.cc ----
Result<Json> put_method(Json& definition, const Json& in);
Result<Json> get_method(Json& definition, const Json& in);
Result<Json> update_method(Json& definition, const Json& in);
Result<Json> delete_method(Json& definition, const Json& in);
Result<Json> put_method_response(Json& definition, const Json& in);
Result<Json> get_method_response(Json& definition, const Json& in);
Result<Json> update_method_response(Json& definition, const Json& in);
Result<Json> delete_method_response(Json& definition, const Json& in);
Result<Json> put_integration(Json& definition, const Json& in);
Result<Json> get_integration(Json& definition, const Json& in);
Result<Json> update_integration(Json& definition, const Json& in);
Result<Json> delete_integration(Json& definition, const Json& in);
Result<Json> put_integration_response(Json& definition, const Json& in);
Result<Json> get_integration_response(Json& definition, const Json& in);
Result<Json> update_integration_response(Json& definition, const Json& in);
Result<Json> delete_integration_response(Json& definition, const Json& in);
// Defaults and checks of an integration, as PutIntegration and the import make them.
Result<Json> complete_integration(Json integration, std::string_view resource_id);

// ---- parts.cc ----
Result<Json> create_model(Json& definition, const Json& in);
Result<Json> get_model(Json& definition, const Json& in);
Result<Json> get_models(Json& definition, const Json& in);
Result<Json> update_model(Json& definition, const Json& in);
Result<Json> delete_model(Json& definition, const Json& in);
Result<Json> create_validator(Json& definition, const Json& in);
Result<Json> get_validator(Json& definition, const Json& in);
Result<Json> get_validators(Json& definition, const Json& in);
Result<Json> update_validator(Json& definition, const Json& in);
Result<Json> delete_validator(Json& definition, const Json& in);
Result<Json> create_authorizer(Json& definition, const Json& in);
Result<Json> get_authorizer(Json& definition, const Json& in);
Result<Json> get_authorizers(Json& definition, const Json& in);
Result<Json> update_authorizer(Json& definition, const Json& in);
Result<Json> delete_authorizer(Json& definition, const Json& in);
Result<Json> put_gateway_response(Json& definition, const Json& in);
Result<Json> get_gateway_response(Json& definition, const Json& in);
Result<Json> get_gateway_responses(Json& definition, const Json& in);
Result<Json> update_gateway_response(Json& definition, const Json& in);
Result<Json> delete_gateway_response(Json& definition, const Json& in);

// ---- definition.cc ----
Result<Json> get_rest_api(Json& definition, const Json& in);
Result<Json> update_rest_api(Json& definition, const Json& in);
// Members of CreateRestApi that are wrong on their own.
Result<void> check_api(const Json& members);
// Whether a deployment can be made: there is a method, and every method has an integration.
Result<void> check_deployable(const Json& definition);
// path -> method -> {authorizationType, apiKeyRequired}, as a deployment answers it.
Json api_summary(const Json& definition);

// ---- pages: of `items`, those after `position`, `limit` (25 unless given, 500 at most) ----
Result<Json> page(Json::Array items, const Json& in, std::string_view id_member);

// ---- patch.cc ----
// What may be patched: "/variables/*" ("*" is one key, with ~1 for a slash), and how the text is read:
//   's' text  'b' boolean  'i' integer  'd' number  'k' a key that is its own value, in the list of the parent's name
//   'l' a list of text: one member is added or removed, or (replace) several, with commas between
struct Patchable {
  std::string_view path;
  char kind = 's';
};
// Applies patchOperations of `in` to the document.
// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
Result<void> apply_patches(Json& document, const Json& in, const std::vector<Patchable>& allowed);

}  // namespace thaw::apigateway
