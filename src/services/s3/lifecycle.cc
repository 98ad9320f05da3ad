#include "services/s3/lifecycle.h"

#include <algorithm>

namespace thaw::s3 {
namespace {

bool has_tag(const std::vector<Tag>& tags, const Tag& wanted) {
  return std::ranges::any_of(tags, [&](const Tag& tag) { return tag.Key == wanted.Key && tag.Value == wanted.Value; });
}

bool fits(const Opt& prefix, const std::optional<int64_t>& above, const std::optional<int64_t>& below,
          const std::string& key, int64_t size_bytes) {
  if (prefix && !key.starts_with(*prefix)) return false;
  if (above && size_bytes <= *above) return false;
  return !below || size_bytes < *below;
}

}  // namespace

bool matches_filter(const LifecycleRule& rule, const std::string& key, int64_t size_bytes,
                    const std::vector<Tag>& tags) {
  if (rule.Prefix && !key.starts_with(*rule.Prefix)) return false;
  if (!rule.Filter) return true;
  const LifecycleFilter& filter = *rule.Filter;
  if (!fits(filter.Prefix, filter.ObjectSizeGreaterThan, filter.ObjectSizeLessThan, key, size_bytes)) return false;
  if (filter.Tag && !has_tag(tags, *filter.Tag)) return false;
  if (!filter.And) return true;
  const LifecycleAnd& all = *filter.And;
  if (!fits(all.Prefix, all.ObjectSizeGreaterThan, all.ObjectSizeLessThan, key, size_bytes)) return false;
  return std::ranges::all_of(all.Tags, [&](const Tag& tag) { return has_tag(tags, tag); });
}

bool is_due(Time since, int32_t days, Time now) {
  using Days = std::chrono::days;
  auto end = since + Days(days);
  auto midnight = std::chrono::floor<Days>(end);
  if (midnight < end) midnight += Days(1);
  return now >= midnight;
}

bool expires(const LifecycleRule& rule, Time modified, Time now) {
  if (!rule.Expiration) return false;
  if (rule.Expiration->Days) return is_due(modified, *rule.Expiration->Days, now);
  return rule.Expiration->Date && now >= *rule.Expiration->Date;
}

}  // namespace thaw::s3
