// What Lambda keeps, and where. The only files that spell keys are this and store.cc.
//
//   lambda function  ACCOUNT REGION NAME            -> FunctionRecord: what belongs to all versions
//   lambda version   ACCOUNT REGION NAME VERSION    -> VersionRecord ("$LATEST", or a number padded so that it sorts)
//   lambda alias     ACCOUNT REGION NAME ALIAS      -> AliasRecord
//   lambda event-invoke ACCOUNT REGION NAME QUALIFIER -> EventInvokeRecord
//   lambda event-queue  ACCOUNT REGION NAME         -> "": events of this function have been queued (their jobs: work/)
//   lambda mapping   ACCOUNT REGION UUID            -> MappingRecord: an event source mapping
//   lambda layer     ACCOUNT REGION NAME            -> LayerRecord: the last version's number
//   lambda layer-version ACCOUNT REGION NAME NUMBER -> LayerVersionRecord
#pragma once

#include "api/record.h"
#include "base/arn.h"
#include "kv/store.h"
#include "services/lambda/api.h"

namespace thaw::lambda {

struct Statement {  // of a resource policy, as rendered
  std::string qualifier;
  std::string id;
  Json body;
  static void describe(api::Fields& f);
};

struct FunctionRecord {
  int64_t last_version = 0;
  Tags tags;
  std::vector<Statement> policy;
  std::string policy_revision;
  std::optional<int32_t> reserved_concurrency;
  Text recursive_loop;  // "Allow"; "Terminate" unless set
  static void describe(api::Fields& f);
};

struct VersionRecord {
  FunctionConfiguration configuration;
  std::string code_blob;       // id of the zip; empty for a hot one
  int64_t unzipped_bytes = 0;  // of the code
  std::string hot_folder;      // the code is this folder of the server's machine: $LATEST only
  static void describe(api::Fields& f);
};

struct AliasRecord {
  AliasConfiguration configuration;
  static void describe(api::Fields& f);
};

struct EventInvokeRecord {
  std::string qualifier;  // "$LATEST", a version or an alias
  int64_t modified_ms = 0;
  std::optional<int32_t> retries_max, age_s_max;
  Text on_success, on_failure;
  static void describe(api::Fields& f);
};

struct MappingRecord {
  std::string uuid, account, region;
  std::string function, qualifier;
  std::string source_arn;
  int32_t batch_size = 10, window_s = 0;
  std::vector<std::string> filters;  // patterns
  bool reports_failures = false;
  std::optional<int32_t> concurrency_max;
  bool enabled = true;
  int64_t modified_ms = 0;
  Tags tags;
  static void describe(api::Fields& f);
};

struct LayerRecord {
  int64_t last_version = 0;
  static void describe(api::Fields& f);
};

struct LayerVersionRecord {
  LayerVersion version;
  std::string code_blob, code_sha256;
  int64_t code_size = 0, unzipped_bytes = 0;
  std::vector<Statement> policy;
  std::string policy_revision;
  static void describe(api::Fields& f);
};

class LambdaStore {
 public:
  LambdaStore(kv::Transaction& tx, const AccountId& account, const Region& region)
      : tx_(tx), account_(account.str()), region_(region.str()) {}

  Task<std::optional<FunctionRecord>> function(std::string name);
  void put_function(const std::string& name, const FunctionRecord& record);
  // Removes the function with its versions and aliases.
  void clear_function(const std::string& name);

  Task<std::optional<VersionRecord>> version(std::string name, std::string version);
  void put_version(const std::string& name, const VersionRecord& record);
  void clear_version(const std::string& name, const std::string& version);
  // "$LATEST" first, then the published ones in the order of their numbers.
  Task<std::vector<VersionRecord>> versions(std::string name);
  // One version of every function (its $LATEST), by name, after `after`; 0: no limit.
  Task<std::vector<VersionRecord>> latest(std::string after, size_t limit);

  Task<std::optional<AliasRecord>> alias(std::string name, std::string alias);
  void put_alias(const std::string& name, const AliasRecord& record);
  void clear_alias(const std::string& name, const std::string& alias);
  Task<std::vector<AliasRecord>> aliases(std::string name);

  Task<std::optional<EventInvokeRecord>> event_invoke(std::string name, std::string qualifier);
  void put_event_invoke(const std::string& name, const EventInvokeRecord& record);
  void clear_event_invoke(const std::string& name, const std::string& qualifier);
  Task<std::vector<EventInvokeRecord>> event_invokes(std::string name);
  void mark_event_queue(const std::string& name);
  // Of all accounts and regions.
  struct EventQueueOwner {
    std::string account, region, name;
  };
  static Task<std::vector<EventQueueOwner>> event_queues(kv::Transaction& tx);

  Task<std::optional<MappingRecord>> mapping(std::string uuid);
  void put_mapping(const MappingRecord& record);
  void clear_mapping(const std::string& uuid);
  Task<std::vector<MappingRecord>> mappings();
  // Of all accounts and regions.
  static Task<std::vector<MappingRecord>> all_mappings(kv::Transaction& tx);

  Task<std::optional<LayerRecord>> layer(std::string name);
  void put_layer(const std::string& name, const LayerRecord& record);
  Task<std::optional<LayerVersionRecord>> layer_version(std::string name, int64_t number);
  void put_layer_version(const std::string& name, const LayerVersionRecord& record);
  void clear_layer_version(const std::string& name, int64_t number);
  Task<std::vector<LayerVersionRecord>> layer_versions(std::string name);
  Task<std::vector<std::string>> layers();

 private:
  kv::Transaction& tx_;
  std::string account_, region_;
};

}  // namespace thaw::lambda
