// AWS::Serverless::Application: a nested stack, from a URL or from the Serverless Application Repository.
#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/plugins.h"

namespace thaw::sam {

static std::string find_template(const Context& context, const std::string& id, const Value& application,
                                 const Value& version) {
  Expect(application, id, "Location.ApplicationId").string();
  Expect(version, id, "Location.SemanticVersion").string();
  if (application.s().find("{{resolve:ssm:") != std::string::npos)
    throw InvalidResource{id,
                          "Serverless Application Repostiory does not support dynamic reference in 'ApplicationId' "
                          "property."};
  if (!context.options.find_application)
    throw InvalidResource{id, "Serverless Application Repository is not available in this region."};
  auto found = context.options.find_application(application.s(), version.s());
  if (!found) throw InvalidResource{id, found.error()};
  return *found;
}

void locate_applications(Context& context) {
  for (auto& [id, resource] : context.resources().items()) {
    if (!resource.get("Type").is("AWS::Serverless::Application")) continue;
    Value location = resource.get("Properties", Value::dict()).get("Location");
    if (!location.is_dict() || location.get("ApplicationId").is_null() || location.get("SemanticVersion").is_null())
      continue;
    for (auto name : {"ApplicationId", "SemanticVersion"}) {
      Value resolved = context.parameters.resolve(location.get(name).deep_copy());
      location.set(name, context.mappings.resolve_map(resolved));
    }
    Value application = location.get("ApplicationId"), version = location.get("SemanticVersion");
    std::pair key{application.json(), version.json()};
    if (application.is_dict() || version.is_dict() || context.applications.contains(key)) continue;
    try {
      context.applications.emplace(key, find_template(context, id.s, application, version));
    } catch (const InvalidResource& e) {
      context.applications.emplace(key, std::unexpected(e));
    }
  }
}

void place_application(const Context& context, const std::string& id, Value properties) {
  auto missing = [&](const char* name) {
    throw InvalidResource{id, std::string("Resource is missing the required [") + name + "] property."};
  };
  if (!properties.has("Location")) missing("Location");
  Value location = properties.get("Location");
  if (!location.is_dict()) return properties.set("TemplateUrl", location);
  for (auto name : {"ApplicationId", "SemanticVersion"})
    if (!location.has(name)) missing(name);
  constexpr const char* unresolved = " cannot be resolved. Only FindInMap and Ref intrinsic functions are supported.";
  Value application = Expect(location.get("ApplicationId"), id, "ApplicationId").present();
  if (application.is_dict()) throw InvalidResource{id, std::string("Property 'ApplicationId'") + unresolved};
  Value version = location.get("SemanticVersion");
  if (!version) throw InvalidResource{id, "Property 'SemanticVersion' cannot be blank."};
  if (version.is_dict()) throw InvalidResource{id, std::string("Property 'SemanticVersion'") + unresolved};
  auto found = context.applications.find({application.json(), version.json()});
  if (found == context.applications.end()) throw Fault{"the application was not looked up"};
  if (!found->second) throw found->second.error();
  properties.set("TemplateUrl", *found->second);
}

CfnList transform_application(Context&, SamResource& application) {
  Cfn stack = make_cfn(application.id, "AWS::CloudFormation::Stack", application.passed_on(), application.depends_on);
  stack->set("Parameters", application.get("Parameters"));
  stack->set("NotificationARNs", application.get("NotificationARNs"));
  Value tags = application.get("Tags");
  for (auto reserved : {"lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"})
    if (tags.has(reserved))
      throw InvalidResource{application.id.s,
                            std::string(reserved) +
                                " is a reserved Tag key name and cannot be set on your resource. Please change the tag "
                                "key in the input."};
  Value own = Value::dict({{"lambda:createdBy", "SAM"}});
  if (Value location = application.get("Location"); location.is_dict()) {
    if (!location.get("ApplicationId").is_null())
      own.set("serverlessrepo:applicationId", location.get("ApplicationId"));
    if (!location.get("SemanticVersion").is_null())
      own.set("serverlessrepo:semanticVersion", location.get("SemanticVersion"));
  }
  Value list = tag_list(own);
  for (auto& tag : tag_list(tags).elements()) list.push(tag);
  stack->set("Tags", list);
  stack->set("TimeoutInMinutes", application.get("TimeoutInMinutes"));
  Value url = application.get("TemplateUrl");
  stack->set("TemplateURL", url ? url : Value(""));
  return {stack};
}

}  // namespace thaw::sam
