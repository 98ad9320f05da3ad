// IAM's rules for names, paths, tags and limits, with its words. Pure.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/iam/store.h"

namespace thaw::iam {

// `member` is the name in words: "roleName".
Result<> check_name(std::string_view member, std::string_view value);
Result<> check_path(std::string_view member, std::string_view value);
Result<> check_prefix(std::string_view value);

// `tags` with `added` put over them. Errors: duplicate keys, too many, reserved prefix.
Result<std::vector<Tag>> with_tags(std::vector<Tag> tags, const std::vector<Tag>& added);
std::vector<Tag> without_tags(std::vector<Tag> tags, const std::vector<std::string>& keys);

// AROA, AIDA, AGPA, ANPA, AIPA and 17 more.
std::string new_id(std::string_view prefix);
std::string arn_of(std::string_view account, std::string_view kind, std::string_view path, std::string_view name);

// Characters that count against a policy's quota: white space does not.
size_t policy_size(std::string_view document);
Result<> check_inline_size(EntityKind kind, const EntityRecord& record);

constexpr size_t kManagedPolicySizeMax = 6144;
constexpr size_t kTrustSizeMax = 2048;
constexpr size_t kAttachedMax = 10;
constexpr size_t kVersionsMax = 5;
constexpr size_t kAccessKeysMax = 2;
constexpr size_t kGroupsOfUserMax = 10;

Error no_such_entity(EntityKind kind, std::string_view name);
Error no_such_policy(std::string_view arn);
Error already_exists(std::string words);

std::string percent_encoded(std::string_view document);

// One page of `items`, which are in the order of their names. The marker is the name of the last item before the page.
template <class T>
struct Page {
  std::vector<T> items;
  bool truncated = false;
  std::optional<std::string> marker;
};
std::string encode_marker(std::string_view name);
Result<std::string> decode_marker(const std::optional<std::string>& marker);  // empty: from the start

template <class T, class NameOf>
Result<Page<T>> page_of(std::vector<T> items, NameOf name_of, const std::optional<std::string>& marker,
                        int32_t max_items) {
  TRY(std::string after, decode_marker(marker));
  Page<T> out;
  for (T& item : items) {
    if (!after.empty() && !(std::string_view(after) < std::string_view(name_of(item)))) continue;
    if (out.items.size() == static_cast<size_t>(max_items)) {
      out.truncated = true;
      break;
    }
    out.items.push_back(std::move(item));
  }
  if (out.truncated) out.marker = encode_marker(name_of(out.items.back()));
  return out;
}

// Sorts by the lower-case name, as the store does.
template <class T, class NameOf>
void sort_by_name(std::vector<T>& items, NameOf name_of) {
  std::sort(items.begin(), items.end(), [&](const T& a, const T& b) { return name_of(a) < name_of(b); });
}

}  // namespace thaw::iam
