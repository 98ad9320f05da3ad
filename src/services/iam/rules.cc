#include "services/iam/rules.h"

#include "base/arn.h"
#include "base/text.h"

namespace thaw::iam {

namespace {

constexpr size_t kTagsMax = 50;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

}  // namespace

Result<> check_name(std::string_view member, std::string_view value) {
  if (std::all_of(value.begin(), value.end(), is_name_character)) return {};
  return fail("ValidationError",
              "The specified value for " + std::string(member) +
                  " is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-");
}

Result<> check_path(std::string_view member, std::string_view value) {
  bool fine = value.starts_with('/') && value.ends_with('/') &&
              std::all_of(value.begin(), value.end(), [](char c) { return c >= '!' && c <= '~'; });
  if (fine) return {};
  return fail("ValidationError",
              "The specified value for " + std::string(member) +
                  " is invalid. It must begin and end with / and contain only alphanumeric characters "
                  "and/or / characters.");
}

Result<> check_prefix(std::string_view value) {
  if (value.starts_with('/')) return {};
  return fail("ValidationError",
              "The specified value for pathPrefix is invalid. It must begin with / and contain only "
              "alphanumeric characters and/or / characters.");
}

Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added) {
  for (size_t i = 0; i < added.size(); ++i) {
    if (to_lower(added[i].Key).starts_with("aws:")) {
      return fail("InvalidInput", "Tag keys beginning with aws: are reserved for system use.");
    }
    for (size_t j = 0; j < i; ++j) {
      if (equal_ignoring_case(added[i].Key, added[j].Key)) {
        return fail("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
    }
    auto same =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return equal_ignoring_case(t.Key, added[i].Key); });
    if (same == tags.end())
      tags.push_back(added[i]);
    else
      *same = added[i];
  }
  if (tags.size() > kTagsMax) return fail("LimitExceeded", "The number of tags has reached the maximum limit.", 409);
  return tags;
}

std::vector<Tag> without_tags(std::vector<Tag> tags, const std::vector<std::string>& keys) {
  std::erase_if(tags, [&](const Tag& tag) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const std::string& key) { return equal_ignoring_case(key, tag.Key); });
  });
  return tags;
}

std::string new_id(std::string_view prefix) { return std::string(prefix) + random_alphanumeric(17); }

std::string arn_of(std::string_view account, std::string_view kind, std::string_view path, std::string_view name) {
  std::string out = "arn:aws:iam::";
  return (((out += account) += ':') += kind).append(path).append(name);
}

size_t policy_size(std::string_view document) {
  return static_cast<size_t>(std::count_if(document.begin(), document.end(),
                                           [](char c) { return c != ' ' && c != '\t' && c != '\n' && c != '\r'; }));
}

Result<> check_inline_size(EntityKind kind, const EntityRecord& record) {
  size_t limit = kind == EntityKind::user ? 2048 : kind == EntityKind::group ? 5120 : 10240;
  size_t size = 0;
  for (const auto& [name, document] : record.inline_policies) size += policy_size(document);
  if (size <= limit) return {};
  return fail("LimitExceeded",
              "Maximum policy size of " + std::to_string(limit) + " bytes exceeded for " + std::string(word_of(kind)) +
                  ' ' + record.name,
              409);
}

Error no_such_entity(EntityKind kind, std::string_view name) {
  return Error{"NoSuchEntity",
               "The " + std::string(word_of(kind)) + " with name " + std::string(name) + " cannot be found.",
               404,
               {}};
}
Error no_such_policy(std::string_view arn) {
  std::optional<Arn> parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "iam" || !parsed->resource.starts_with("policy/"))
    return Error{"InvalidInput", "ARN " + std::string(arn) + " is not valid.", 400, {}};
  return Error{"NoSuchEntity", "Policy " + std::string(arn) + " was not found.", 404, {}};
}
Error already_exists(std::string words) { return Error{"EntityAlreadyExists", std::move(words), 409, {}}; }

std::string percent_encoded(std::string_view document) { return uri_encode(document); }

std::string encode_marker(std::string_view name) { return base64_encode("1" + std::string(name)); }

Result<std::string> decode_marker(const std::optional<std::string>& marker) {
  if (!marker) return std::string();
  auto bytes = base64_decode(*marker);
  if (!bytes || bytes->empty() || bytes->front() != '1') return fail("ValidationError", "Invalid Marker.");
  return bytes->substr(1);
}

}  // namespace thaw::iam
