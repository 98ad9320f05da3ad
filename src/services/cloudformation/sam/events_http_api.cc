// Events of HTTP APIs.
#include "base/text.h"
#include "services/cloudformation/sam/events.h"

namespace thaw::sam {

void link_http_api(const Context& context, EventLink& link) {
  Value id = link.event.get("ApiId");
  if (id.has("Ref")) id = id.get("Ref");
  if (!id.is_string() || !context.resources().has(id.s())) throw Fault{"the event's API is not in the template"};
  link.linked_id = id;
  link.linked = context.resources().get(id.s()).get("Properties", Value::dict());
}

namespace {

class HttpApiEvent {
 public:
  HttpApiEvent(EventTarget& target, EventLink& link) : target_(target), link_(link), event_(link.event) {
    if (!event_.get("Method").is_string() || !event_.get("Path").is_string())
      throw Fault{"the event has no path and method"};
    method_ = event_.get("Method").text();
    method_.s = to_lower(method_.s);
    path_ = event_.get("Path").text();
  }

  CfnList make() {
    CfnList out;
    if (Cfn made = permission()) out.push_back(made);
    integrate();
    return out;
  }

 private:
  const std::string& name() const { return event_.relative_id; }

  Cfn permission() const {
    std::string path = path_.s;
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    bool covered = false;  // the default route calls this function already
    if (Value body = link_.linked.get("DefinitionBody")) {
      try {
        OpenApiEditor editor(body);
        covered = path != kDefaultPath && editor.integrates(kDefaultPath, kAnyMethod, target_.target->id.s);
      } catch (const InvalidDocument& e) {
        std::string words;
        for (auto& cause : e.causes) words += (words.empty() ? "" : " ") + cause.message;
        throw InvalidResource{link_.linked_id.s(), words};
      }
    }
    if (covered) return nullptr;
    if (path == kDefaultPath) path.clear();
    path = arn_path(path, false);
    std::string method = "*";
    if (method_.s != "any" && method_.s != kAnyMethod) {
      method = method_.s;
      for (auto& c : method) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
    }
    std::string resource = "${__ApiId__}/${__Stage__}";
    const bool whole_default = method_.s == "any" && path == std::string("/") + kDefaultPath;
    resource += whole_default ? path : "/" + method + path;
    Value arn = sub("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:" + resource,
                    Value::dict({{"__ApiId__", event_.get("ApiId")}, {"__Stage__", "*"}}));
    return make_permission(*target_.target,
                           {.prefix = event_.id.s, .principal = "apigateway.amazonaws.com", .source_arn = arn});
  }

  void integrate() {
    Value& api = link_.linked;
    Value body = api.get("DefinitionBody");
    if (body.is_null()) return;
    OpenApiEditor editor(body);
    if (api.get("__MANAGE_SWAGGER") && editor.has_integration(path_, method_))
      throw InvalidEvent{name(), "API method '" + method_.s + "' defined multiple times for path '" + path_.s + "'."};
    editor.add_lambda_integration(path_, method_, invoke_uri(*target_.target, "${AWS::Partition}", {}),
                                  target_.target->condition());
    if (Value auth = event_.get("Auth")) add_auth(editor, auth);
    if (Value timeout = event_.get("TimeoutInMillis")) editor.set_timeout(path_, method_, timeout);
    if (auto names = parameter_names(); !names.empty()) editor.add_path_parameters(path_, method_, names);
    if (Value version = event_.get("PayloadFormatVersion")) editor.set_payload_format(path_, method_, version);
    api.set("DefinitionBody", editor.result());
  }

  std::vector<std::string> parameter_names() const {
    std::vector<std::string> out;
    for (size_t at = 0; (at = path_.s.find('{', at)) != std::string::npos;) {
      const size_t end = path_.s.find('}', at);
      if (end == std::string::npos) break;
      out.push_back(path_.s.substr(at + 1, end - at - 1));
      at = end + 1;
    }
    return out;
  }

  void add_auth(OpenApiEditor& editor, Value auth) {
    Value api_auth = link_.linked.get("Auth", Value::dict());
    Expect(api_auth, link_.linked_id.s(), "Auth").map();
    Value authorizer = auth.get("Authorizer");
    if (!authorizer) {
      authorizer = api_auth.get("DefaultAuthorizer");
      if (!authorizer)
        throw InvalidEvent{name(),
                           "'Auth' section requires either an explicit 'Authorizer' set or a 'DefaultAuthorizer' "
                           "configured on the HttpApi."};
      auth.set("Authorizer", authorizer);
    }
    Value authorizers = api_auth.get("Authorizers");
    if (!api_auth) authorizers = api_auth;
    const bool iam = api_auth.get("EnableIamAuthorizer").is(true);
    check_authorizer_type(name(), method_, path_, authorizer, authorizers, iam);
    std::string where = " on API method [" + method_.s + "] for path [" + path_.s + "] because ";
    if (authorizer.is("NONE")) {
      if (!api_auth.get("DefaultAuthorizer"))
        throw InvalidEvent{name(),
                           "Unable to set Authorizer" + where +
                               "'NONE' is only a valid value when a DefaultAuthorizer on the API is specified."};
    } else if (!authorizer.is("AWS_IAM") || !iam) {
      std::string unable = "Unable to set Authorizer [" + authorizer.str() + "]" + where;
      if (!authorizers) throw InvalidEvent{name(), unable + "the related API does not define any Authorizers."};
      if (!authorizers.get(authorizer.s()))
        throw InvalidEvent{name(), unable + "it wasn't defined in the API's Authorizers."};
    }
    if (Value scopes = auth.get("AuthorizationScopes"); scopes && !scopes.is_list())
      throw InvalidEvent{name(),
                         "Unable to set Authorizer" + where + "'AuthorizationScopes' must be a list of strings."};
    editor.add_auth_to_method(path_, method_, auth, link_.linked);
  }

  EventTarget& target_;
  EventLink& link_;
  SamResource& event_;
  Text method_, path_;
};

}  // namespace

CfnList make_http_api(EventTarget& target, EventLink& link) { return HttpApiEvent(target, link).make(); }

}  // namespace thaw::sam
