// Parameter Store.
#pragma once

#include <memory>
#include <vector>

#include "api/caller.h"
#include "api/service.h"
#include "services/ssm/api.h"
#include "services/ssm/store.h"

namespace thaw::ssm {

class Ssm final : public api::Service {
 public:
  // `store` outlives the service. `caller` reaches KMS, for SecureString.
  Ssm(kv::Store& store, api::Caller caller) : store_(store), caller_(caller) {}

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  template <class T>
  using Answer = Task<Result<T>>;

  // ops_value.cc
  Answer<PutParameterOutput> put(api::Request& request, const PutParameterInput& in);
  Answer<GetParameterOutput> get(api::Request& request, const GetParameterInput& in);
  Answer<GetParametersOutput> get_many(api::Request& request, const GetParametersInput& in);
  Answer<GetByPathOutput> get_by_path(api::Request& request, const GetByPathInput& in);
  Answer<HistoryOutput> history(api::Request& request, const HistoryInput& in);
  // ops_record.cc
  Answer<api::Nothing> erase(api::Request& request, const NameInput& in);
  Answer<DeleteParametersOutput> erase_many(api::Request& request, const NamesInput& in);
  Answer<DescribeOutput> describe(api::Request& request, const DescribeInput& in);
  Answer<LabelOutput> label(api::Request& request, const LabelInput& in);
  Answer<UnlabelOutput> unlabel(api::Request& request, const UnlabelInput& in);
  Answer<api::Nothing> add_tags(api::Request& request, const AddTagsInput& in);
  Answer<api::Nothing> remove_tags(api::Request& request, const RemoveTagsInput& in);
  Answer<ListTagsOutput> list_tags(api::Request& request, const ListTagsInput& in);

  // The value as it is shown. SecureStrings are decrypted by KMS when asked for, else shown as ciphertext.
  Task<Result<std::string>> value_of(const api::Request& request, const ParameterRecord& record,
                                     const VersionRecord& version, bool decrypt);
  Task<Result<Parameter>> shown(const api::Request& request, ParameterRecord record, std::string name, bool decrypt);
  Task<Result<std::string>> sealed(const api::Request& request, std::string key_id, std::string arn, std::string value);
  // Whether the transaction holds the record that `in` may go on; the new record.
  static Task<Result<ParameterRecord>> next_record(kv::Transaction& tx, const api::Request& request,
                                                   const PutParameterInput& in);

  kv::Store& store_;
  api::Caller caller_;
};

}  // namespace thaw::ssm
