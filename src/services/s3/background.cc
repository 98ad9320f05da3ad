// What S3 does on its own: lifecycle rules, and removing the bytes that nothing names any more.
#include <unordered_set>

#include "base/log.h"
#include "services/s3/lifecycle.h"
#include "services/s3/service.h"

namespace thaw::s3 {
namespace {

constexpr auto first_wait = std::chrono::minutes(10);
constexpr auto wait = std::chrono::hours(1);
// Longer than any request takes between writing a blob and naming it.
constexpr auto grace = std::chrono::hours(24);
constexpr size_t page_size = 200;

}  // namespace

void S3::start() {
  jumps_ = clock_.on_jump([this, &loop = Loop::current()] {
    loop.post([this] {
      if (!stopping_ && !running_) Loop::current().spawn("s3 background", run_background());
    });
  });
  timer_ = Loop::current().after(first_wait, [this] { wait_and_run(); });
}

void S3::wait_and_run() {
  timer_.reset();
  if (!stopping_ && !running_) Loop::current().spawn("s3 background", run_background());
}

Task<void> S3::stop() {
  stopping_ = true;
  jumps_.reset();
  if (timer_) Loop::current().cancel(*timer_);
  timer_.reset();
  if (running_) co_await idle_;
}

Task<void> S3::run_background() {
  running_ = true;
  Result<int> expired = co_await apply_lifecycles();
  if (!expired) log::warning("S3's lifecycle rules could not be carried out: {}", expired.error().message);
  if (!stopping_) {
    Result<blob::Swept> swept = co_await sweep(grace);
    if (!swept) log::warning("S3's unused bytes could not be removed: {}", swept.error().message);
  }
  running_ = false;
  if (stopping_) {
    idle_.set({});
    co_return;
  }
  if (timer_) Loop::current().cancel(*timer_);
  timer_ = Loop::current().after(wait, [this] { wait_and_run(); });
}

Task<Result<blob::Swept>> S3::sweep(std::chrono::seconds grace_time) {
  // A blob that is not named now and not written lately never will be: it can be named only by a record that a request
  // makes just after writing it, or by a copy of a record that names it.
  auto named = std::make_shared<std::unordered_set<std::string>>();
  std::string after;
  while (!stopping_) {
    CO_TRY(std::vector<std::string> page, co_await ObjectStore::named_blobs(store_, after, 1000));
    if (page.empty()) break;
    after = page.back();
    for (std::string& id : page) named->insert(std::move(id));
  }
  if (stopping_) co_return blob::Swept{};
  co_return co_await blobs_.sweep([named](const blob::BlobId& id) { return named->contains(id.text()); }, grace_time);
}

// ---- lifecycle ----

Task<Result<int>> S3::apply_lifecycles() {
  struct Names {
    static Task<Result<std::vector<std::string>>> read(kv::Transaction& tx) {
      std::vector<std::string> out = co_await ObjectStore(tx).all_bucket_names();
      co_return out;
    }
  };
  InTransaction<std::vector<std::string>> list = [](kv::Transaction& tx) { return Names::read(tx); };
  CO_TRY(std::vector<std::string> names, co_await store_.transact<std::vector<std::string>>(std::move(list)));
  int total = 0;
  for (const std::string& name : names) {
    if (stopping_) break;
    CO_TRY(int count, co_await apply_lifecycle(name));
    total += count;
  }
  co_return total;
}

Task<Result<int>> S3::apply_lifecycle(std::string bucket) {
  struct Config {
    static Task<Result<LifecycleConfiguration>> read(kv::Transaction& tx, std::string name) {
      auto found = co_await ObjectStore(tx).config<LifecycleConfiguration>(name, "lifecycle");
      co_return found.value_or(LifecycleConfiguration{});
    }
  };
  InTransaction<LifecycleConfiguration> read = [&](kv::Transaction& tx) { return Config::read(tx, bucket); };
  CO_TRY(LifecycleConfiguration config, co_await store_.transact<LifecycleConfiguration>(std::move(read)));
  std::erase_if(config.Rules, [](const LifecycleRule& rule) { return rule.Status != "Enabled"; });
  if (config.Rules.empty()) co_return 0;
  InTransaction<int> abort = [&](kv::Transaction& tx) { return abort_uploads(tx, bucket, config); };
  CO_TRY(int total, co_await store_.transact<int>(std::move(abort)));
  std::string from = ObjectStore::Position::at_prefix(bucket, "").begin;
  while (!from.empty() && !stopping_) {
    std::string next;
    InTransaction<int> expire = [&](kv::Transaction& tx) {
      next = from;
      return expire_page(tx, bucket, config, &next);
    };
    CO_TRY(int count, co_await store_.transact<int>(std::move(expire)));
    total += count;
    from = std::move(next);
  }
  co_return total;
}

Task<Result<int>> S3::abort_uploads(kv::Transaction& tx, std::string bucket, const LifecycleConfiguration& config) {
  ObjectStore objects(tx);
  int count = 0;
  for (const LifecycleRule& rule : config.Rules) {
    if (!rule.AbortIncompleteMultipartUpload) continue;
    auto uploads = co_await objects.uploads(bucket, "");
    for (const KeyedUpload& one : uploads) {
      Time initiated{std::chrono::milliseconds(one.record.initiated_ms)};
      if (!matches_filter(rule, one.key, 0, {})) continue;
      if (!is_due(initiated, rule.AbortIncompleteMultipartUpload->DaysAfterInitiation.value_or(1), clock_.now()))
        continue;
      co_await objects.clear_upload(bucket, one.key, one.id, {});
      ++count;
    }
  }
  co_return count;
}

namespace {

// The versions of a key that a rule's NoncurrentVersionExpiration removes. Pure. `older`: the newest first.
std::vector<std::string> expired_versions(const LifecycleRule& rule, const KeyedVersion& latest,
                                          const std::vector<VersionRecord>& older, Time now) {
  std::vector<std::string> out;
  if (!rule.NoncurrentVersionExpiration) return out;
  size_t kept = static_cast<size_t>(std::max(0, rule.NoncurrentVersionExpiration->NewerNoncurrentVersions.value_or(0)));
  int32_t days = rule.NoncurrentVersionExpiration->NoncurrentDays.value_or(1);
  for (size_t i = kept; i < older.size(); ++i) {
    // A version is noncurrent since the one after it came.
    Time since = i == 0 ? latest.record.modified() : older[i - 1].modified();
    if (is_due(since, days, now) && matches_filter(rule, latest.key, older[i].size_bytes, older[i].attributes.tags))
      out.push_back(older[i].id);
  }
  return out;
}

// One key under one rule; answers how many versions went.
Task<int> expire_key(ObjectStore& objects, std::string bucket, std::string versioning, const LifecycleRule& rule,
                     std::string key, Time now) {
  int count = 0;
  auto latest = co_await objects.latest(bucket, key);
  if (!latest) co_return count;
  bool fits = matches_filter(rule, key, latest->size_bytes, latest->attributes.tags);
  if (!latest->is_delete_marker && fits && expires(rule, latest->modified(), now)) {
    ++count;
    if (versioning.empty()) {
      co_await objects.remove_version(bucket, key, latest->id);
      co_return count;
    }
    VersionRecord marker;
    marker.is_delete_marker = true;
    marker.modified_ms = now.time_since_epoch().count();
    co_await objects.add_version(bucket, versioning, key, marker);
    latest = std::move(marker);
  }
  if (versioning.empty()) co_return count;
  auto older = co_await objects.older(bucket, key);
  std::vector<std::string> gone = expired_versions(rule, {key, *latest}, older, now);
  for (const std::string& id : gone) co_await objects.remove_version(bucket, key, id);
  count += static_cast<int>(gone.size());
  bool alone = latest->is_delete_marker && gone.size() == older.size();
  bool wanted = rule.Expiration &&
                (rule.Expiration->ExpiredObjectDeleteMarker.value_or(false) || expires(rule, latest->modified(), now));
  if (alone && wanted && matches_filter(rule, key, 0, {})) {
    co_await objects.remove_version(bucket, key, latest->id);
    ++count;
  }
  co_return count;
}

}  // namespace

Task<Result<int>> S3::expire_page(kv::Transaction& tx, std::string bucket, const LifecycleConfiguration& config,
                                  std::string* from) {
  ObjectStore objects(tx);
  auto record = co_await objects.bucket(bucket);
  int count = 0;
  std::vector<KeyedVersion> page;
  if (record) page = co_await objects.page(bucket, "", {*from}, page_size);
  for (const KeyedVersion& one : page)
    for (const LifecycleRule& rule : config.Rules) {
      int gone = co_await expire_key(objects, bucket, record->versioning, rule, one.key, clock_.now());
      count += gone;
    }
  *from = page.size() < page_size ? "" : ObjectStore::Position::after_key(bucket, page.back().key).begin;
  co_return count;
}

}  // namespace thaw::s3
