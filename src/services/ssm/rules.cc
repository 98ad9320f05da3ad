#include "services/ssm/rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thaw::ssm {

namespace {

constexpr size_t kLevelsMax = 15;
constexpr size_t kNameBytesMax = 1011;
constexpr size_t kStandardBytesMax = 4096;
constexpr size_t kAdvancedBytesMax = 8192;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

std::optional<int64_t> number_of(std::string_view text) {
  int64_t value = 0;
  auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_label(std::string_view label) {
  bool letters = std::all_of(label.begin(), label.end(), is_name_character);
  bool digit = !label.empty() && label[0] >= '0' && label[0] <= '9';
  std::string lower = to_lower(label);
  return letters && !digit && !lower.starts_with("aws") && !lower.starts_with("ssm");
}

std::string string_or(const std::optional<std::string>& text, std::string_view otherwise) {
  return text ? *text : std::string(otherwise);
}

}  // namespace

NameAndSelector split_name(std::string_view text) {
  if (text.starts_with("arn:")) {
    if (auto arn = Arn::parse(text); arn && arn->service == "ssm" && arn->resource.starts_with("parameter/")) {
      // The ARN of "a" and of "/a" is the same: a name with more levels always begins with a slash.
      std::string rest = arn->resource.substr(10);
      NameAndSelector out = split_name(rest);
      if (out.name.find('/') != std::string::npos) out.name = '/' + out.name;
      return out;
    }
  }
  size_t colon = text.find(':');
  if (colon == text.npos) return {std::string(text), {}};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon))};
}

Result<> check_new_name(std::string_view name) {
  std::string first = to_lower(name.starts_with('/') ? name.substr(1) : name);
  if (first.starts_with("aws")) {
    return fail("AccessDeniedException", "No access to reserved parameter name: " + std::string(name) + ".");
  }
  auto levels = split(name, '/');
  bool path = name.find('/') != name.npos;
  bool fine = !first.starts_with("ssm") && !name.ends_with('/');
  for (size_t i = 0; i < levels.size(); ++i) {
    if (levels[i].empty() && !(i == 0 && path)) fine = false;
    if (!std::all_of(levels[i].begin(), levels[i].end(), is_name_character)) fine = false;
  }
  if (!fine) {
    return fail(
        "ValidationException",
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of "
        "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the "
        "following 3 symbols .-_");
  }
  if (path && !name.starts_with('/')) {
    return fail("ValidationException", "Parameter name must be a fully qualified name.");
  }
  if (levels.size() > kLevelsMax + 1) {
    return fail(
        "HierarchyLevelLimitExceededException",
        "The hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for "
        "parameter names in the AWS Systems Manager User Guide.");
  }
  if (name.size() > kNameBytesMax) {
    return fail("ValidationException", "Parameter name is too long: at most 1011 characters.");
  }
  return {};
}

Result<> check_path(std::string_view path) {
  bool fine = path.starts_with('/') && path.find("//") == path.npos &&
              std::all_of(path.begin(), path.end(), [](char c) { return is_name_character(c) || c == '/'; });
  if (fine) return {};
  return fail(
      "ValidationException",
      "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward "
      "slash \"/\". It can't be prefixed with \\\"aws\\\" or \\\"ssm\\\" (case-insensitive). It must use only letters, "
      "numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not "
      "allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: "
      "/get/parameters2-/by1./path0_.");
}

std::string tier_for(const PutParameterInput& in, std::string_view former_tier) {
  std::string tier = string_or(in.Tier, former_tier);
  if (tier == "Intelligent-Tiering") tier = in.Value.size() > kStandardBytesMax ? "Advanced" : "Standard";
  if (former_tier == "Advanced") tier = "Advanced";  // there is no way back
  return tier;
}

Result<> check_value(const PutParameterInput& in, std::string_view type, std::string_view tier) {
  if (in.Value.empty()) {
    return fail(
        "ValidationException",
        "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length "
        "greater than or equal to 1");
  }
  if (tier == "Standard" && in.Value.size() > kStandardBytesMax) {
    return fail(
        "ValidationException",
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger "
        "parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see "
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html");
  }
  if (in.Value.size() > kAdvancedBytesMax) {
    return fail("ValidationException",
                "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  }
  if (!in.AllowedPattern || in.AllowedPattern->empty()) return {};
  re2::RE2::Options options;
  options.set_log_errors(false);
  re2::RE2 pattern(*in.AllowedPattern, options);
  if (!pattern.ok()) {
    return fail("InvalidAllowedPatternException", "The request does not meet the regular expression requirement.");
  }
  std::vector<std::string_view> values = {in.Value};
  if (type == "StringList") values = split(in.Value, ',');
  for (std::string_view value : values) {
    if (!re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), pattern)) {
      return fail("ParameterPatternMismatchException",
                  "Parameter value, cannot be validated against allowedPattern: " + *in.AllowedPattern);
    }
  }
  return {};
}

Result<> add_version(ParameterRecord& record, VersionRecord version) {
  if (record.versions.size() >= kVersionsMax) {
    const VersionRecord& oldest = record.versions.front();
    if (!oldest.labels.empty()) {
      return fail(
          "ParameterMaxVersionLimitExceeded",
          "You attempted to create a new version of " + record.name +
              " by calling the PutParameter API with the overwrite flag. Version " + std::to_string(oldest.version) +
              ", the oldest version, can't be deleted because it has a label associated with it. Move the label to "
              "another version of the parameter, and try again.");
    }
    record.versions.erase(record.versions.begin());
  }
  record.versions.push_back(std::move(version));
  return {};
}

Result<VersionRecord*> select(ParameterRecord& record, const NameAndSelector& name) {
  if (name.selector.empty()) return &record.versions.back();
  std::string_view wanted = std::string_view(name.selector).substr(1);
  VersionRecord* found = nullptr;
  if (auto number = number_of(wanted)) {
    found = record.find(*number);
    if (found) return found;
    return fail("ParameterVersionNotFound", "Systems Manager could not find version " + std::string(wanted) + " of " +
                                                record.name + ". Verify the version and try again.");
  }
  found = record.find_label(wanted);
  if (found) return found;
  return fail("ParameterVersionNotFound", "Systems Manager could not find label " + std::string(wanted) +
                                              " for parameter " + record.name + ". Verify the label and try again.");
}

Result<> check_filter(const StringFilter& filter, bool by_path) {
  std::string option = string_or(filter.Option, filter.Key == "Path" ? "OneLevel" : "Equals");
  if (by_path && filter.Key != "Type" && filter.Key != "KeyId" && filter.Key != "Label") {
    return fail("InvalidFilterKey", "The following filter key is not valid: " + filter.Key +
                                        ". Valid filter keys include: [Type, KeyId, Label].");
  }
  if (!by_path && filter.Key == "Label") {
    return fail("InvalidFilterKey",
                "The following filter key is not valid: Label. Valid filter keys include: [Path, Name, "
                "Type, KeyId, Tier].");
  }
  bool fine = option == "Equals" || option == "BeginsWith";
  if (filter.Key == "Path") fine = option == "Recursive" || option == "OneLevel";
  if (filter.Key == "Name") fine = fine || option == "Contains";
  if (!fine) {
    return fail("InvalidFilterOption",
                "The following filter option is not valid: " + option + ". Valid options include: " +
                    (filter.Key == "Path" ? "[Recursive, OneLevel]" : "[BeginsWith, Equals]") + ".");
  }
  if (filter.Values.empty() && !filter.Key.starts_with("tag:")) {
    return fail("InvalidFilterValue", "The following filter values are missing : null for filter key " + filter.Key);
  }
  return {};
}

namespace {

bool under_path(std::string_view name, std::string path, bool recursive) {
  if (!path.ends_with('/')) path += '/';
  if (!name.starts_with(path)) return false;
  return recursive || name.find('/', path.size()) == name.npos;
}

bool one_matches(std::string_view actual, std::string_view wanted, std::string_view option) {
  if (option == "BeginsWith") return actual.starts_with(wanted);
  if (option == "Contains") return actual.find(wanted) != actual.npos;
  return actual == wanted;
}

}  // namespace

Result<bool> matches(const ParameterRecord& record, const StringFilter& filter) {
  const VersionRecord& newest = record.newest();
  std::string option = string_or(filter.Option, filter.Key == "Path" ? "OneLevel" : "Equals");
  std::vector<std::string> actual;
  if (filter.Key == "Path") {
    for (const std::string& path : filter.Values) {
      CHECK_OK(check_path(path));
      if (under_path(record.name, path, option == "Recursive")) return true;
    }
    return false;
  }
  if (filter.Key == "Name") actual = {record.name};
  if (filter.Key == "Type") actual = {newest.type};
  if (filter.Key == "KeyId") actual = {newest.key_id};
  if (filter.Key == "Tier") actual = {newest.tier};
  if (filter.Key == "DataType") actual = {newest.data_type};
  if (filter.Key == "Label") {
    for (const VersionRecord& version : record.versions) {
      actual.insert(actual.end(), version.labels.begin(), version.labels.end());
    }
  }
  if (filter.Key.starts_with("tag:")) {
    for (const Tag& tag : record.tags) {
      if (tag.Key == std::string_view(filter.Key).substr(4)) actual.push_back(tag.Value);
    }
    if (filter.Values.empty()) return !actual.empty();
  }
  for (const std::string& value : actual) {
    for (const std::string& wanted : filter.Values) {
      if (one_matches(value, wanted, option)) return true;
    }
  }
  return false;
}

Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added) {
  for (const Tag& tag : added) {
    auto same = std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return t.Key == tag.Key; });
    if (same == tags.end())
      tags.push_back(tag);
    else
      *same = tag;
  }
  if (tags.size() > kTagsMax) {
    return fail("TooManyTagsError",
                "The Targets parameter includes too many tags. Remove one or more tags and try the "
                "command again.");
  }
  return tags;
}

Result<std::vector<std::string>> put_labels(ParameterRecord& record, VersionRecord& version,
                                            const std::vector<std::string>& labels) {
  std::vector<std::string> invalid, valid;
  for (const std::string& label : labels) (is_label(label) ? valid : invalid).push_back(label);
  for (const std::string& label : valid) {
    for (VersionRecord& one : record.versions) std::erase(one.labels, label);
    version.labels.push_back(label);
  }
  if (version.labels.size() > kLabelsMax) {
    return fail(
        "ParameterVersionLabelLimitExceeded",
        "An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A "
        "parameter version can have maximum 10 labels.Move one or more labels to another version and try again.");
  }
  return invalid;
}

Error no_such_parameter(std::string_view name) {
  return Error{"ParameterNotFound", "Parameter " + std::string(name) + " not found.", 400, {}};
}

std::string arn_of(const api::Request& request, std::string_view name) {
  return request.arn("ssm", "parameter" + std::string(name.starts_with('/') ? "" : "/") + std::string(name));
}

}  // namespace thaw::ssm
