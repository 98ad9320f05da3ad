// DynamoDB: tables of items, as operations. See README.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/service.h"
#include "kv/store.h"
#include "services/dynamodb/api.h"
#include "services/dynamodb/capacity.h"
#include "services/dynamodb/read.h"
#include "services/dynamodb/store.h"
#include "services/dynamodb/write.h"

namespace thaw::dynamodb {

class DynamoDb final : public api::Service {
 public:
  // Both must outlive the service.
  DynamoDb(kv::Store& store, Clock& clock);
  ~DynamoDb() override;

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;
  void start() override;
  Task<void> stop() override;

  // Deletes what has expired by now; answers how many items. What the background loop does, for tests.
  Task<Result<int>> sweep_expired();
  // Waits until no index is being built and no table looked through for expiry. For tests.
  Task<void> settled();

 private:
  template <class T>
  using Answer = Task<Result<T>>;
  using TablePtr = std::shared_ptr<const Table>;

  // ops_table.cc
  Answer<wire::CreateTableOutput> create_table(api::Request& request, const wire::CreateTableInput& in);
  Answer<wire::DescribeTableOutput> describe_table(api::Request& request, const wire::DescribeTableInput& in);
  Answer<wire::UpdateTableOutput> update_table(api::Request& request, const wire::UpdateTableInput& in);
  Answer<wire::DeleteTableOutput> delete_table(api::Request& request, const wire::DeleteTableInput& in);
  Answer<wire::ListTablesOutput> list_tables(api::Request& request, const wire::ListTablesInput& in);
  Task<wire::TableDescription> description(kv::Transaction& tx, const Table& table, const std::string& status);

  // ops_item.cc
  Answer<wire::GetItemOutput> get_item(api::Request& request, const wire::GetItemInput& in);
  Answer<wire::PutItemOutput> put_item(api::Request& request, const wire::PutItemInput& in);
  Answer<wire::UpdateItemOutput> update_item(api::Request& request, const wire::UpdateItemInput& in);
  Answer<wire::DeleteItemOutput> delete_item(api::Request& request, const wire::DeleteItemInput& in);

  // ops_query.cc
  Answer<wire::QueryOutput> query(api::Request& request, const wire::QueryInput& in);
  Answer<wire::ScanOutput> scan(api::Request& request, const wire::ScanInput& in);
  Answer<Page> read_page(kv::Transaction& tx, TablePtr table, const Read& read);

  // ops_batch.cc
  Answer<wire::BatchGetItemOutput> batch_get_item(api::Request& request, const wire::BatchGetItemInput& in);
  Answer<wire::BatchWriteItemOutput> batch_write_item(api::Request& request, const wire::BatchWriteItemInput& in);

  // ops_transact.cc
  Answer<wire::TransactGetItemsOutput> transact_get_items(api::Request& request, const wire::TransactGetItemsInput& in);
  Answer<wire::TransactWriteItemsOutput> transact_write_items(api::Request& request,
                                                              const wire::TransactWriteItemsInput& in);

  // ops_settings.cc
  Answer<wire::DescribeTimeToLiveOutput> describe_time_to_live(api::Request& request,
                                                               const wire::DescribeTimeToLiveInput& in);
  Answer<wire::UpdateTimeToLiveOutput> update_time_to_live(api::Request& request,
                                                           const wire::UpdateTimeToLiveInput& in);
  Answer<api::Nothing> tag_resource(api::Request& request, const wire::TagResourceInput& in);
  Answer<api::Nothing> untag_resource(api::Request& request, const wire::UntagResourceInput& in);
  Answer<wire::ListTagsOfResourceOutput> list_tags_of_resource(api::Request& request,
                                                               const wire::ListTagsOfResourceInput& in);
  Answer<wire::DescribeContinuousBackupsOutput> describe_continuous_backups(
      api::Request& request, const wire::DescribeContinuousBackupsInput& in);
  Answer<wire::UpdateContinuousBackupsOutput> update_continuous_backups(api::Request& request,
                                                                        const wire::UpdateContinuousBackupsInput& in);
  Answer<wire::DescribeLimitsOutput> describe_limits(api::Request& request, const wire::DescribeLimitsInput& in);
  Answer<wire::DescribeEndpointsResponse> describe_endpoints(api::Request& request,
                                                             const wire::DescribeEndpointsRequest& in);
  Answer<TablePtr> table_of_arn(api::Request& request, const std::string& arn);

  // item_writes.cc: what every operation that writes items does.
  struct Written {
    std::optional<std::string> old_item;
    std::optional<std::string> new_item;
    bool condition_held = true;
  };
  Answer<Written> write(kv::Transaction& tx, TablePtr table, const Write& write);
  struct WriteAnswer {
    Json attributes;
    std::optional<wire::ConsumedCapacity> consumed;
    std::optional<wire::ItemCollectionMetrics> metrics;
  };
  struct WriteOptions {
    std::string return_values = "NONE";
    bool item_on_failure = false;
    std::optional<std::string> return_consumed;
    bool return_metrics = false;
  };
  Answer<WriteAnswer> write_one(api::Request& request, std::string table_name, Write write, WriteOptions options);
  Task<wire::ItemCollectionMetrics> collection_metrics(kv::Transaction& tx, const Table& table, std::string_view item);

  // service.cc
  // The table, or ResourceNotFoundException in the words of operations on items, or of those on tables.
  Answer<TablePtr> table_for_items(api::Request& request, std::string_view name);
  Answer<TablePtr> table_for_control(api::Request& request, std::string_view name);

  // background.cc
  struct Background;
  Task<void> build(AccountId account, Region region, std::string name, std::string storage_id);
  Task<void> expire_forever();
  Task<int64_t> until_next_expiry();
  Task<Result<bool>> sweep_tokens();
  void start_building(const Table& table);
  void expiry_changed();

  kv::Store& store_;
  Clock& clock_;
  Tables tables_;
  std::unique_ptr<Background> background_;
};

}  // namespace thaw::dynamodb
