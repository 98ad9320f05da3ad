// AWS Lambda: functions, versions, aliases, layers, permissions and invocation.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "api/caller.h"
#include "api/service.h"
#include "blob/blob_store.h"
#include "env/environment.h"
#include "kv/store.h"
#include "services/lambda/api.h"
#include "services/lambda/api_async.h"
#include "services/lambda/api_mappings.h"
#include "services/lambda/api_usage.h"
#include "services/lambda/async_event.h"
#include "services/lambda/code_cache.h"
#include "services/lambda/control_store.h"
#include "services/lambda/hot_code.h"
#include "services/lambda/log_writer.h"
#include "services/lambda/metering.h"
#include "services/lambda/names.h"
#include "services/lambda/sqs_pollers.h"
#include "services/lambda/store.h"
#include "services/lambda/throttle.h"
#include "services/lambda/url_event.h"
#include "work/scheduler.h"

namespace thaw::lambda {

// Who asks for a function's URL, and may they? As Door::admit() answers, for signatures of the service "lambda".
struct UrlAdmission {
  api::Permission permission;
  Json policy;  // of the function, or null
  bool signature_required = true;
};
using Admit = std::function<Task<Result<api::Principal>>(net::HttpRequest&, std::string body, UrlAdmission)>;

struct Dependencies {
  kv::Store& store;
  Clock& clock;
  api::Caller caller;      // to sts, iam, s3, logs, and what destinations are
  blob::BlobStore& blobs;  // Lambda's own
  env::Environments& environments;
  // Resolves when environments can run; starts them at the first call. Its error is what an invocation answers.
  std::function<Ready<Result<>>()> environments_ready;
  LogWriter& logs;
  std::string code_directory;  // where packages are unpacked
  HotOptions hot;              // which folders may be run in place
  Admit admit = {};
};

class Lambda final : public api::Service {
 public:
  explicit Lambda(Dependencies dependencies);

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;
  void start() override;
  // Takes no more events from the queues: what ends now ends because this process does. Before the environments go.
  void quiesce();
  Task<void> stop() override;
  // Under which authority ("localhost:4566") URLs of functions are answered; the request's own until it is told.
  void listens_at(std::string authority);
  // Downloads of code and layers (the Location of GetFunction and GetLayerVersion), and function URLs.
  bool serves(const net::HttpRequest& request) const override;
  Task<net::HttpResponse> serve(net::HttpRequest& request) override;

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;

  // ---- operations, by file ----
  Answer<FunctionConfiguration> create_function(Request& request, const CreateFunctionInput& in);
  Answer<FunctionConfiguration> update_function_code(Request& request, const UpdateFunctionCodeInput& in);
  Answer<FunctionConfiguration> update_function_configuration(Request& request,
                                                              const UpdateFunctionConfigurationInput& in);
  Answer<> delete_function(Request& request, const FunctionInput& in);
  Answer<GetFunctionOutput> get_function(Request& request, const FunctionInput& in);
  Answer<FunctionConfiguration> get_function_configuration(Request& request, const FunctionInput& in);
  Answer<ListFunctionsOutput> list_functions(Request& request, const ListFunctionsInput& in);
  Answer<GetAccountSettingsOutput> get_account_settings(Request& request, const api::Nothing& in);
  Answer<Concurrency> put_function_concurrency(Request& request, const PutFunctionConcurrencyInput& in);
  Answer<Concurrency> get_function_concurrency(Request& request, const FunctionInput& in);
  Answer<> delete_function_concurrency(Request& request, const FunctionInput& in);

  Answer<FunctionConfiguration> publish_version(Request& request, const PublishVersionInput& in);
  Answer<ListVersionsOutput> list_versions(Request& request, const ListVersionsInput& in);
  Answer<AliasConfiguration> create_alias(Request& request, const CreateAliasInput& in);
  Answer<AliasConfiguration> get_alias(Request& request, const AliasInput& in);
  Answer<AliasConfiguration> update_alias(Request& request, const UpdateAliasInput& in);
  Answer<> delete_alias(Request& request, const AliasInput& in);
  Answer<ListAliasesOutput> list_aliases(Request& request, const ListAliasesInput& in);

  Answer<AddPermissionOutput> add_permission(Request& request, const AddPermissionInput& in);
  Answer<> remove_permission(Request& request, const RemovePermissionInput& in);
  Answer<GetPolicyOutput> get_policy(Request& request, const FunctionInput& in);
  Answer<> tag_resource(Request& request, const TagResourceInput& in);
  Answer<> untag_resource(Request& request, const UntagResourceInput& in);
  Answer<ListTagsOutput> list_tags(Request& request, const ListTagsInput& in);

  Answer<LayerVersionOutput> publish_layer_version(Request& request, const PublishLayerVersionInput& in);
  Answer<LayerVersionOutput> get_layer_version(Request& request, const LayerVersionInput& in);
  Answer<LayerVersionOutput> get_layer_version_by_arn(Request& request, const LayerArnInput& in);
  Answer<> delete_layer_version(Request& request, const LayerVersionInput& in);
  Answer<ListLayersOutput> list_layers(Request& request, const ListLayersInput& in);
  Answer<ListLayerVersionsOutput> list_layer_versions(Request& request, const ListLayerVersionsInput& in);
  Answer<AddLayerPermissionOutput> add_layer_permission(Request& request, const AddLayerPermissionInput& in);
  Answer<> remove_layer_permission(Request& request, const RemoveLayerPermissionInput& in);
  Answer<GetPolicyOutput> get_layer_policy(Request& request, const LayerVersionInput& in);

  Answer<InvokeOutput> invoke(Request& request, const InvokeInput& in);
  Answer<GetUsageOutput> get_usage(Request& request, const GetUsageInput& in);
  Answer<Json> invoke_policy(Request& request, const Json& input);

  // ---- shared ----
  struct Package {  // a deployment package on its way into a version
    std::string blob;
    std::string hot_folder;  // instead of a blob
    std::string sha256_base64;
    int64_t size_bytes = 0, unzipped_bytes = 0;
  };
  // What a qualifier of a function leads to.
  struct Target {
    std::shared_ptr<const env::FunctionSpec> spec;
    std::string version;
    std::optional<std::string> second_version;  // an alias with weights: this one, for `second_weight` of invocations
    double second_weight = 0;
    std::optional<int32_t> reserved_concurrency;
    bool stops_loops = true;
    Json policy;
  };

  // operations_control.cc
  void add_url_operations(std::vector<api::Operation>& out);
  Answer<UrlConfig> create_url(Request& request, const CreateUrlInput& in);
  Answer<UrlConfig> update_url(Request& request, const UpdateUrlInput& in);
  Answer<UrlConfig> get_url(Request& request, const UrlInput& in);
  Answer<> delete_url(Request& request, const UrlInput& in);
  Answer<ListUrlsOutput> list_urls(Request& request, const ListByFunctionInput& in);

  Answer<ProvisionedConfig> put_provisioned(Request& request, const PutProvisionedInput& in);
  Answer<ProvisionedConfig> get_provisioned(Request& request, const ProvisionedInput& in);
  Answer<> delete_provisioned(Request& request, const ProvisionedInput& in);
  Answer<ListProvisionedOutput> list_provisioned(Request& request, const ListByFunctionInput& in);
  void add_signing_operations(std::vector<api::Operation>& out);
  Answer<CodeSigningOutput> create_code_signing(Request& request, const CreateCodeSigningInput& in);
  Answer<CodeSigningOutput> update_code_signing(Request& request, const UpdateCodeSigningInput& in);
  Answer<CodeSigningOutput> get_code_signing(Request& request, const CodeSigningInput& in);
  Answer<> delete_code_signing(Request& request, const CodeSigningInput& in);
  Answer<ListCodeSigningOutput> list_code_signing(Request& request, const ListCodeSigningInput& in);
  Answer<ListByCodeSigningOutput> list_by_code_signing(Request& request, const ListByCodeSigningInput& in);
  Answer<FunctionCodeSigning> put_function_code_signing(Request& request, const PutFunctionCodeSigningInput& in);
  Answer<FunctionCodeSigning> get_function_code_signing(Request& request, const UnqualifiedInput& in);
  Answer<> delete_function_code_signing(Request& request, const UnqualifiedInput& in);
  Answer<RuntimeManagement> put_runtime_management(Request& request, const PutRuntimeManagementInput& in);
  Answer<RuntimeManagement> get_runtime_management(Request& request, const FunctionInput& in);
  // Errors when the configuration (of the function, or `arn`) wants signed code: none is.
  Task<Result<void>> check_signature(kv::Transaction& tx, Request& request, std::string name, std::string arn);
  Task<Result<void>> check_signature_of(kv::Transaction& tx, Request& request, std::string name);

  // ---- provisioned concurrency: ops_provisioned.cc ----
  // Brings a function's environments in line with its configurations, in the background.
  void provision_soon(const AccountId& account, const Region& region, const std::string& name);
  Task<Result<void>> provision(AccountId account, Region region, std::string name);
  Task<int64_t> taken_elsewhere(Request& request, std::string name);
  ProvisionedConfig shown_provisioned(const std::string& arn, const ProvisionedRecord& record,
                                      const std::optional<VersionRecord>& version) const;
  Task<int> reserved_by_all(Request& request);
  Task<Result<Throttle::Ticket>> admit_invocation(Request& request, const Target& target);

  // ---- function URLs: url_serve.cc ----
  struct Url {
    AccountId account;
    Region region;
    std::string name;  // of the function
    UrlRecord record;
  };
  static bool serves_url(const net::HttpRequest& request);
  Task<net::HttpResponse> serve_url(net::HttpRequest& http);
  Task<net::HttpResponse> invoke_url(net::HttpRequest& http, const Url& url, UrlRequest& in);
  Task<std::shared_ptr<const Url>> find_url(std::string id);
  void forget_url(const std::string& id);
  UrlConfig shown_url(const Request& request, const std::string& name, const UrlRecord& record) const;

  // Takes up provisioned concurrency again.
  void resume_provisioned();

  std::vector<api::Operation> async_operations();
  Answer<InvokeAsyncOutput> invoke_async(Request& request, const InvokeAsyncInput& in);
  Answer<FunctionEventInvokeConfig> put_event_invoke_config(Request& request, const EventInvokeConfigInput& in);
  Answer<FunctionEventInvokeConfig> update_event_invoke_config(Request& request, const EventInvokeConfigInput& in);
  Answer<FunctionEventInvokeConfig> get_event_invoke_config(Request& request, const EventInvokeConfigKey& in);
  Answer<> delete_event_invoke_config(Request& request, const EventInvokeConfigKey& in);
  Answer<ListEventInvokeConfigsOutput> list_event_invoke_configs(Request& request,
                                                                 const ListEventInvokeConfigsInput& in);
  Answer<RecursionConfig> put_recursion_config(Request& request, const PutRecursionConfigInput& in);
  Answer<RecursionConfig> get_recursion_config(Request& request, const GetRecursionConfigInput& in);

  // ---- asynchronous invocation ----
  // What an event's treatment needs to know of its function, now.
  struct EventSettings {
    std::string function_arn;  // qualified
    std::string role;
    int retries_max = 2;
    int64_t age_ms_max = event_age_ms_max;
    Text on_success, on_failure, dead_letter;
    std::optional<int32_t> reserved_concurrency;
  };
  struct EventQueue {
    size_t concurrency = 0;  // 0: not opened
    bool is_marked = false;  // the store knows that there is one
  };
  Answer<InvokeOutput> accept_event(Request& request, FunctionRef ref, const InvokeInput& in);
  // Answers the queue's name.
  std::string open_event_queue(const AccountId& account, const Region& region, const std::string& name,
                               std::optional<int32_t> reserved);
  Task<void> open_event_queues();
  // Nothing when the function, or what the qualifier names, is gone.
  Task<Result<std::optional<EventSettings>>> event_settings(Request& request, FunctionRef ref);
  Task<Result<work::Outcome>> run_event(work::Job job);
  work::Outcome try_event_again(AsyncEvent event, std::string queue, Millis delay);
  work::Outcome end_event(const AsyncEvent& event, const EventSettings& settings, const std::string& condition,
                          int invoke_count, std::optional<InvokeOutput> answer, std::optional<Error> error);
  Task<Result<work::Outcome>> deliver(work::Job job);
  Answer<FunctionEventInvokeConfig> store_event_invoke_config(Request& request, const EventInvokeConfigInput& in,
                                                              bool update);
  Task<Result<void>> check_destination(Request& request, FunctionRef ref, Text destination, bool on_success);
  // `role`: the one that the function gets; nothing: the one that it has.
  Task<Result<void>> check_dead_letter(Request& request, std::string name, Text role,
                                       std::optional<DeadLetterConfig> config);
  // Error: NotImplemented, when Thaw has no such service.
  Task<Result<void>> check_service(const Request& request, std::string service);

  // ---- event source mappings ----
  std::vector<api::Operation> mapping_operations();
  Answer<MappingConfiguration> create_mapping(Request& request, const CreateMappingInput& in);
  Answer<MappingConfiguration> update_mapping(Request& request, const UpdateMappingInput& in);
  Answer<MappingConfiguration> get_mapping(Request& request, const MappingKey& in);
  Answer<MappingConfiguration> delete_mapping(Request& request, const MappingKey& in);
  Answer<ListMappingsOutput> list_mappings(Request& request, const ListMappingsInput& in);
  SqsPollers::Host poller_host();
  Task<void> open_mappings();
  // Whether the queue and the function go together, and the role may read the queue.
  Task<Result<void>> check_source(Request& request, MappingRecord record);
  Task<Result<bool>> role_may(const Request& request, std::string role, std::string action, std::string resource);

  Task<Result<Package>> receive(api::As as, std::optional<api::Blob> zip, Text bucket, Text key, Text object_version);
  Task<Result<Package>> receive_folder(std::string folder);
  // What a version that is published now has as its code, when $LATEST is a folder.
  Task<Result<std::optional<Package>>> snapshot(std::string hot_folder);
  // The spec that an invocation runs: of a hot function, one of what its folder holds now.
  Task<Result<std::shared_ptr<const env::FunctionSpec>>> with_present_code(
      std::shared_ptr<const env::FunctionSpec> spec);
  Task<Result<void>> check_role(Request& request, std::string role);
  Task<Result<std::vector<LayerReference>>> find_layers(Request& request, std::vector<std::string> arns);
  Task<Result<VersionRecord>> find_version(LambdaStore store, Request& request, FunctionRef ref);
  Task<Result<FunctionConfiguration>> publish(LambdaStore store, std::string name, Text description, int64_t now_ms,
                                              std::optional<Package> snapshot);
  Task<Result<std::shared_ptr<const Target>>> find_target(Request& request, FunctionRef ref);
  Task<Result<std::shared_ptr<const env::FunctionSpec>>> make_spec(Request& request, VersionRecord record);
  // Nothing that was resolved of the function is used again; environments of its old code end.
  void forget(const AccountId& account, const Region& region, const std::string& name);
  std::string location(const Request& request, const std::string& blob) const;
  LambdaStore store_of(Request& request) { return LambdaStore(request.tx(), request.account, request.region); }

  Dependencies d_;
  CodeCache code_;
  Metering meter_;
  HotCode hot_;
  std::map<std::string, std::string> hot_keys_;  // a hot spec's key -> the key with the folder's present state
  std::map<std::string, std::shared_ptr<const Target>> targets_;           // by qualified ARN
  std::map<std::string, std::shared_ptr<const env::FunctionSpec>> specs_;  // by key
  uint64_t generation_ = 0;                                                // grows with every forget()
  std::map<std::string, std::shared_ptr<const Url>> urls_;                 // by id
  Throttle throttle_;
  std::map<std::string, int> reserved_totals_;  // by account and region; dropped when a function changes
  std::map<std::string, std::map<std::string, int>> provisioned_;  // function ARN -> spec key -> environments kept
  std::map<std::string, bool> provisioning_;                       // functions being provisioned; true: once more
  std::map<std::string, std::string> provision_failures_;          // by function ARN
  std::string endpoint_;                                           // "localhost:4566"
  std::string download_key_;                                       // signs download locations of this run
  std::unique_ptr<work::Scheduler> scheduler_;
  SqsPollers pollers_;
  std::map<std::string, EventQueue> event_queues_;  // by the name of the queue
  bool stopping_ = false;
  Completion<Unit> stopped_;
};

// ---- pure parts, shared by the operations' files ----

// The ARN that a request names, with its qualifier and without.
std::string arn_of(const api::Request& request, const Json& input);
std::string arn_of_function(const api::Request& request, const Json& input);
// The principal that a role's session has, for work done in a function's name.
api::As as_role(const std::string& role, const std::string& session, const AccountId& account, const Region& region);

// Applies settings to a configuration. Errors in AWS's words; NotImplemented for what Thaw does not have.
Result<void> apply_settings(const Settings& settings, FunctionConfiguration& configuration);
std::string last_modified(Time time);  // 2026-11-24T11:18:32.123+0000
Result<void> check_revision(const Text& wanted, const std::string& actual);
std::unexpected<Error> refused(std::string_view what);  // NotImplemented, naming the part of Lambda
Json render_policy(const std::vector<Statement>& statements, const std::string& qualifier);

}  // namespace thaw::lambda
