// The shapes of DynamoDB's API: requests and responses with AWS's own member names and limits. Attribute values, items
// and keys are documents on the wire's form ({"S": "..."}; a blob as base64); a null Json is an absent one.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"
#include "base/json.h"

namespace thaw::dynamodb::wire {

struct KeysAndAttributes {
  std::vector<Json> Keys;
  std::optional<std::vector<std::string>> AttributesToGet;
  std::optional<bool> ConsistentRead;
  std::optional<std::string> ProjectionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  static void describe(api::Fields& f);
};

struct BatchGetItemInput {
  std::map<std::string, wire::KeysAndAttributes> RequestItems;
  std::optional<std::string> ReturnConsumedCapacity;
  static void describe(api::Fields& f);
};

struct Capacity {
  std::optional<double> ReadCapacityUnits;
  std::optional<double> WriteCapacityUnits;
  std::optional<double> CapacityUnits;
  static void describe(api::Fields& f);
};

struct ConsumedCapacity {
  std::optional<std::string> TableName;
  std::optional<double> CapacityUnits;
  std::optional<double> ReadCapacityUnits;
  std::optional<double> WriteCapacityUnits;
  std::optional<wire::Capacity> Table;
  std::optional<std::map<std::string, wire::Capacity>> LocalSecondaryIndexes;
  std::optional<std::map<std::string, wire::Capacity>> GlobalSecondaryIndexes;
  static void describe(api::Fields& f);
};

struct BatchGetItemOutput {
  std::optional<std::map<std::string, std::vector<Json>>> Responses;
  std::optional<std::map<std::string, wire::KeysAndAttributes>> UnprocessedKeys;
  std::optional<std::vector<wire::ConsumedCapacity>> ConsumedCapacity;
  static void describe(api::Fields& f);
};

struct PutRequest {
  Json Item;
  static void describe(api::Fields& f);
};

struct DeleteRequest {
  Json Key;
  static void describe(api::Fields& f);
};

struct WriteRequest {
  std::optional<wire::PutRequest> PutRequest;
  std::optional<wire::DeleteRequest> DeleteRequest;
  static void describe(api::Fields& f);
};

struct BatchWriteItemInput {
  std::map<std::string, std::vector<wire::WriteRequest>> RequestItems;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ReturnItemCollectionMetrics;
  static void describe(api::Fields& f);
};

struct ItemCollectionMetrics {
  Json ItemCollectionKey;
  std::optional<std::vector<double>> SizeEstimateRangeGB;
  static void describe(api::Fields& f);
};

struct BatchWriteItemOutput {
  std::optional<std::map<std::string, std::vector<wire::WriteRequest>>> UnprocessedItems;
  std::optional<std::map<std::string, std::vector<wire::ItemCollectionMetrics>>> ItemCollectionMetrics;
  std::optional<std::vector<wire::ConsumedCapacity>> ConsumedCapacity;
  static void describe(api::Fields& f);
};

struct AttributeDefinition {
  std::string AttributeName;
  std::string AttributeType;
  static void describe(api::Fields& f);
};

struct KeySchemaElement {
  std::string AttributeName;
  std::string KeyType;
  static void describe(api::Fields& f);
};

struct Projection {
  std::optional<std::string> ProjectionType;
  std::optional<std::vector<std::string>> NonKeyAttributes;
  static void describe(api::Fields& f);
};

struct LocalSecondaryIndex {
  std::string IndexName;
  std::vector<wire::KeySchemaElement> KeySchema;
  wire::Projection Projection;
  static void describe(api::Fields& f);
};

struct ProvisionedThroughput {
  int64_t ReadCapacityUnits = 0;
  int64_t WriteCapacityUnits = 0;
  static void describe(api::Fields& f);
};

struct OnDemandThroughput {
  std::optional<int64_t> MaxReadRequestUnits;
  std::optional<int64_t> MaxWriteRequestUnits;
  static void describe(api::Fields& f);
};

struct WarmThroughput {
  std::optional<int64_t> ReadUnitsPerSecond;
  std::optional<int64_t> WriteUnitsPerSecond;
  static void describe(api::Fields& f);
};

struct GlobalSecondaryIndex {
  std::string IndexName;
  std::vector<wire::KeySchemaElement> KeySchema;
  wire::Projection Projection;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  std::optional<wire::OnDemandThroughput> OnDemandThroughput;
  std::optional<wire::WarmThroughput> WarmThroughput;
  static void describe(api::Fields& f);
};

struct StreamSpecification {
  bool StreamEnabled = false;
  std::optional<std::string> StreamViewType;
  static void describe(api::Fields& f);
};

struct SSESpecification {
  std::optional<bool> Enabled;
  std::optional<std::string> SSEType;
  std::optional<std::string> KMSMasterKeyId;
  static void describe(api::Fields& f);
};

struct Tag {
  std::string Key;
  std::string Value;
  static void describe(api::Fields& f);
};

struct CreateTableInput {
  std::optional<std::vector<wire::AttributeDefinition>> AttributeDefinitions;
  std::string TableName;
  std::optional<std::vector<wire::KeySchemaElement>> KeySchema;
  std::optional<std::vector<wire::LocalSecondaryIndex>> LocalSecondaryIndexes;
  std::optional<std::vector<wire::GlobalSecondaryIndex>> GlobalSecondaryIndexes;
  std::optional<std::string> BillingMode;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  std::optional<wire::StreamSpecification> StreamSpecification;
  std::optional<wire::SSESpecification> SSESpecification;
  std::optional<std::vector<wire::Tag>> Tags;
  std::optional<std::string> TableClass;
  std::optional<bool> DeletionProtectionEnabled;
  std::optional<wire::WarmThroughput> WarmThroughput;
  std::optional<std::string> ResourcePolicy;
  std::optional<wire::OnDemandThroughput> OnDemandThroughput;
  std::optional<std::string> GlobalTableSourceArn;
  std::optional<std::string> GlobalTableSettingsReplicationMode;
  static void describe(api::Fields& f);
};

struct ProvisionedThroughputDescription {
  std::optional<Time> LastIncreaseDateTime;
  std::optional<Time> LastDecreaseDateTime;
  std::optional<int64_t> NumberOfDecreasesToday;
  std::optional<int64_t> ReadCapacityUnits;
  std::optional<int64_t> WriteCapacityUnits;
  static void describe(api::Fields& f);
};

struct BillingModeSummary {
  std::optional<std::string> BillingMode;
  std::optional<Time> LastUpdateToPayPerRequestDateTime;
  static void describe(api::Fields& f);
};

struct LocalSecondaryIndexDescription {
  std::optional<std::string> IndexName;
  std::optional<std::vector<wire::KeySchemaElement>> KeySchema;
  std::optional<wire::Projection> Projection;
  std::optional<int64_t> IndexSizeBytes;
  std::optional<int64_t> ItemCount;
  std::optional<std::string> IndexArn;
  static void describe(api::Fields& f);
};

struct GlobalSecondaryIndexDescription {
  std::optional<std::string> IndexName;
  std::optional<std::vector<wire::KeySchemaElement>> KeySchema;
  std::optional<wire::Projection> Projection;
  std::optional<std::string> IndexStatus;
  std::optional<bool> Backfilling;
  std::optional<wire::ProvisionedThroughputDescription> ProvisionedThroughput;
  std::optional<int64_t> IndexSizeBytes;
  std::optional<int64_t> ItemCount;
  std::optional<std::string> IndexArn;
  static void describe(api::Fields& f);
};

struct SSEDescription {
  std::optional<std::string> Status;
  std::optional<std::string> SSEType;
  std::optional<std::string> KMSMasterKeyArn;
  std::optional<Time> InaccessibleEncryptionDateTime;
  static void describe(api::Fields& f);
};

struct TableClassSummary {
  std::optional<std::string> TableClass;
  std::optional<Time> LastUpdateDateTime;
  static void describe(api::Fields& f);
};

struct TableDescription {
  std::optional<std::vector<wire::AttributeDefinition>> AttributeDefinitions;
  std::optional<std::string> TableName;
  std::optional<std::vector<wire::KeySchemaElement>> KeySchema;
  std::optional<std::string> TableStatus;
  std::optional<Time> CreationDateTime;
  std::optional<wire::ProvisionedThroughputDescription> ProvisionedThroughput;
  std::optional<int64_t> TableSizeBytes;
  std::optional<int64_t> ItemCount;
  std::optional<std::string> TableArn;
  std::optional<std::string> TableId;
  std::optional<wire::BillingModeSummary> BillingModeSummary;
  std::optional<std::vector<wire::LocalSecondaryIndexDescription>> LocalSecondaryIndexes;
  std::optional<std::vector<wire::GlobalSecondaryIndexDescription>> GlobalSecondaryIndexes;
  std::optional<wire::StreamSpecification> StreamSpecification;
  std::optional<std::string> LatestStreamLabel;
  std::optional<std::string> LatestStreamArn;
  std::optional<wire::SSEDescription> SSEDescription;
  std::optional<wire::TableClassSummary> TableClassSummary;
  std::optional<bool> DeletionProtectionEnabled;
  static void describe(api::Fields& f);
};

struct CreateTableOutput {
  std::optional<wire::TableDescription> TableDescription;
  static void describe(api::Fields& f);
};

struct ExpectedAttributeValue {
  Json Value;
  std::optional<bool> Exists;
  std::optional<std::string> ComparisonOperator;
  std::optional<std::vector<Json>> AttributeValueList;
  static void describe(api::Fields& f);
};

struct DeleteItemInput {
  std::string TableName;
  Json Key;
  std::optional<std::map<std::string, wire::ExpectedAttributeValue>> Expected;
  std::optional<std::string> ConditionalOperator;
  std::optional<std::string> ReturnValues;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ReturnItemCollectionMetrics;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct DeleteItemOutput {
  Json Attributes;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  std::optional<wire::ItemCollectionMetrics> ItemCollectionMetrics;
  static void describe(api::Fields& f);
};

struct DeleteTableInput {
  std::string TableName;
  static void describe(api::Fields& f);
};

struct DeleteTableOutput {
  std::optional<wire::TableDescription> TableDescription;
  static void describe(api::Fields& f);
};

struct DescribeContinuousBackupsInput {
  std::string TableName;
  static void describe(api::Fields& f);
};

struct PointInTimeRecoveryDescription {
  std::optional<std::string> PointInTimeRecoveryStatus;
  std::optional<int32_t> RecoveryPeriodInDays;
  std::optional<Time> EarliestRestorableDateTime;
  std::optional<Time> LatestRestorableDateTime;
  static void describe(api::Fields& f);
};

struct ContinuousBackupsDescription {
  std::string ContinuousBackupsStatus;
  std::optional<wire::PointInTimeRecoveryDescription> PointInTimeRecoveryDescription;
  static void describe(api::Fields& f);
};

struct DescribeContinuousBackupsOutput {
  std::optional<wire::ContinuousBackupsDescription> ContinuousBackupsDescription;
  static void describe(api::Fields& f);
};

struct DescribeEndpointsRequest {
  static void describe(api::Fields& f);
};

struct Endpoint {
  std::string Address;
  int64_t CachePeriodInMinutes = 0;
  static void describe(api::Fields& f);
};

struct DescribeEndpointsResponse {
  std::optional<std::vector<wire::Endpoint>> Endpoints;
  static void describe(api::Fields& f);
};

struct DescribeLimitsInput {
  static void describe(api::Fields& f);
};

struct DescribeLimitsOutput {
  std::optional<int64_t> AccountMaxReadCapacityUnits;
  std::optional<int64_t> AccountMaxWriteCapacityUnits;
  std::optional<int64_t> TableMaxReadCapacityUnits;
  std::optional<int64_t> TableMaxWriteCapacityUnits;
  static void describe(api::Fields& f);
};

struct DescribeTableInput {
  std::string TableName;
  static void describe(api::Fields& f);
};

struct DescribeTableOutput {
  std::optional<wire::TableDescription> Table;
  static void describe(api::Fields& f);
};

struct DescribeTimeToLiveInput {
  std::string TableName;
  static void describe(api::Fields& f);
};

struct TimeToLiveDescription {
  std::optional<std::string> TimeToLiveStatus;
  std::optional<std::string> AttributeName;
  static void describe(api::Fields& f);
};

struct DescribeTimeToLiveOutput {
  std::optional<wire::TimeToLiveDescription> TimeToLiveDescription;
  static void describe(api::Fields& f);
};

struct GetItemInput {
  std::string TableName;
  Json Key;
  std::optional<std::vector<std::string>> AttributesToGet;
  std::optional<bool> ConsistentRead;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ProjectionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  static void describe(api::Fields& f);
};

struct GetItemOutput {
  Json Item;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  static void describe(api::Fields& f);
};

struct ListTablesInput {
  std::optional<std::string> ExclusiveStartTableName;
  std::optional<int32_t> Limit;
  static void describe(api::Fields& f);
};

struct ListTablesOutput {
  std::optional<std::vector<std::string>> TableNames;
  std::optional<std::string> LastEvaluatedTableName;
  static void describe(api::Fields& f);
};

struct ListTagsOfResourceInput {
  std::string ResourceArn;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

struct ListTagsOfResourceOutput {
  std::optional<std::vector<wire::Tag>> Tags;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

struct PutItemInput {
  std::string TableName;
  Json Item;
  std::optional<std::map<std::string, wire::ExpectedAttributeValue>> Expected;
  std::optional<std::string> ReturnValues;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ReturnItemCollectionMetrics;
  std::optional<std::string> ConditionalOperator;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct PutItemOutput {
  Json Attributes;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  std::optional<wire::ItemCollectionMetrics> ItemCollectionMetrics;
  static void describe(api::Fields& f);
};

struct Condition {
  std::optional<std::vector<Json>> AttributeValueList;
  std::string ComparisonOperator;
  static void describe(api::Fields& f);
};

struct QueryInput {
  std::string TableName;
  std::optional<std::string> IndexName;
  std::optional<std::string> Select;
  std::optional<std::vector<std::string>> AttributesToGet;
  std::optional<int32_t> Limit;
  std::optional<bool> ConsistentRead;
  std::optional<std::map<std::string, wire::Condition>> KeyConditions;
  std::optional<std::map<std::string, wire::Condition>> QueryFilter;
  std::optional<std::string> ConditionalOperator;
  std::optional<bool> ScanIndexForward;
  Json ExclusiveStartKey;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ProjectionExpression;
  std::optional<std::string> FilterExpression;
  std::optional<std::string> KeyConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  static void describe(api::Fields& f);
};

struct QueryOutput {
  std::optional<std::vector<Json>> Items;
  std::optional<int32_t> Count;
  std::optional<int32_t> ScannedCount;
  Json LastEvaluatedKey;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  static void describe(api::Fields& f);
};

struct ScanInput {
  std::string TableName;
  std::optional<std::string> IndexName;
  std::optional<std::vector<std::string>> AttributesToGet;
  std::optional<int32_t> Limit;
  std::optional<std::string> Select;
  std::optional<std::map<std::string, wire::Condition>> ScanFilter;
  std::optional<std::string> ConditionalOperator;
  Json ExclusiveStartKey;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<int32_t> TotalSegments;
  std::optional<int32_t> Segment;
  std::optional<std::string> ProjectionExpression;
  std::optional<std::string> FilterExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<bool> ConsistentRead;
  static void describe(api::Fields& f);
};

struct ScanOutput {
  std::optional<std::vector<Json>> Items;
  std::optional<int32_t> Count;
  std::optional<int32_t> ScannedCount;
  Json LastEvaluatedKey;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  static void describe(api::Fields& f);
};

struct TagResourceInput {
  std::string ResourceArn;
  std::vector<wire::Tag> Tags;
  static void describe(api::Fields& f);
};

struct Get {
  Json Key;
  std::string TableName;
  std::optional<std::string> ProjectionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  static void describe(api::Fields& f);
};

struct TransactGetItem {
  wire::Get Get;
  static void describe(api::Fields& f);
};

struct TransactGetItemsInput {
  std::vector<wire::TransactGetItem> TransactItems;
  std::optional<std::string> ReturnConsumedCapacity;
  static void describe(api::Fields& f);
};

struct ItemResponse {
  Json Item;
  static void describe(api::Fields& f);
};

struct TransactGetItemsOutput {
  std::optional<std::vector<wire::ConsumedCapacity>> ConsumedCapacity;
  std::optional<std::vector<wire::ItemResponse>> Responses;
  static void describe(api::Fields& f);
};

struct ConditionCheck {
  Json Key;
  std::string TableName;
  std::string ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct Put {
  Json Item;
  std::string TableName;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct Delete {
  Json Key;
  std::string TableName;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct Update {
  Json Key;
  std::string UpdateExpression;
  std::string TableName;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct TransactWriteItem {
  std::optional<wire::ConditionCheck> ConditionCheck;
  std::optional<wire::Put> Put;
  std::optional<wire::Delete> Delete;
  std::optional<wire::Update> Update;
  static void describe(api::Fields& f);
};

struct TransactWriteItemsInput {
  std::vector<wire::TransactWriteItem> TransactItems;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ReturnItemCollectionMetrics;
  std::optional<std::string> ClientRequestToken;
  static void describe(api::Fields& f);
};

struct TransactWriteItemsOutput {
  std::optional<std::vector<wire::ConsumedCapacity>> ConsumedCapacity;
  std::optional<std::map<std::string, std::vector<wire::ItemCollectionMetrics>>> ItemCollectionMetrics;
  static void describe(api::Fields& f);
};

struct UntagResourceInput {
  std::string ResourceArn;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};

struct PointInTimeRecoverySpecification {
  bool PointInTimeRecoveryEnabled = false;
  std::optional<int32_t> RecoveryPeriodInDays;
  static void describe(api::Fields& f);
};

struct UpdateContinuousBackupsInput {
  std::string TableName;
  wire::PointInTimeRecoverySpecification PointInTimeRecoverySpecification;
  static void describe(api::Fields& f);
};

struct UpdateContinuousBackupsOutput {
  std::optional<wire::ContinuousBackupsDescription> ContinuousBackupsDescription;
  static void describe(api::Fields& f);
};

struct AttributeValueUpdate {
  Json Value;
  std::optional<std::string> Action;
  static void describe(api::Fields& f);
};

struct UpdateItemInput {
  std::string TableName;
  Json Key;
  std::optional<std::map<std::string, wire::AttributeValueUpdate>> AttributeUpdates;
  std::optional<std::map<std::string, wire::ExpectedAttributeValue>> Expected;
  std::optional<std::string> ConditionalOperator;
  std::optional<std::string> ReturnValues;
  std::optional<std::string> ReturnConsumedCapacity;
  std::optional<std::string> ReturnItemCollectionMetrics;
  std::optional<std::string> UpdateExpression;
  std::optional<std::string> ConditionExpression;
  std::optional<std::map<std::string, std::string>> ExpressionAttributeNames;
  Json ExpressionAttributeValues;
  std::optional<std::string> ReturnValuesOnConditionCheckFailure;
  static void describe(api::Fields& f);
};

struct UpdateItemOutput {
  Json Attributes;
  std::optional<wire::ConsumedCapacity> ConsumedCapacity;
  std::optional<wire::ItemCollectionMetrics> ItemCollectionMetrics;
  static void describe(api::Fields& f);
};

struct UpdateGlobalSecondaryIndexAction {
  std::string IndexName;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  std::optional<wire::OnDemandThroughput> OnDemandThroughput;
  std::optional<wire::WarmThroughput> WarmThroughput;
  static void describe(api::Fields& f);
};

struct CreateGlobalSecondaryIndexAction {
  std::string IndexName;
  std::vector<wire::KeySchemaElement> KeySchema;
  wire::Projection Projection;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  std::optional<wire::OnDemandThroughput> OnDemandThroughput;
  std::optional<wire::WarmThroughput> WarmThroughput;
  static void describe(api::Fields& f);
};

struct DeleteGlobalSecondaryIndexAction {
  std::string IndexName;
  static void describe(api::Fields& f);
};

struct GlobalSecondaryIndexUpdate {
  std::optional<wire::UpdateGlobalSecondaryIndexAction> Update;
  std::optional<wire::CreateGlobalSecondaryIndexAction> Create;
  std::optional<wire::DeleteGlobalSecondaryIndexAction> Delete;
  static void describe(api::Fields& f);
};

struct UpdateTableInput {
  std::optional<std::vector<wire::AttributeDefinition>> AttributeDefinitions;
  std::string TableName;
  std::optional<std::string> BillingMode;
  std::optional<wire::ProvisionedThroughput> ProvisionedThroughput;
  std::optional<std::vector<wire::GlobalSecondaryIndexUpdate>> GlobalSecondaryIndexUpdates;
  std::optional<wire::StreamSpecification> StreamSpecification;
  std::optional<wire::SSESpecification> SSESpecification;
  std::optional<std::vector<Json>> ReplicaUpdates;
  std::optional<std::string> TableClass;
  std::optional<bool> DeletionProtectionEnabled;
  std::optional<std::string> MultiRegionConsistency;
  std::optional<std::vector<Json>> GlobalTableWitnessUpdates;
  std::optional<wire::OnDemandThroughput> OnDemandThroughput;
  std::optional<wire::WarmThroughput> WarmThroughput;
  std::optional<std::string> GlobalTableSettingsReplicationMode;
  static void describe(api::Fields& f);
};

struct UpdateTableOutput {
  std::optional<wire::TableDescription> TableDescription;
  static void describe(api::Fields& f);
};

struct TimeToLiveSpecification {
  bool Enabled = false;
  std::string AttributeName;
  static void describe(api::Fields& f);
};

struct UpdateTimeToLiveInput {
  std::string TableName;
  wire::TimeToLiveSpecification TimeToLiveSpecification;
  static void describe(api::Fields& f);
};

struct UpdateTimeToLiveOutput {
  std::optional<wire::TimeToLiveSpecification> TimeToLiveSpecification;
  static void describe(api::Fields& f);
};

}  // namespace thaw::dynamodb::wire
