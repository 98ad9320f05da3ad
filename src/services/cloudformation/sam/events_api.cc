// Events of REST APIs: the integration in the API's definition, and the permission to call the function.
#include "base/text.h"
#include "services/cloudformation/sam/events.h"

namespace thaw::sam {

void link_rest_api(const Context& context, EventLink& link) {
  Value id = link.event.get("RestApiId");
  if (id.has("Ref")) id = id.get("Ref");
  link.linked_id = id;
  link.stage = "AllStages";
  if (!id.is_string()) return;
  Value api = Expect::event(context.resources().get(id.s()), link.event.relative_id, "RestApiId")
                  .map("RestApiId property of Api event must reference a valid resource in the same template.");
  link.linked = Expect::attribute(api.get("Properties", Value::dict()), id.s(), "Properties").map();
  Value stage = link.linked.get("StageName");
  if (stage.is("")) throw InvalidResource{id.s(), "StageName cannot be empty."};
  link.stage = stage.is_string() ? stage.text() : Text("Stage");
}

void defined_twice(const EventLink& link, const Text& method, const Text& path) {
  throw InvalidEvent{link.event.relative_id,
                     "API method \"" + method.s + "\" defined multiple times for path \"" + path.s + "\"."};
}

Value invoke_uri(const CfnResource& function, const std::string& partition, const Value& transfer_mode) {
  const bool stream = transfer_mode.is("RESPONSE_STREAM");
  Value arn = function.arn();
  std::string text = "arn:" + partition + ":apigateway:${AWS::Region}:lambda:path/" +
                     (stream ? "2021-11-15" : "2015-03-31") + "/functions/" + shorthand(arn) +
                     (stream ? "/response-streaming-invocations" : "/invocations");
  const bool legacy = arn.has("Fn::GetAtt") && function.id.legacy;
  return Value::hashed({{"Fn::Sub", Text(text, legacy)}});
}

void check_authorizer_type(const std::string& event_id, const Text& method, const Text& path, const Value& authorizer,
                           const Value& authorizers, bool iam_enabled) {
  if (authorizer.is("NONE") || (authorizer.is("AWS_IAM") && iam_enabled)) return;
  if (authorizer.is_string() && authorizers.is_dict()) return;
  throw InvalidEvent{event_id, "Unable to set Authorizer [" + authorizer.str() + "] on API method [" + method.s +
                                   "] for path [" + path.s +
                                   "]. The method authorizer must be a string with a corresponding dict entry in the "
                                   "api authorizer."};
}

namespace {

std::string on_method(const Text& method, const Text& path) {
  return " on API method [" + method.s + "] for path [" + path.s + "]";
}

void check_authorizer(const std::string& event_id, const Text& method, const Text& path, const Value& authorizer,
                      const Value& api_auth, const Value& authorizers) {
  if (authorizer.is("AWS_IAM")) return;
  if (authorizer.is("NONE")) {
    if (!api_auth || !api_auth.get("DefaultAuthorizer"))
      throw InvalidEvent{event_id, "Unable to set Authorizer" + on_method(method, path) +
                                       " because 'NONE' is only a valid value when a DefaultAuthorizer on the API is "
                                       "specified."};
    return;
  }
  std::string unable = "Unable to set Authorizer [" + authorizer.str() + "]" + on_method(method, path) + " because ";
  if (!authorizers) throw InvalidEvent{event_id, unable + "the related API does not define any Authorizers."};
  check_authorizer_type(event_id, method, path, authorizer, authorizers, false);
  if (!authorizers.get(authorizer.s()))
    throw InvalidEvent{event_id, unable + "it wasn't defined in the API's Authorizers."};
}

}  // namespace

void add_event_auth(Context& context, const Value& auth, const EventLink& link, const std::string& event_id,
                    const Text& method, const Text& path, SwaggerEditor& editor) {
  Value authorizer = auth.get("Authorizer");
  Value api_auth = context.parameters.resolve(link.linked.get("Auth"));
  const std::string api_id = link.linked_id.str();
  if (authorizer) {
    Value authorizers = api_auth ? api_auth.get("Authorizers") : Value();
    if (authorizers) Expect(authorizers, api_id, "Auth.Authorizers").map();
    check_authorizer(event_id, method, path, authorizer, api_auth, authorizers);
  }
  if (Value scopes = auth.get("AuthorizationScopes")) {
    Expect::event(scopes, event_id, "Auth.AuthorizationScopes").list();
    if (!authorizer) throw InvalidEvent{event_id, "AuthorizationScopes works only when Authorizer is set"};
  }
  Value key_required = auth.get("ApiKeyRequired");
  if (!key_required.is_null() && !key_required && (!api_auth || !api_auth.get("ApiKeyRequired")))
    throw InvalidEvent{event_id, "Unable to set ApiKeyRequired [False]" + on_method(method, path) +
                                     " because the related API does not specify any ApiKeyRequired."};
  if (authorizer || !key_required.is_null()) editor.add_auth_to_method(path, method, auth, link.linked);
  if (Value policy = auth.get("ResourcePolicy")) {
    Expect(policy, event_id, "Auth.ResourcePolicy").map();
    editor.add_resource_policy(policy, path, link.event.get("Stage"));
    if (policy.get("CustomStatements")) editor.add_custom_statements(policy.get("CustomStatements"));
  }
}

namespace {

class ApiEvent {
 public:
  ApiEvent(EventTarget& target, EventLink& link) : target_(target), link_(link), event_(link.event) {
    Value method = event_.get("Method");
    Expect::event(event_.get("Path"), event_.relative_id, "Path").string();
    Expect::event(method, event_.relative_id, "Method").string();
    method_ = Text(to_lower(method.s()), method.text().legacy);
    path_ = event_.get("Path").text();
    event_.set("Stage", link.stage);
  }

  CfnList make() {
    CfnList out = {permission()};
    Value& api = link_.linked;
    if (!api.is_dict()) throw Fault{"'NoneType' object has no attribute 'get'"};
    if (api.get("__MANAGE_SWAGGER") || api.get("MergeDefinitions")) integrate();
    Value body = api.get("DefinitionBody");
    Value auth = event_.get("Auth");
    if (body && auth && auth.get("OverrideApiAuth")) {
      if (!auth.get("Authorizer") && !auth.get("ApiKeyRequired") && !auth.get("ResourcePolicy"))
        throw InvalidEvent{event_.relative_id,
                           "Must define one of: Authorizer, ApiKeyRequired or ResourcePolicy when using the "
                           "OverrideApiAuth property."};
      SwaggerEditor editor(body);
      add_event_auth(target_.context, auth, link_, event_.relative_id, method_, path_, editor);
      api.set("DefinitionBody", editor.result());
    }
    return out;
  }

 private:
  Cfn permission() const {
    std::string path = path_.s;
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    std::string method = "*";
    if (method_.s != "any") {
      method = method_.s;
      for (auto& c : method) c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
    }
    Value arn = sub(target_.context.arn("execute-api", "${__ApiId__}/${__Stage__}/" + method + arn_path(path, true)),
                    Value::dict({{"__ApiId__", event_.get("RestApiId")}, {"__Stage__", "*"}}));
    return make_permission(
        *target_.target,
        {.prefix = event_.id.s, .principal = "apigateway.amazonaws.com", .suffix = link_.stage, .source_arn = arn});
  }

  void integrate() {
    Value& api = link_.linked;
    Value body = api.get("DefinitionBody");
    if (body.is_null()) return;
    const bool merge = static_cast<bool>(api.get("MergeDefinitions"));
    SwaggerEditor editor(merge ? SwaggerEditor::skeleton() : body);
    if (editor.has_integration(path_, method_)) defined_twice(link_, method_, path_);
    Value transfer_mode = event_.get("ResponseTransferMode");
    Value auth = event_.get("Auth") ? event_.get("Auth") : Value::hashed();
    Expect::event(auth, event_.relative_id, "Auth").map();
    Value api_auth = api.get("Auth") ? api.get("Auth") : Value::hashed();
    Expect(api_auth, link_.linked_id.str(), "Auth").map();
    const std::string& partition = target_.context.partition;
    editor.add_lambda_integration(path_, method_, invoke_uri(*target_.target, partition, transfer_mode), auth, api_auth,
                                  target_.target->condition(), transfer_mode, partition);
    if (event_.get("Auth"))
      add_event_auth(target_.context, event_.get("Auth"), link_, event_.relative_id, method_, path_, editor);
    if (Value timeout = event_.get("TimeoutInMillis")) editor.set_timeout(path_, method_, timeout);
    if (Value model = event_.get("RequestModel")) add_model(editor, model);
    if (Value parameters = event_.get("RequestParameters")) add_parameters(editor, parameters);
    api.set("DefinitionBody", merge ? merged(api.get("DefinitionBody"), editor.result()) : editor.result());
  }

  void add_model(SwaggerEditor& editor, const Value& request) {
    Expect::event(request, event_.relative_id, "RequestModel").map();
    Value name = request.get("Model");
    if (!name) return;
    auto refuse = [&](const std::string& why) {
      throw InvalidEvent{event_.relative_id,
                         "Unable to set RequestModel [" + name.str() + "]" + on_method(method_, path_) + why};
    };
    Value models = link_.linked.get("Models");
    if (!models) refuse(" because the related API does not define any Models.");
    if (!models.is_dict()) refuse(" because the related API Models defined is of invalid type.");
    if (!name.is_string()) refuse(" because the related API does not contain valid Models.");
    if (!models.get(name.s())) refuse(" because it wasn't defined in the API's Models.");
    editor.add_request_model(path_, method_, request);
    Value body = request.get("ValidateBody"), parameters = request.get("ValidateParameters");
    if (body.is_null() && parameters.is_null()) return;
    if ((!body.is_null() && !body.is_bool()) || (!parameters.is_null() && !parameters.is_bool()))
      throw InvalidEvent{event_.relative_id,
                         "Unable to set Validator to RequestModel [" + name.str() + "]" + on_method(method_, path_) +
                             " ValidateBody and ValidateParameters must be a boolean type, strings or intrinsics are "
                             "not supported."};
    editor.add_request_validator(path_, method_, body.is(true), parameters.is(true));
  }

  void add_parameters(SwaggerEditor& editor, const Value& given) {
    std::vector<Value> all;
    for (auto& parameter : given.elements()) {
      Value settings = Value::dict({{"Required", false}, {"Caching", false}});
      Value name = parameter;
      if (parameter.is_dict() && parameter) {
        auto [key, value] = parameter.items()[0];
        name = key;
        check_name(name);
        bool fits = value.is_dict();
        if (fits)
          for (auto& member : value.keys()) fits = fits && (member.s == "Required" || member.s == "Caching");
        if (!fits) refuse_parameters("Values must be an object, e.g { Required: true, Caching: false }");
        settings.update(value);
      } else if (!parameter.is_string()) {
        refuse_parameters("Property must be either a string or an object");
      }
      check_name(name);
      settings.set("Name", name);
      all.push_back(settings);
    }
    editor.add_request_parameters(path_, method_, all);
  }

  [[noreturn]] void refuse_parameters(const std::string& words) const {
    throw InvalidEvent{event_.relative_id, "Invalid value for 'RequestParameters' property. " + words};
  }

  void check_name(const Value& name) const {
    for (const char* place : {"querystring.", "path.", "header."})
      if (name.s().starts_with(std::string("method.request.") + place)) return;
    refuse_parameters(
        "Keys must be in the format 'method.request.[querystring|path|header].{value}', e.g "
        "'method.request.header.Authorization'.");
  }

  // The template's own definition with the generated method put over its own.
  Value merged(const Value& source, const Value& generated) const {
    Value out = source.copy();
    Value paths = out.get("paths");
    if (!paths) paths = Value::dict();
    const std::string& api_id = link_.linked_id.s();
    Value own;
    try {
      own = deep_get(paths, {path_.s, method_.s});
    } catch (const NotAMap& e) {
      throw InvalidResource{api_id, "Property 'DefinitionBody' is invalid: " + e.words};
    }
    if (!own) own = Value::dict();
    Expect(own, api_id, "DefinitionBody.paths." + path_.s + "." + method_.s).map();
    Value both = Value::dict();
    both.update(own);
    both.update(generated.get("paths").get(path_.s).get(normal_method(method_).s));
    if (!paths.has(path_.s)) paths.set(path_, Value::dict({{method_, both}}));
    paths.get(path_.s).set(method_, both);
    return out;
  }

  EventTarget& target_;
  EventLink& link_;
  SamResource& event_;
  Text method_, path_;
};

}  // namespace

CfnList make_api(EventTarget& target, EventLink& link) { return ApiEvent(target, link).make(); }

}  // namespace thaw::sam
