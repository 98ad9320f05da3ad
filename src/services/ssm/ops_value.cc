// Operations that show or set values; those of SecureStrings call KMS, so they hold no transaction meanwhile.
#include "base/text.h"
#include "services/ssm/rules.h"
#include "services/ssm/service.h"

namespace thaw::ssm {

namespace {

constexpr const char* kOwnKey = "alias/aws/ssm";

// Customer keys are used as the caller; AWS's own key may be used through Parameter Store by all who may read the
// parameter.
api::As as_for(const api::Request& request, const std::string& key_id) {
  if (key_id == kOwnKey) return api::As::root(request.account, request.region);
  return api::As{request.principal, request.account, request.region, {}};
}

Json encryption_context(const std::string& arn) { return Json::object({{"PARAMETER_ARN", arn}}); }

Result<> refuse_unknown(const PutParameterInput& in) {
  if (in.Policies) return fail("NotImplemented", "SSM: parameter policies are not implemented by Thaw.", 501);
  if (in.DataType && *in.DataType != "text") {
    return fail("NotImplemented", "SSM: DataType " + *in.DataType + " is not implemented by Thaw.", 501);
  }
  return {};
}

// Reads in a transaction of its own.
Task<std::optional<ParameterRecord>> load(kv::Store& store, const api::Request& request, std::string name) {
  std::unique_ptr<kv::Transaction> tx = co_await store.begin();
  SsmStore ssm(*tx, request);
  std::optional<ParameterRecord> record = co_await ssm.parameter(name);
  co_return record;
}

}  // namespace

Task<Result<std::string>> Ssm::sealed(const api::Request& request, std::string key_id, std::string arn,
                                      std::string value) {
  Json input = Json::object(
      {{"KeyId", key_id}, {"Plaintext", std::move(value)}, {"EncryptionContext", encryption_context(arn)}});
  Result<Json> answer = co_await caller_.call(as_for(request, key_id), "kms", "Encrypt", std::move(input));
  if (answer) co_return answer->get("CiphertextBlob").string_or("");
  if (answer.error().code == "NotFoundException") co_return fail("InvalidKeyId", "Invalid keyId " + key_id);
  co_return std::unexpected(answer.error());
}

Task<Result<std::string>> Ssm::value_of(const api::Request& request, const ParameterRecord& record,
                                        const VersionRecord& version, bool decrypt) {
  if (version.type != "SecureString") co_return version.value.bytes;
  if (!decrypt) co_return base64_encode(version.value.bytes);
  Json input =
      Json::object({{"CiphertextBlob", version.value.bytes}, {"EncryptionContext", encryption_context(record.arn)}});
  Result<Json> answer = co_await caller_.call(as_for(request, version.key_id), "kms", "Decrypt", std::move(input));
  if (!answer) co_return std::unexpected(answer.error());
  co_return answer->get("Plaintext").string_or("");
}

Task<Result<Parameter>> Ssm::shown(const api::Request& request, ParameterRecord record, std::string name,
                                   bool decrypt) {
  NameAndSelector wanted = split_name(name);
  CO_TRY(VersionRecord * version, select(record, wanted));
  CO_TRY(std::string value, co_await value_of(request, record, *version, decrypt));
  Parameter out;
  out.Name = record.name;
  out.Type = version->type;
  out.Value = std::move(value);
  out.Version = version->version;
  if (!wanted.selector.empty()) out.Selector = wanted.selector;
  out.LastModifiedDate = version->modified;
  out.ARN = record.arn;
  out.DataType = version->data_type;
  co_return out;
}

Task<Result<ParameterRecord>> Ssm::next_record(kv::Transaction& tx, const api::Request& request,
                                               const PutParameterInput& in) {
  SsmStore ssm(tx, request);
  std::optional<ParameterRecord> record = co_await ssm.parameter(in.Name);
  if (record && !in.Overwrite) {
    co_return fail(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
  }
  if (record && !in.Tags.empty()) {
    co_return fail(
        "ValidationException",
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please "
        "remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or "
        "RemoveTagsFromResource.");
  }
  if (!record && !in.Type) {
    co_return fail("ValidationException", "A parameter type is required when you create a parameter.");
  }
  VersionRecord version;
  if (record) {
    version = record->newest();
    ++version.version;
    version.labels.clear();
  } else {
    record.emplace();
    record->name = in.Name;
    record->arn = arn_of(request, in.Name);
  }
  version.type = in.Type.value_or(version.type);
  version.tier = tier_for(in, version.tier.empty() ? "Standard" : version.tier);
  version.data_type = "text";
  version.user = request.principal.arn;
  if (in.Description) version.description = *in.Description;
  if (in.AllowedPattern) version.allowed_pattern = *in.AllowedPattern;
  version.key_id =
      version.type == "SecureString" ? in.KeyId.value_or(version.key_id.empty() ? kOwnKey : version.key_id) : "";
  version.value.bytes = in.Value;
  version.modified = request.now();
  CO_CHECK_OK(check_value(in, version.type, version.tier));
  CO_TRY(record->tags, with_tags(std::move(record->tags), in.Tags));
  CO_CHECK_OK(add_version(*record, std::move(version)));
  co_return std::move(*record);
}

Task<Result<PutParameterOutput>> Ssm::put(api::Request& request, const PutParameterInput& in) {
  CO_CHECK_OK(check_new_name(in.Name));
  CO_CHECK_OK(refuse_unknown(in));
  // What would be written, to know the key; it is decided again in the transaction that writes.
  std::unique_ptr<kv::Transaction> look = co_await store_.begin();
  CO_TRY(ParameterRecord expected, co_await next_record(*look, request, in));
  look.reset();
  std::string ciphertext;
  std::string key_id = expected.newest().key_id;
  if (!key_id.empty()) {
    CO_TRY(ciphertext, co_await sealed(request, key_id, expected.arn, in.Value));
  }
  Result<PutParameterOutput> out =
      co_await store_.transact<PutParameterOutput>([&](kv::Transaction& tx) -> Task<Result<PutParameterOutput>> {
        CO_TRY(ParameterRecord record, co_await next_record(tx, request, in));
        VersionRecord& version = record.versions.back();
        if (version.key_id != key_id)
          co_return fail("TooManyUpdates", "There are concurrent updates for this parameter.");
        if (!key_id.empty()) version.value.bytes = ciphertext;
        SsmStore(tx, request).put(record);
        co_return PutParameterOutput{version.version, version.tier};
      });
  co_return out;
}

Task<Result<GetParameterOutput>> Ssm::get(api::Request& request, const GetParameterInput& in) {
  std::optional<ParameterRecord> record = co_await load(store_, request, split_name(in.Name).name);
  if (!record) co_return fail(no_such_parameter(in.Name));
  CO_TRY(Parameter parameter, co_await shown(request, std::move(*record), in.Name, in.WithDecryption));
  co_return GetParameterOutput{std::move(parameter)};
}

Task<Result<GetParametersOutput>> Ssm::get_many(api::Request& request, const GetParametersInput& in) {
  GetParametersOutput out;
  for (const std::string& name : in.Names) {
    std::optional<ParameterRecord> record = co_await load(store_, request, split_name(name).name);
    if (!record) {
      out.InvalidParameters.push_back(name);
      continue;
    }
    Result<Parameter> parameter = co_await shown(request, std::move(*record), name, in.WithDecryption);
    if (parameter)
      out.Parameters.push_back(std::move(*parameter));
    else if (parameter.error().code == "ParameterVersionNotFound")
      out.InvalidParameters.push_back(name);
    else
      co_return std::unexpected(parameter.error());
  }
  co_return out;
}

Task<Result<GetByPathOutput>> Ssm::get_by_path(api::Request& request, const GetByPathInput& in) {
  CO_CHECK_OK(check_path(in.Path));
  for (const StringFilter& filter : in.ParameterFilters) CO_CHECK_OK(check_filter(filter, true));
  std::string after;
  if (in.NextToken) {
    auto decoded = base64_decode(*in.NextToken);
    if (!decoded) co_return fail("InvalidNextToken", "The specified token is not valid.");
    after = *decoded;
  }
  std::string prefix = in.Path.ends_with('/') ? in.Path : in.Path + '/';
  std::unique_ptr<kv::Transaction> tx = co_await store_.begin();
  SsmStore ssm(*tx, request);
  std::vector<ParameterRecord> all = co_await ssm.beginning_with(prefix, after);
  tx.reset();
  GetByPathOutput out;
  for (ParameterRecord& record : all) {
    if (!in.Recursive && record.name.find('/', prefix.size()) != std::string::npos) continue;
    bool wanted = true;
    for (const StringFilter& filter : in.ParameterFilters) {
      CO_TRY(bool one, matches(record, filter));
      wanted = wanted && one;
    }
    if (!wanted) continue;
    if (out.Parameters.size() == static_cast<size_t>(in.MaxResults)) {
      out.NextToken = base64_encode(out.Parameters.back().Name);
      break;
    }
    std::string name = record.name;
    CO_TRY(Parameter parameter, co_await shown(request, std::move(record), name, in.WithDecryption));
    out.Parameters.push_back(std::move(parameter));
  }
  co_return out;
}

Task<Result<HistoryOutput>> Ssm::history(api::Request& request, const HistoryInput& in) {
  std::optional<ParameterRecord> record = co_await load(store_, request, split_name(in.Name).name);
  if (!record) co_return fail(no_such_parameter(in.Name));
  size_t at = 0;
  if (in.NextToken) {
    auto decoded = base64_decode(*in.NextToken);
    while (decoded && at < record->versions.size() && std::to_string(record->versions[at].version) != *decoded) ++at;
    if (!decoded || at == record->versions.size())
      co_return fail("InvalidNextToken", "The specified token is not valid.");
  }
  HistoryOutput out;
  for (; at < record->versions.size(); ++at) {
    const VersionRecord& version = record->versions[at];
    if (out.Parameters.size() == static_cast<size_t>(in.MaxResults)) {
      out.NextToken = base64_encode(std::to_string(version.version));
      break;
    }
    HistoryEntry entry;
    CO_TRY(entry.Value, co_await value_of(request, *record, version, in.WithDecryption));
    entry.Name = record->name;
    entry.Type = version.type;
    if (!version.key_id.empty()) entry.KeyId = version.key_id;
    entry.LastModifiedDate = version.modified;
    entry.LastModifiedUser = version.user;
    if (!version.description.empty()) entry.Description = version.description;
    if (!version.allowed_pattern.empty()) entry.AllowedPattern = version.allowed_pattern;
    entry.Version = version.version;
    entry.Labels = version.labels;
    entry.Tier = version.tier;
    entry.DataType = version.data_type;
    out.Parameters.push_back(std::move(entry));
  }
  co_return out;
}

}  // namespace thaw::ssm
