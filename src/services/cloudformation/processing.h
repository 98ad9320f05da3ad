// From a template's text to what can be carried out: parsed, parameters chosen and looked up, transforms applied,
// checked.
#pragma once

#include <string>
#include <vector>

#include "services/cloudformation/parameters.h"
#include "services/cloudformation/plan.h"

namespace thaw::cloudformation {

struct TextTemplate {
  Json body;
  SourceMap where;
};
// Errors: "Template format error: YAML not well-formed. (line 3, column 7)".
Result<TextTemplate> parse_text(std::string text);

struct ProcessInput {
  std::string text;
  std::vector<ParameterInput> inputs;
  ParameterValues previous;
  PseudoParameters pseudo;
};

struct Processed {
  Template source;       // what the transforms made
  std::string original;  // texts
  std::string processed;
  ParameterValues parameters;
  std::map<std::string, Json> refs;  // of the parameters
  std::map<std::string, bool> conditions;
  bool transformed = false;

  // A scope over `source`: this object must stay where it is while the scope is used.
  Scope scope(const PseudoParameters& pseudo) const;
};

// Looks up SSM parameters and included files through `api`. Errors: ValidationError in AWS's words; with the member
// "Transform" in Error::details when a transform failed or what it made is wrong.
Task<Result<Processed>> process_template(Api& api, ProcessInput input);

// Whether an error came after the transforms had begun (then AWS reports it in the change set).
bool is_transform_failure(const Error& error);

// Where a TemplateURL points to: a bucket and key of S3, under any of its names.
struct ObjectPlace {
  std::string bucket;
  std::string key;
  std::string version;
};
std::optional<ObjectPlace> place_of_url(std::string_view url);

}  // namespace thaw::cloudformation
