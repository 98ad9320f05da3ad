#include "services/cloudformation/parameters.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"

namespace thaw::cloudformation {
namespace {

std::string number_text(double value) { return Json(value).dump(); }

std::unexpected<Error> refuse(const ParameterDef& def, const std::string& words) {
  if (!def.constraint_description.empty()) {
    return fail(
        template_error("Parameter " + def.name + " failed to satisfy constraint: " + def.constraint_description));
  }
  return fail(template_error("Parameter '" + def.name + "' " + words));
}

// Surrounding spaces of numbers are forgiven.
std::optional<double> to_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with("+")) text.remove_prefix(1);
  if (!Json::is_number_text(text)) return std::nullopt;
  return Json::number(std::string(text)).to_double();
}

Result<> check_number(const ParameterDef& def, const std::string& value) {
  std::optional<double> number = to_number(value);
  if (!number) return refuse(def, "must be a number.");
  if (def.min_value && *number < *def.min_value)
    return refuse(def, "must be a number not less than " + number_text(*def.min_value));
  if (def.max_value && *number > *def.max_value) {
    return refuse(def, "must be a number not greater than " + number_text(*def.max_value));
  }
  return {};
}

Result<> check_text(const ParameterDef& def, const std::string& value) {
  int64_t length = std::ranges::count_if(value, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (def.min_length && length < *def.min_length) {
    return refuse(def, "must contain at least " + std::to_string(*def.min_length) + " characters");
  }
  if (def.max_length && length > *def.max_length) {
    return refuse(def, "must contain at most " + std::to_string(*def.max_length) + " characters");
  }
  if (def.allowed_pattern.empty()) return {};
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  RE2 pattern(def.allowed_pattern, options);
  if (!pattern.ok()) {
    return fail(template_error("Template format error: AllowedPattern of parameter " + def.name +
                               " cannot be compiled: " + pattern.error()));
  }
  if (!RE2::FullMatch(value, pattern)) return refuse(def, "must match pattern " + def.allowed_pattern);
  return {};
}

std::vector<std::string> list_items(std::string_view value) {
  std::vector<std::string> out;
  if (trim(value).empty()) return out;
  for (std::string_view item : split(value, ',')) out.push_back(std::string(trim(item)));
  return out;
}

}  // namespace

Result<> check_constraints(const ParameterDef& def, const std::string& value) {
  std::string_view type = ssm_value_type(def.type);
  bool list = is_list_type(def.type);
  std::vector<std::string> values = list ? list_items(value) : std::vector<std::string>{value};
  for (const std::string& item : values) {
    if (!def.allowed_values.empty() && std::ranges::find(def.allowed_values, item) == def.allowed_values.end()) {
      return refuse(def, "must be one of AllowedValues");
    }
    if (type == "Number" || type == "List<Number>") {
      CHECK_OK(check_number(def, item));
    } else {
      CHECK_OK(check_text(def, item));
    }
  }
  return {};
}

Result<ParameterValues> choose_parameters(const Template& source, const std::vector<ParameterInput>& inputs,
                                          const ParameterValues& previous) {
  ParameterValues out;
  std::vector<std::string> unknown, missing;
  std::map<std::string, const ParameterInput*> given;
  for (const ParameterInput& input : inputs) {
    if (!source.parameter(input.key)) unknown.push_back(input.key);
    if (!given.emplace(input.key, &input).second) {
      return fail(template_error("Duplicate parameter keys: [" + input.key + "]"));
    }
    if (input.value && input.use_previous_value) {
      return fail(template_error("Invalid input for parameter key " + input.key +
                                 ". Cannot specify usePreviousValue as true and non empty value for a parameter"));
    }
  }
  if (!unknown.empty())
    return fail(template_error("Parameters: [" + join(unknown, ", ") + "] do not exist in the template"));
  for (const ParameterDef& def : source.parameters) {
    auto found = given.find(def.name);
    const ParameterInput* input = found == given.end() ? nullptr : found->second;
    auto before = previous.find(def.name);
    if (input && input->use_previous_value) {
      if (before == previous.end()) {
        return fail(template_error(
            "Invalid input for parameter key " + def.name +
            ". Cannot specify usePreviousValue as true for a parameter key not in the previous template"));
      }
      out[def.name] = {before->second.value, std::nullopt};
    } else if (input && input->value) {
      out[def.name] = {*input->value, std::nullopt};
    } else if (def.default_value) {
      out[def.name] = {*def.default_value, std::nullopt};
    } else {
      missing.push_back(def.name);
      continue;
    }
    if (!is_ssm_type(def.type)) CHECK_OK(check_constraints(def, out[def.name].value));
  }
  if (!missing.empty()) return fail(template_error("Parameters: [" + join(missing, ", ") + "] must have values"));
  return out;
}

Json ref_value(const ParameterDef& def, const ParameterValue& value) {
  const std::string& text = value.resolved ? *value.resolved : value.value;
  if (!is_list_type(def.type)) return Json(text);
  Json::Array list;
  for (std::string& item : list_items(text)) list.push_back(Json(std::move(item)));
  return Json(std::move(list));
}

std::map<std::string, Json> ref_values(const Template& source, const ParameterValues& values) {
  std::map<std::string, Json> out;
  for (const ParameterDef& def : source.parameters) {
    auto found = values.find(def.name);
    if (found != values.end()) out[def.name] = ref_value(def, found->second);
  }
  return out;
}

}  // namespace thaw::cloudformation
