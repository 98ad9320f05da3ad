#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "services/lambda/service.h"

namespace thaw::lambda {
namespace {

std::unexpected<Error> layer_not_found() {
  return fail(Error{"ResourceNotFoundException", "The resource you requested does not exist.", 404,
                    Json::object({{"Type", "User"}})});
}

bool lists(const Texts& values, const Text& wanted) {
  return !wanted || (values && std::ranges::find(*values, *wanted) != values->end());
}

LayerVersionOutput shown(const LayerVersionRecord& record, std::string location) {
  LayerVersionOutput out;
  static_cast<LayerVersion&>(out) = record.version;
  out.LayerArn = record.version.LayerVersionArn.substr(0, record.version.LayerVersionArn.rfind(':'));
  out.Content = {std::move(location), record.code_sha256, record.code_size};
  return out;
}

}  // namespace

Task<Result<LayerVersionOutput>> Lambda::publish_layer_version(Request& request, const PublishLayerVersionInput& in) {
  std::string name = layer_name_of(in.LayerName);
  api::As caller{request.principal, request.account, request.region};
  CO_TRY(Package package, co_await receive(caller, in.Content.ZipFile, in.Content.S3Bucket, in.Content.S3Key,
                                           in.Content.S3ObjectVersion));
  auto published =
      co_await d_.store.transact<LayerVersionRecord>([&](kv::Transaction& tx) -> Task<Result<LayerVersionRecord>> {
        LambdaStore store(tx, request.account, request.region);
        auto layer = co_await store.layer(name);
        LayerRecord head = layer.value_or(LayerRecord{});
        LayerVersionRecord record;
        LayerVersion& v = record.version;
        v.Version = ++head.last_version;
        v.LayerVersionArn = layer_arn(request.account, request.region, name) + ":" + std::to_string(v.Version);
        v.Description = in.Description.value_or("");
        v.CreatedDate = last_modified(request.now());
        v.CompatibleRuntimes = in.CompatibleRuntimes;
        v.CompatibleArchitectures = in.CompatibleArchitectures;
        v.LicenseInfo = in.LicenseInfo;
        record.code_blob = package.blob;
        record.code_sha256 = package.sha256_base64;
        record.code_size = package.size_bytes;
        record.unzipped_bytes = package.unzipped_bytes;
        store.put_layer(name, head);
        store.put_layer_version(name, record);
        co_return record;
      });
  if (!published) co_return std::unexpected(published.error());
  co_return shown(*published, location(request, published->code_blob));
}

Task<Result<LayerVersionOutput>> Lambda::get_layer_version(Request& request, const LayerVersionInput& in) {
  auto record = co_await store_of(request).layer_version(layer_name_of(in.LayerName), in.VersionNumber);
  if (!record) co_return layer_not_found();
  co_return shown(*record, location(request, record->code_blob));
}

Task<Result<LayerVersionOutput>> Lambda::get_layer_version_by_arn(Request& request, const LayerArnInput& in) {
  auto ref = parse_layer_version(in.Arn);
  if (!ref || ref->account != request.account.str() || ref->region != request.region.str()) co_return layer_not_found();
  auto record = co_await store_of(request).layer_version(ref->name, ref->version);
  if (!record) co_return layer_not_found();
  co_return shown(*record, location(request, record->code_blob));
}

Task<Result<api::Nothing>> Lambda::delete_layer_version(Request& request, const LayerVersionInput& in) {
  // Deleting what is not there succeeds, as on AWS.
  store_of(request).clear_layer_version(layer_name_of(in.LayerName), in.VersionNumber);
  co_return api::Nothing{};
}

Task<Result<ListLayersOutput>> Lambda::list_layers(Request& request, const ListLayersInput& in) {
  LambdaStore store = store_of(request);
  size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  ListLayersOutput out;
  auto names = co_await store.layers();
  for (const std::string& name : names) {
    if (in.Marker && name <= *in.Marker) continue;
    auto versions = co_await store.layer_versions(name);
    auto matching = std::find_if(versions.rbegin(), versions.rend(), [&](const LayerVersionRecord& r) {
      return lists(r.version.CompatibleRuntimes, in.CompatibleRuntime) &&
             lists(r.version.CompatibleArchitectures, in.CompatibleArchitecture);
    });
    if (matching == versions.rend()) continue;
    if (out.Layers.size() == limit) {
      out.NextMarker = out.Layers.back().LayerName;
      break;
    }
    out.Layers.push_back({name, layer_arn(request.account, request.region, name), matching->version});
  }
  co_return out;
}

Task<Result<ListLayerVersionsOutput>> Lambda::list_layer_versions(Request& request, const ListLayerVersionsInput& in) {
  auto versions = co_await store_of(request).layer_versions(layer_name_of(in.LayerName));
  size_t limit = static_cast<size_t>(in.MaxItems.value_or(50));
  int64_t before = std::numeric_limits<int64_t>::max();
  if (in.Marker) std::from_chars(in.Marker->data(), in.Marker->data() + in.Marker->size(), before);
  ListLayerVersionsOutput out;
  for (auto record = versions.rbegin(); record != versions.rend(); ++record) {
    const LayerVersion& v = record->version;
    if (v.Version >= before || !lists(v.CompatibleRuntimes, in.CompatibleRuntime) ||
        !lists(v.CompatibleArchitectures, in.CompatibleArchitecture))
      continue;
    if (out.LayerVersions.size() == limit) {
      out.NextMarker = std::to_string(out.LayerVersions.back().Version);
      break;
    }
    out.LayerVersions.push_back(v);
  }
  co_return out;
}

// ---- permissions ----

Task<Result<AddLayerPermissionOutput>> Lambda::add_layer_permission(Request& request,
                                                                    const AddLayerPermissionInput& in) {
  LambdaStore store = store_of(request);
  std::string name = layer_name_of(in.LayerName);
  auto record = co_await store.layer_version(name, in.VersionNumber);
  if (!record) co_return layer_not_found();
  CO_CHECK_OK(check_revision(in.RevisionId, record->policy_revision));
  for (const Statement& s : record->policy)
    if (s.id == in.StatementId)
      co_return fail(Error{"ResourceConflictException",
                           "The statement id (" + in.StatementId +
                               ") provided already exists. Please provide a new statement id, or "
                               "remove the existing statement.",
                           409, Json::object({{"Type", "User"}})});
  std::string principal = AccountId::parse(in.Principal) ? "arn:aws:iam::" + in.Principal + ":root" : in.Principal;
  Json body = Json::object({{"Sid", in.StatementId},
                            {"Effect", "Allow"},
                            {"Principal", principal == "*" ? Json("*") : Json::object({{"AWS", principal}})},
                            {"Action", in.Action},
                            {"Resource", record->version.LayerVersionArn}});
  if (in.OrganizationId)
    body.set("Condition", Json::object({{"StringEquals", Json::object({{"aws:PrincipalOrgID", *in.OrganizationId}})}}));
  record->policy.push_back({"", in.StatementId, body});
  record->policy_revision = random_uuid();
  store.put_layer_version(name, *record);
  co_return AddLayerPermissionOutput{body.dump(), record->policy_revision};
}

Task<Result<api::Nothing>> Lambda::remove_layer_permission(Request& request, const RemoveLayerPermissionInput& in) {
  LambdaStore store = store_of(request);
  std::string name = layer_name_of(in.LayerName);
  auto record = co_await store.layer_version(name, in.VersionNumber);
  if (!record) co_return layer_not_found();
  CO_CHECK_OK(check_revision(in.RevisionId, record->policy_revision));
  if (!std::erase_if(record->policy, [&](const Statement& s) { return s.id == in.StatementId; }))
    co_return fail(Error{"ResourceNotFoundException",
                         "Statement " + in.StatementId + " is not found in resource policy.", 404,
                         Json::object({{"Type", "User"}})});
  record->policy_revision = random_uuid();
  store.put_layer_version(name, *record);
  co_return api::Nothing{};
}

Task<Result<GetPolicyOutput>> Lambda::get_layer_policy(Request& request, const LayerVersionInput& in) {
  auto record = co_await store_of(request).layer_version(layer_name_of(in.LayerName), in.VersionNumber);
  if (!record) co_return layer_not_found();
  Json policy = render_policy(record->policy, "");
  if (policy.is_null())
    co_return fail(Error{"ResourceNotFoundException", "No policy is associated with the given resource.", 404,
                         Json::object({{"Type", "User"}})});
  co_return GetPolicyOutput{policy.dump(), record->policy_revision};
}

}  // namespace thaw::lambda
