// Router: which service and operation a request is for, by X-Amz-Target, form Action, or method and path. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/service.h"
#include "net/http.h"

namespace thaw::api {

// A registered service and its operations.
struct Registered {
  // The path of a REST operation, cut into segments; {Label} and {Label+} are labels.
  struct Pattern {
    struct Segment {
      std::string text;
      bool label = false;
      bool greedy = false;
    };
    std::vector<Segment> segments;
    std::vector<std::pair<std::string, std::optional<std::string>>>
        query;  // must be there, with that value if one is given
  };

  Service* service = nullptr;
  ServiceInfo info;

  // Made when first asked for: the tables of all services together would be a good part of the time to start.
  const std::vector<Operation>& operations() const { return table().operations; }
  const std::vector<Pattern>& patterns() const { return table().patterns; }  // beside operations
  const std::vector<std::string>& not_implemented() const { return table().not_implemented; }
  std::vector<uint64_t>& counts() const { return table().counts; }  // requests answered, beside operations
  bool was_asked() const { return table_ != nullptr; }

  const Operation* find(std::string_view name) const;

 private:
  struct Table {
    std::vector<Operation> operations;
    std::vector<Pattern> patterns;
    std::vector<std::string> not_implemented;
    std::vector<uint64_t> counts;
  };
  Table& table() const;
  mutable std::unique_ptr<Table> table_;
};

struct Route {
  const Registered* service = nullptr;
  const Operation* operation = nullptr;  // null: `error` says why
  Protocol protocol = Protocol::rest_xml;
  std::vector<std::pair<std::string, std::string>> labels;
  bool own_wire = false;    // Thaw's own JSON wire; its signatures are for the service "thaw"
  std::string host_bucket;  // S3's virtual-host style
  std::optional<Error> error;
};

class Router {
 public:
  void add(Service& service);

  // Answers always a service when it can be told, so that an error can be rendered in its protocol. `form` is the body
  // of a form POST, else empty.
  Route route(const net::HttpRequest& request, std::string_view form) const;
  // Whether the body must be read before the route is known.
  static bool needs_form(const net::HttpRequest& request);

  const Registered* find(std::string_view service_name) const;
  const std::vector<std::unique_ptr<Registered>>& services() const { return services_; }

 private:
  Route route_target(std::string_view target) const;
  Route route_own(std::string_view target) const;
  Route route_query(const net::HttpRequest& request, std::string_view form) const;
  Route route_rest(const net::HttpRequest& request) const;
  const Registered* rest_service(const net::HttpRequest& request) const;

  std::vector<std::unique_ptr<Registered>> services_;
};

// The service name in the request's credential scope ("s3"), from the Authorization header or the query; empty when
// unsigned.
std::string scope_service(const net::HttpRequest& request);
// The host without its port, lower case.
std::string host_name(const net::HttpRequest& request);

// The error for an operation that Thaw does not have.
Error not_implemented(const ServiceInfo& service, std::string_view operation);

}  // namespace thaw::api
