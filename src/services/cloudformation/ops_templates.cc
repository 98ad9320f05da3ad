// Operations on templates.
#include <algorithm>
#include <set>

#include "services/cloudformation/service.h"

namespace thaw::cloudformation {
namespace {

// A template's own words, before its transforms: for summaries, which take no values of parameters.
Result<Template> outline(const std::string& text, bool check) {
  TRY(TextTemplate parsed, parse_text(text));
  bool plain = parsed.body.get("Transform").is_null();
  TRY(Template source, parse_template(parsed.body, parsed.where, plain));
  if (!plain || !check) return source;
  CHECK_OK(check_types(source, parsed.where));
  CHECK_OK(check_circles(dependencies(source, nullptr), parsed.where));
  return source;
}

template <class T>
std::optional<T> unless_empty(T text) {
  return text.empty() ? std::nullopt : std::optional<T>(std::move(text));
}

}  // namespace

CloudFormation::Answer<GetTemplateOutput> CloudFormation::get_template(Request& request, const GetTemplateInput& in) {
  std::string stage = in.template_stage.value_or("Original");
  std::string stack_name = in.stack_name.value_or("");
  std::string set_name = in.change_set_name.value_or("");
  if (stack_name.empty() && set_name.empty())
    co_return validation("Either StackName or ChangeSetName must be specified.");
  Home home = home_of(request);
  auto read = [home, stack_name, set_name, stage](kv::Transaction& tx) -> Task<Result<std::string>> {
    StackStore store(tx, home);
    if (!set_name.empty()) {
      Result<ChangeSetRecord> set = co_await find_change_set(store, stack_name, set_name);
      if (!set) co_return std::unexpected(set.error());
      co_return stage == "Processed" ? set->processed : set->original;
    }
    std::optional<StackRecord> stack = co_await store.find(stack_name);
    if (!stack) co_return no_stack_with_id(stack_name);
    std::optional<std::string> text =
        co_await store.text(stack->id, stage == "Processed" ? Stage::processed : Stage::original);
    co_return text.value_or("");
  };
  GetTemplateOutput out;
  CO_TRY(out.template_body, co_await door_.store().transact<std::string>(read));
  out.stages_available = {"Original", "Processed"};
  co_return out;
}

CloudFormation::Answer<GetTemplateSummaryOutput> CloudFormation::get_template_summary(
    Request& request, const GetTemplateSummaryInput& in) {
  std::string text;
  if (in.stack_name) {
    CO_TRY(Standing now, co_await standing(request, *in.stack_name));
    if (!now.stack) co_return no_stack_with_id(*in.stack_name);
    CO_TRY(text, co_await template_text(request, Source{std::nullopt, std::nullopt, true}, now.stack->id));
  } else {
    CO_TRY(text, co_await template_text(request, Source::of(in.template_body, in.template_url), ""));
  }
  CO_TRY(Template source, outline(text, false));
  GetTemplateSummaryOutput out;
  for (const ParameterDef& def : source.parameters) {
    ParameterDeclaration one;
    one.parameter_key = def.name;
    one.default_value = def.default_value;
    one.parameter_type = def.type;
    one.no_echo = def.no_echo;
    one.description = unless_empty(def.description);
    one.parameter_constraints.emplace();
    one.parameter_constraints->allowed_values = def.allowed_values;
    out.parameters.push_back(std::move(one));
  }
  out.description = unless_empty(source.description);
  Needed needed = needed_capabilities(source);
  out.capabilities = needed.capabilities;
  out.capabilities_reason = unless_empty(needed.reason);
  std::set<std::string> types;
  for (const ResourceDef& def : source.resources) types.insert(def.type);
  out.resource_types.assign(types.begin(), types.end());
  out.version = source.body.get("AWSTemplateFormatVersion").string_or("2010-09-09");
  if (!source.metadata.is_null()) out.metadata = source.metadata.dump();
  out.declared_transforms = source.transforms;
  co_return out;
}

CloudFormation::Answer<ValidateTemplateOutput> CloudFormation::validate_template(Request& request,
                                                                                 const ValidateTemplateInput& in) {
  CO_TRY(std::string text, co_await template_text(request, Source::of(in.template_body, in.template_url), ""));
  CO_TRY(Template source, outline(text, true));
  ValidateTemplateOutput out;
  for (const ParameterDef& def : source.parameters) {
    TemplateParameter one;
    one.parameter_key = def.name;
    one.default_value = def.default_value;
    one.no_echo = def.no_echo;
    one.description = unless_empty(def.description);
    out.parameters.push_back(std::move(one));
  }
  out.description = unless_empty(source.description);
  Needed needed = needed_capabilities(source);
  out.capabilities = needed.capabilities;
  out.capabilities_reason = unless_empty(needed.reason);
  out.declared_transforms = source.transforms;
  co_return out;
}

}  // namespace thaw::cloudformation
