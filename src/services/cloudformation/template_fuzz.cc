// A template's text, as anybody may send it: parsed, checked, its loops expanded, conditions and properties evaluated,
// planned.
#include "services/cloudformation/language_extensions.h"
#include "services/cloudformation/plan.h"
#include "services/cloudformation/processing.h"

using namespace thaw;
using namespace thaw::cloudformation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 100'000) return 0;
  Result<TextTemplate> parsed = parse_text(std::string(reinterpret_cast<const char*>(data), size));
  if (!parsed) return 0;
  if (Result<Json> expanded = expand_loops(parsed->body, {})) parsed->body = std::move(*expanded);
  Result<Template> source = parse_template(parsed->body, parsed->where);
  if (!source) return 0;
  Result<ParameterValues> parameters = choose_parameters(*source, {}, {});
  if (!parameters) return 0;
  PlanInput plan;
  plan.source = &*source;
  plan.scope.source = &*source;
  plan.scope.parameters = ref_values(*source, *parameters);
  plan.scope.pseudo = {"123456789012", "us-east-1", "aws", "arn", "stack", {}};
  plan.url_suffix = "localhost:4566";
  if (!evaluate_conditions(plan.scope)) return 0;
  (void)check_types(*source, parsed->where);
  (void)check_rules(plan.scope);
  (void)make_plan(std::move(plan));
  return 0;
}
