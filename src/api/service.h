// Services and operations: what a service declares of itself, and what one of its operations is handed for a request.
//
//   DynamoDb::DynamoDb(...) { ... }
//   api::ServiceInfo DynamoDb::info() const { return {.name = "dynamodb", .protocol = Protocol::json_1_0, ...}; }
//   std::vector<api::Operation> DynamoDb::operations() {
//     return {
//         op("GetItem", this, &DynamoDb::get_item).reads().resource(table_arn),
//         op("PutItem", this, &DynamoDb::put_item).writes().resource(table_arn),
//     };
//   }
//   Task<Result<GetItemOutput>> DynamoDb::get_item(api::Request& request, const GetItemInput& in) { ... }
//
// One pipeline around each operation (door.h) parses, validates, authenticates, authorises, opens the transaction and
// retries it, and renders the answer or the error: an operation does none of that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "base/arn.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "kv/store.h"
#include "net/http.h"

namespace thaw::api {

enum class Protocol : uint8_t { json_1_0, json_1_1, query, rest_json, rest_xml };

// Who calls. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
struct Principal {
  enum class Kind : uint8_t { anonymous, root, user, role_session, service };
  Kind kind = Kind::anonymous;
  std::string account;  // twelve digits; empty for anonymous and service
  std::string
      arn;  // arn:aws:iam::A:root, ...:user/U, arn:aws:sts::A:assumed-role/R/S; a service: "lambda.amazonaws.com"
  std::string user_id;     // as GetCallerIdentity gives it: account id, AIDA..., AROA...:session
  std::string role_arn;    // of a role session: arn:aws:iam::A:role/path/R
  std::string access_key;  // that signed the request; empty in process
  Json session_policy;     // of a role session, or null
};

struct Operation;
struct ServiceInfo;

// What an operation gets beside its input. Lives until the operation has finished.
class Request {
 public:
  const ServiceInfo* service = nullptr;
  const Operation* operation = nullptr;
  std::string id;  // the request id, a UUID
  Principal principal;
  AccountId account;  // whose resources: the caller's account
  Region region;      // the signature's region, or the server's own
  const Clock* clock = nullptr;
  Time now() const { return clock->now(); }

  // The transaction of a reads() or writes() operation; asserts in a plain one.
  kv::Transaction& tx() const;
  kv::Transaction* transaction = nullptr;

  // The request as it came over HTTP; null when it was made in process.
  net::HttpRequest* http = nullptr;
  std::string host;  // what the client called us ("localhost:4566"), for URLs in answers
  bool tls = false;
  std::string source_ip;
  std::string user_agent;

  // Further condition keys of the call, given by the calling service ("aws:SourceArn"); an object or null.
  Json context;

  // Streaming: the body of an operation declared with streams_input() (never null there); what an operation declared
  // with streams_output() answers as the body, in place of its payload member.
  net::BodyReader* body = nullptr;
  std::shared_ptr<net::BodySource> stream;

  // Further headers of the answer, and a status other than the operation's own. Ignored in process.
  net::Headers response_headers;
  int response_status = 0;

  Request(AccountId account_id, Region region_name) : account(std::move(account_id)), region(std::move(region_name)) {}
  std::string arn(std::string_view service_name, std::string_view resource) const {
    return Arn::make(service_name, region, account, resource).str();
  }
};

// How much of a transaction an operation needs.
enum class Access : uint8_t {
  plain,   // none: it calls transact() itself, or needs no state
  reads,   // one read-only transaction, nothing to make durable
  writes,  // one transaction, durable before the answer
};

// What must be allowed for a call: an action on a resource. `context` is an object of condition keys
// ("dynamodb:LeadingKeys").
struct Permission {
  std::string action;    // "dynamodb:PutItem"
  std::string resource;  // an ARN, or "*"
  Json context = {};
};

struct Operation {
  std::string name;
  std::string http_method;  // REST protocols
  std::string
      http_uri;  // "/2015-03-31/functions/{FunctionName}"; "{Key+}" takes slashes; "?versioning" parts are matched
  int http_status = 200;
  SchemaRef input;
  SchemaRef output;
  Access access = Access::plain;
  bool input_streams = false;
  bool output_streams = false;
  bool anonymous_allowed = false;  // an unsigned request may reach the authoriser (S3, web identity)
  std::string http_needs_header;   // the route matches only requests with this header (x-amz-copy-source)
  std::string result_wrapper;      // Query: "<Name>Result" unless set
  std::string note;                // shown by `thaw operations`: what is stored only, or differs from AWS

  // What the caller must be allowed to do. Answers no permission when everybody may call it (sts:GetCallerIdentity).
  std::function<std::vector<Permission>(const Request&, const Json& input)> permissions;
  // The policy attached to the resource itself (bucket policy, function policy), or null.
  std::function<Task<Result<Json>>(Request&, const Json& input)> resource_policy;
  // Runs the operation: canonical Json in, canonical Json out.
  std::function<Task<Result<Json>>(Request&, Json)> run;

  // ---- declaration; each answers *this ----
  Operation&& http(std::string method, std::string uri, int status = 200) && {
    http_method = std::move(method), http_uri = std::move(uri), http_status = status;
    return std::move(*this);
  }
  Operation&& needs_header(std::string name) && { return http_needs_header = std::move(name), std::move(*this); }
  Operation&& reads() && { return access = Access::reads, std::move(*this); }
  Operation&& writes() && { return access = Access::writes, std::move(*this); }
  Operation&& streams_input() && { return input_streams = true, std::move(*this); }
  Operation&& streams_output() && { return output_streams = true, std::move(*this); }
  Operation&& anonymous() && { return anonymous_allowed = true, std::move(*this); }
  Operation&& noted(std::string text) && { return note = std::move(text), std::move(*this); }
  // IAM action when it is not "<service>:<name>"; "" means that nothing must be allowed.
  Operation&& action(std::string name_of_action) &&;
  // The resource's ARN from the input; "*" without it. Several resources or condition keys: permits().
  Operation&& resource(std::function<std::string(const Request&, const Json& input)> arn) &&;
  Operation&& permits(std::function<std::vector<Permission>(const Request&, const Json& input)> list) && {
    return permissions = std::move(list), std::move(*this);
  }
  Operation&& policy(std::function<Task<Result<Json>>(Request&, const Json& input)> of_resource) && {
    return resource_policy = std::move(of_resource), std::move(*this);
  }

  std::optional<std::string> action_;  // as declared
  std::function<std::string(const Request&, const Json&)> resource_;
};

template <class S, class I, class O>
Operation op(std::string name, S* self, Task<Result<O>> (S::*method)(Request&, const I&)) {
  Operation out;
  out.name = std::move(name);
  out.input = &Bind<I>::schema;
  out.output = &Bind<O>::schema;
  out.run = [self, method](Request& request, Json input) -> Task<Result<Json>> {
    I in{};
    Bind<I>::load(in, std::move(input));
    Result<O> answer = co_await (self->*method)(request, in);
    if (!answer) co_return std::unexpected(std::move(answer).error());
    Json canonical;
    Bind<O>::save(std::move(*answer), canonical);
    co_return canonical;
  };
  return out;
}

struct ServiceInfo {
  std::string name;                 // "dynamodb": the folder, and the action prefix of IAM
  std::string signing_name = {};    // of credential scopes; the name unless set
  std::vector<Protocol> protocols;  // the first is the default
  std::string target_prefix = {};   // JSON: X-Amz-Target is "<prefix>.<Operation>"
  std::string api_version = {};     // "2012-08-10"
  std::string xml_namespace = {};   // Query and REST-XML answers
  std::string validation_code = "ValidationException";
  std::string title = {};         // "Amazon DynamoDB", for people
  bool strict_query = false;      // a route matches only when it declares every parameter of the query (S3)
  bool query_compatible = false;  // awsQueryCompatible: x-amzn-query-error
  // The code of an error in the Query protocol, where it differs from the shape's name. Null: the same.
  std::string (*query_error_code)(std::string_view code) = nullptr;
  bool bare_xml_errors = false;   // REST-XML: <Error> is the root (S3)
  std::string error_message_member = "message";  // JSON error bodies: "message" or "Message"
  std::vector<std::string> host_prefixes = {};   // first labels of real host names: "dynamodb", "execute-api"

  const std::string& signing() const { return signing_name.empty() ? name : signing_name; }
};

class Service {
 public:
  virtual ~Service() = default;
  virtual ServiceInfo info() const = 0;
  // Called once. Operations keep a pointer to the service.
  virtual std::vector<Operation> operations() = 0;
  // Names of this service's operations that do not exist here (answered NotImplemented by name). Optional.
  virtual std::vector<std::string> not_implemented() const { return {}; }
  // Background work: started after the server listens; must return promptly once stop() was called.
  virtual void start() {}
  virtual Task<void> stop() { co_return; }
  // Requests that are not AWS API calls (execute-api, function URLs). Asked before operations are routed.
  virtual bool serves(const net::HttpRequest&) const { return false; }
  virtual Task<net::HttpResponse> serve(net::HttpRequest& request);
};

}  // namespace thaw::api
