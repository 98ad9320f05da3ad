#include "services/dynamodb/api.h"

namespace thaw::dynamodb::wire {

void KeysAndAttributes::describe(api::Fields& f) {
  f.add("Keys", &KeysAndAttributes::Keys).required().length(1, 100);
  f.add("AttributesToGet", &KeysAndAttributes::AttributesToGet).min(1);
  f.add("ConsistentRead", &KeysAndAttributes::ConsistentRead);
  f.add("ProjectionExpression", &KeysAndAttributes::ProjectionExpression);
  f.add("ExpressionAttributeNames", &KeysAndAttributes::ExpressionAttributeNames);
}

void BatchGetItemInput::describe(api::Fields& f) {
  f.add("RequestItems", &BatchGetItemInput::RequestItems).required().length(1, 100);
  f.add("ReturnConsumedCapacity", &BatchGetItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
}

void Capacity::describe(api::Fields& f) {
  f.add("ReadCapacityUnits", &Capacity::ReadCapacityUnits);
  f.add("WriteCapacityUnits", &Capacity::WriteCapacityUnits);
  f.add("CapacityUnits", &Capacity::CapacityUnits);
}

void ConsumedCapacity::describe(api::Fields& f) {
  f.add("TableName", &ConsumedCapacity::TableName);
  f.add("CapacityUnits", &ConsumedCapacity::CapacityUnits);
  f.add("ReadCapacityUnits", &ConsumedCapacity::ReadCapacityUnits);
  f.add("WriteCapacityUnits", &ConsumedCapacity::WriteCapacityUnits);
  f.add("Table", &ConsumedCapacity::Table);
  f.add("LocalSecondaryIndexes", &ConsumedCapacity::LocalSecondaryIndexes);
  f.add("GlobalSecondaryIndexes", &ConsumedCapacity::GlobalSecondaryIndexes);
}

void BatchGetItemOutput::describe(api::Fields& f) {
  f.add("Responses", &BatchGetItemOutput::Responses);
  f.add("UnprocessedKeys", &BatchGetItemOutput::UnprocessedKeys);
  f.add("ConsumedCapacity", &BatchGetItemOutput::ConsumedCapacity);
}

void PutRequest::describe(api::Fields& f) { f.add("Item", &PutRequest::Item).required(); }

void DeleteRequest::describe(api::Fields& f) { f.add("Key", &DeleteRequest::Key).required(); }

void WriteRequest::describe(api::Fields& f) {
  f.add("PutRequest", &WriteRequest::PutRequest);
  f.add("DeleteRequest", &WriteRequest::DeleteRequest);
}

void BatchWriteItemInput::describe(api::Fields& f) {
  f.add("RequestItems", &BatchWriteItemInput::RequestItems).required().length(1, 25);
  f.add("ReturnConsumedCapacity", &BatchWriteItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ReturnItemCollectionMetrics", &BatchWriteItemInput::ReturnItemCollectionMetrics).one_of({"SIZE", "NONE"});
}

void ItemCollectionMetrics::describe(api::Fields& f) {
  f.add("ItemCollectionKey", &ItemCollectionMetrics::ItemCollectionKey);
  f.add("SizeEstimateRangeGB", &ItemCollectionMetrics::SizeEstimateRangeGB);
}

void BatchWriteItemOutput::describe(api::Fields& f) {
  f.add("UnprocessedItems", &BatchWriteItemOutput::UnprocessedItems);
  f.add("ItemCollectionMetrics", &BatchWriteItemOutput::ItemCollectionMetrics);
  f.add("ConsumedCapacity", &BatchWriteItemOutput::ConsumedCapacity);
}

void AttributeDefinition::describe(api::Fields& f) {
  f.add("AttributeName", &AttributeDefinition::AttributeName).required().length(1, 255);
  f.add("AttributeType", &AttributeDefinition::AttributeType).required().one_of({"B", "N", "S"});
}

void KeySchemaElement::describe(api::Fields& f) {
  f.add("AttributeName", &KeySchemaElement::AttributeName).required().length(1, 255);
  f.add("KeyType", &KeySchemaElement::KeyType).required().one_of({"HASH", "RANGE"});
}

void Projection::describe(api::Fields& f) {
  f.add("ProjectionType", &Projection::ProjectionType).one_of({"ALL", "INCLUDE", "KEYS_ONLY"});
  f.add("NonKeyAttributes", &Projection::NonKeyAttributes).length(1, 20);
}

void LocalSecondaryIndex::describe(api::Fields& f) {
  f.add("IndexName", &LocalSecondaryIndex::IndexName).required().length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("KeySchema", &LocalSecondaryIndex::KeySchema).required().length(1, 2);
  f.add("Projection", &LocalSecondaryIndex::Projection).required();
}

void ProvisionedThroughput::describe(api::Fields& f) {
  f.add("ReadCapacityUnits", &ProvisionedThroughput::ReadCapacityUnits).required().min(1);
  f.add("WriteCapacityUnits", &ProvisionedThroughput::WriteCapacityUnits).required().min(1);
}

void OnDemandThroughput::describe(api::Fields& f) {
  f.add("MaxReadRequestUnits", &OnDemandThroughput::MaxReadRequestUnits);
  f.add("MaxWriteRequestUnits", &OnDemandThroughput::MaxWriteRequestUnits);
}

void WarmThroughput::describe(api::Fields& f) {
  f.add("ReadUnitsPerSecond", &WarmThroughput::ReadUnitsPerSecond);
  f.add("WriteUnitsPerSecond", &WarmThroughput::WriteUnitsPerSecond);
}

void GlobalSecondaryIndex::describe(api::Fields& f) {
  f.add("IndexName", &GlobalSecondaryIndex::IndexName).required().length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("KeySchema", &GlobalSecondaryIndex::KeySchema).required().length(1, 2);
  f.add("Projection", &GlobalSecondaryIndex::Projection).required();
  f.add("ProvisionedThroughput", &GlobalSecondaryIndex::ProvisionedThroughput);
  f.add("OnDemandThroughput", &GlobalSecondaryIndex::OnDemandThroughput);
  f.add("WarmThroughput", &GlobalSecondaryIndex::WarmThroughput);
}

void StreamSpecification::describe(api::Fields& f) {
  f.add("StreamEnabled", &StreamSpecification::StreamEnabled).required();
  f.add("StreamViewType", &StreamSpecification::StreamViewType)
      .one_of({"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"});
}

void SSESpecification::describe(api::Fields& f) {
  f.add("Enabled", &SSESpecification::Enabled);
  f.add("SSEType", &SSESpecification::SSEType).one_of({"AES256", "KMS"});
  f.add("KMSMasterKeyId", &SSESpecification::KMSMasterKeyId);
}

void Tag::describe(api::Fields& f) {
  f.add("Key", &Tag::Key).required().length(1, 128);
  f.add("Value", &Tag::Value).required().length(0, 256);
}

void CreateTableInput::describe(api::Fields& f) {
  f.add("AttributeDefinitions", &CreateTableInput::AttributeDefinitions);
  f.add("TableName", &CreateTableInput::TableName).required().length(1, 1024);
  f.add("KeySchema", &CreateTableInput::KeySchema).length(1, 2);
  f.add("LocalSecondaryIndexes", &CreateTableInput::LocalSecondaryIndexes);
  f.add("GlobalSecondaryIndexes", &CreateTableInput::GlobalSecondaryIndexes);
  f.add("BillingMode", &CreateTableInput::BillingMode).one_of({"PROVISIONED", "PAY_PER_REQUEST"});
  f.add("ProvisionedThroughput", &CreateTableInput::ProvisionedThroughput);
  f.add("StreamSpecification", &CreateTableInput::StreamSpecification);
  f.add("SSESpecification", &CreateTableInput::SSESpecification);
  f.add("Tags", &CreateTableInput::Tags);
  f.add("TableClass", &CreateTableInput::TableClass).one_of({"STANDARD", "STANDARD_INFREQUENT_ACCESS"});
  f.add("DeletionProtectionEnabled", &CreateTableInput::DeletionProtectionEnabled);
  f.add("WarmThroughput", &CreateTableInput::WarmThroughput);
  f.add("ResourcePolicy", &CreateTableInput::ResourcePolicy);
  f.add("OnDemandThroughput", &CreateTableInput::OnDemandThroughput);
  f.add("GlobalTableSourceArn", &CreateTableInput::GlobalTableSourceArn).length(1, 1024);
  f.add("GlobalTableSettingsReplicationMode", &CreateTableInput::GlobalTableSettingsReplicationMode)
      .one_of({"ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"});
}

void ProvisionedThroughputDescription::describe(api::Fields& f) {
  f.add("LastIncreaseDateTime", &ProvisionedThroughputDescription::LastIncreaseDateTime);
  f.add("LastDecreaseDateTime", &ProvisionedThroughputDescription::LastDecreaseDateTime);
  f.add("NumberOfDecreasesToday", &ProvisionedThroughputDescription::NumberOfDecreasesToday);
  f.add("ReadCapacityUnits", &ProvisionedThroughputDescription::ReadCapacityUnits);
  f.add("WriteCapacityUnits", &ProvisionedThroughputDescription::WriteCapacityUnits);
}

void BillingModeSummary::describe(api::Fields& f) {
  f.add("BillingMode", &BillingModeSummary::BillingMode);
  f.add("LastUpdateToPayPerRequestDateTime", &BillingModeSummary::LastUpdateToPayPerRequestDateTime);
}

void LocalSecondaryIndexDescription::describe(api::Fields& f) {
  f.add("IndexName", &LocalSecondaryIndexDescription::IndexName);
  f.add("KeySchema", &LocalSecondaryIndexDescription::KeySchema);
  f.add("Projection", &LocalSecondaryIndexDescription::Projection);
  f.add("IndexSizeBytes", &LocalSecondaryIndexDescription::IndexSizeBytes);
  f.add("ItemCount", &LocalSecondaryIndexDescription::ItemCount);
  f.add("IndexArn", &LocalSecondaryIndexDescription::IndexArn);
}

void GlobalSecondaryIndexDescription::describe(api::Fields& f) {
  f.add("IndexName", &GlobalSecondaryIndexDescription::IndexName);
  f.add("KeySchema", &GlobalSecondaryIndexDescription::KeySchema);
  f.add("Projection", &GlobalSecondaryIndexDescription::Projection);
  f.add("IndexStatus", &GlobalSecondaryIndexDescription::IndexStatus);
  f.add("Backfilling", &GlobalSecondaryIndexDescription::Backfilling);
  f.add("ProvisionedThroughput", &GlobalSecondaryIndexDescription::ProvisionedThroughput);
  f.add("IndexSizeBytes", &GlobalSecondaryIndexDescription::IndexSizeBytes);
  f.add("ItemCount", &GlobalSecondaryIndexDescription::ItemCount);
  f.add("IndexArn", &GlobalSecondaryIndexDescription::IndexArn);
}

void SSEDescription::describe(api::Fields& f) {
  f.add("Status", &SSEDescription::Status);
  f.add("SSEType", &SSEDescription::SSEType);
  f.add("KMSMasterKeyArn", &SSEDescription::KMSMasterKeyArn);
  f.add("InaccessibleEncryptionDateTime", &SSEDescription::InaccessibleEncryptionDateTime);
}

void TableClassSummary::describe(api::Fields& f) {
  f.add("TableClass", &TableClassSummary::TableClass);
  f.add("LastUpdateDateTime", &TableClassSummary::LastUpdateDateTime);
}

void TableDescription::describe(api::Fields& f) {
  f.add("AttributeDefinitions", &TableDescription::AttributeDefinitions);
  f.add("TableName", &TableDescription::TableName);
  f.add("KeySchema", &TableDescription::KeySchema);
  f.add("TableStatus", &TableDescription::TableStatus);
  f.add("CreationDateTime", &TableDescription::CreationDateTime);
  f.add("ProvisionedThroughput", &TableDescription::ProvisionedThroughput);
  f.add("TableSizeBytes", &TableDescription::TableSizeBytes);
  f.add("ItemCount", &TableDescription::ItemCount);
  f.add("TableArn", &TableDescription::TableArn);
  f.add("TableId", &TableDescription::TableId);
  f.add("BillingModeSummary", &TableDescription::BillingModeSummary);
  f.add("LocalSecondaryIndexes", &TableDescription::LocalSecondaryIndexes);
  f.add("GlobalSecondaryIndexes", &TableDescription::GlobalSecondaryIndexes);
  f.add("StreamSpecification", &TableDescription::StreamSpecification);
  f.add("LatestStreamLabel", &TableDescription::LatestStreamLabel);
  f.add("LatestStreamArn", &TableDescription::LatestStreamArn);
  f.add("SSEDescription", &TableDescription::SSEDescription);
  f.add("TableClassSummary", &TableDescription::TableClassSummary);
  f.add("DeletionProtectionEnabled", &TableDescription::DeletionProtectionEnabled);
}

void CreateTableOutput::describe(api::Fields& f) { f.add("TableDescription", &CreateTableOutput::TableDescription); }

void ExpectedAttributeValue::describe(api::Fields& f) {
  f.add("Value", &ExpectedAttributeValue::Value);
  f.add("Exists", &ExpectedAttributeValue::Exists);
  f.add("ComparisonOperator", &ExpectedAttributeValue::ComparisonOperator)
      .one_of({"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE",
               "CONTAINS"});
  f.add("AttributeValueList", &ExpectedAttributeValue::AttributeValueList);
}

void DeleteItemInput::describe(api::Fields& f) {
  f.add("TableName", &DeleteItemInput::TableName).required().length(1, 1024);
  f.add("Key", &DeleteItemInput::Key).required();
  f.add("Expected", &DeleteItemInput::Expected);
  f.add("ConditionalOperator", &DeleteItemInput::ConditionalOperator).one_of({"OR", "AND"});
  f.add("ReturnValues", &DeleteItemInput::ReturnValues)
      .one_of({"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"});
  f.add("ReturnConsumedCapacity", &DeleteItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ReturnItemCollectionMetrics", &DeleteItemInput::ReturnItemCollectionMetrics).one_of({"SIZE", "NONE"});
  f.add("ConditionExpression", &DeleteItemInput::ConditionExpression);
  f.add("ExpressionAttributeNames", &DeleteItemInput::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &DeleteItemInput::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &DeleteItemInput::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void DeleteItemOutput::describe(api::Fields& f) {
  f.add("Attributes", &DeleteItemOutput::Attributes);
  f.add("ConsumedCapacity", &DeleteItemOutput::ConsumedCapacity);
  f.add("ItemCollectionMetrics", &DeleteItemOutput::ItemCollectionMetrics);
}

void DeleteTableInput::describe(api::Fields& f) {
  f.add("TableName", &DeleteTableInput::TableName).required().length(1, 1024);
}

void DeleteTableOutput::describe(api::Fields& f) { f.add("TableDescription", &DeleteTableOutput::TableDescription); }

void DescribeContinuousBackupsInput::describe(api::Fields& f) {
  f.add("TableName", &DescribeContinuousBackupsInput::TableName).required().length(1, 1024);
}

void PointInTimeRecoveryDescription::describe(api::Fields& f) {
  f.add("PointInTimeRecoveryStatus", &PointInTimeRecoveryDescription::PointInTimeRecoveryStatus);
  f.add("RecoveryPeriodInDays", &PointInTimeRecoveryDescription::RecoveryPeriodInDays);
  f.add("EarliestRestorableDateTime", &PointInTimeRecoveryDescription::EarliestRestorableDateTime);
  f.add("LatestRestorableDateTime", &PointInTimeRecoveryDescription::LatestRestorableDateTime);
}

void ContinuousBackupsDescription::describe(api::Fields& f) {
  f.add("ContinuousBackupsStatus", &ContinuousBackupsDescription::ContinuousBackupsStatus).required();
  f.add("PointInTimeRecoveryDescription", &ContinuousBackupsDescription::PointInTimeRecoveryDescription);
}

void DescribeContinuousBackupsOutput::describe(api::Fields& f) {
  f.add("ContinuousBackupsDescription", &DescribeContinuousBackupsOutput::ContinuousBackupsDescription);
}

void DescribeEndpointsRequest::describe(api::Fields&) {}

void Endpoint::describe(api::Fields& f) {
  f.add("Address", &Endpoint::Address).required();
  f.add("CachePeriodInMinutes", &Endpoint::CachePeriodInMinutes).required();
}

void DescribeEndpointsResponse::describe(api::Fields& f) { f.add("Endpoints", &DescribeEndpointsResponse::Endpoints); }

void DescribeLimitsInput::describe(api::Fields&) {}

void DescribeLimitsOutput::describe(api::Fields& f) {
  f.add("AccountMaxReadCapacityUnits", &DescribeLimitsOutput::AccountMaxReadCapacityUnits);
  f.add("AccountMaxWriteCapacityUnits", &DescribeLimitsOutput::AccountMaxWriteCapacityUnits);
  f.add("TableMaxReadCapacityUnits", &DescribeLimitsOutput::TableMaxReadCapacityUnits);
  f.add("TableMaxWriteCapacityUnits", &DescribeLimitsOutput::TableMaxWriteCapacityUnits);
}

void DescribeTableInput::describe(api::Fields& f) {
  f.add("TableName", &DescribeTableInput::TableName).required().length(1, 1024);
}

void DescribeTableOutput::describe(api::Fields& f) { f.add("Table", &DescribeTableOutput::Table); }

void DescribeTimeToLiveInput::describe(api::Fields& f) {
  f.add("TableName", &DescribeTimeToLiveInput::TableName).required().length(1, 1024);
}

void TimeToLiveDescription::describe(api::Fields& f) {
  f.add("TimeToLiveStatus", &TimeToLiveDescription::TimeToLiveStatus);
  f.add("AttributeName", &TimeToLiveDescription::AttributeName);
}

void DescribeTimeToLiveOutput::describe(api::Fields& f) {
  f.add("TimeToLiveDescription", &DescribeTimeToLiveOutput::TimeToLiveDescription);
}

void GetItemInput::describe(api::Fields& f) {
  f.add("TableName", &GetItemInput::TableName).required().length(1, 1024);
  f.add("Key", &GetItemInput::Key).required();
  f.add("AttributesToGet", &GetItemInput::AttributesToGet).min(1);
  f.add("ConsistentRead", &GetItemInput::ConsistentRead);
  f.add("ReturnConsumedCapacity", &GetItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ProjectionExpression", &GetItemInput::ProjectionExpression);
  f.add("ExpressionAttributeNames", &GetItemInput::ExpressionAttributeNames);
}

void GetItemOutput::describe(api::Fields& f) {
  f.add("Item", &GetItemOutput::Item);
  f.add("ConsumedCapacity", &GetItemOutput::ConsumedCapacity);
}

void ListTablesInput::describe(api::Fields& f) {
  f.add("ExclusiveStartTableName", &ListTablesInput::ExclusiveStartTableName).length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("Limit", &ListTablesInput::Limit).range(1, 100);
}

void ListTablesOutput::describe(api::Fields& f) {
  f.add("TableNames", &ListTablesOutput::TableNames);
  f.add("LastEvaluatedTableName", &ListTablesOutput::LastEvaluatedTableName);
}

void ListTagsOfResourceInput::describe(api::Fields& f) {
  f.add("ResourceArn", &ListTagsOfResourceInput::ResourceArn).required().length(1, 1283);
  f.add("NextToken", &ListTagsOfResourceInput::NextToken);
}

void ListTagsOfResourceOutput::describe(api::Fields& f) {
  f.add("Tags", &ListTagsOfResourceOutput::Tags);
  f.add("NextToken", &ListTagsOfResourceOutput::NextToken);
}

void PutItemInput::describe(api::Fields& f) {
  f.add("TableName", &PutItemInput::TableName).required().length(1, 1024);
  f.add("Item", &PutItemInput::Item).required();
  f.add("Expected", &PutItemInput::Expected);
  f.add("ReturnValues", &PutItemInput::ReturnValues)
      .one_of({"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"});
  f.add("ReturnConsumedCapacity", &PutItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ReturnItemCollectionMetrics", &PutItemInput::ReturnItemCollectionMetrics).one_of({"SIZE", "NONE"});
  f.add("ConditionalOperator", &PutItemInput::ConditionalOperator).one_of({"OR", "AND"});
  f.add("ConditionExpression", &PutItemInput::ConditionExpression);
  f.add("ExpressionAttributeNames", &PutItemInput::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &PutItemInput::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &PutItemInput::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void PutItemOutput::describe(api::Fields& f) {
  f.add("Attributes", &PutItemOutput::Attributes);
  f.add("ConsumedCapacity", &PutItemOutput::ConsumedCapacity);
  f.add("ItemCollectionMetrics", &PutItemOutput::ItemCollectionMetrics);
}

void Condition::describe(api::Fields& f) {
  f.add("AttributeValueList", &Condition::AttributeValueList);
  f.add("ComparisonOperator", &Condition::ComparisonOperator)
      .required()
      .one_of({"IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE",
               "CONTAINS"});
}

void QueryInput::describe(api::Fields& f) {
  f.add("TableName", &QueryInput::TableName).required().length(1, 1024);
  f.add("IndexName", &QueryInput::IndexName).length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("Select", &QueryInput::Select)
      .one_of({"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"});
  f.add("AttributesToGet", &QueryInput::AttributesToGet).min(1);
  f.add("Limit", &QueryInput::Limit).min(1);
  f.add("ConsistentRead", &QueryInput::ConsistentRead);
  f.add("KeyConditions", &QueryInput::KeyConditions);
  f.add("QueryFilter", &QueryInput::QueryFilter);
  f.add("ConditionalOperator", &QueryInput::ConditionalOperator).one_of({"OR", "AND"});
  f.add("ScanIndexForward", &QueryInput::ScanIndexForward);
  f.add("ExclusiveStartKey", &QueryInput::ExclusiveStartKey);
  f.add("ReturnConsumedCapacity", &QueryInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ProjectionExpression", &QueryInput::ProjectionExpression);
  f.add("FilterExpression", &QueryInput::FilterExpression);
  f.add("KeyConditionExpression", &QueryInput::KeyConditionExpression);
  f.add("ExpressionAttributeNames", &QueryInput::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &QueryInput::ExpressionAttributeValues);
}

void QueryOutput::describe(api::Fields& f) {
  f.add("Items", &QueryOutput::Items);
  f.add("Count", &QueryOutput::Count);
  f.add("ScannedCount", &QueryOutput::ScannedCount);
  f.add("LastEvaluatedKey", &QueryOutput::LastEvaluatedKey);
  f.add("ConsumedCapacity", &QueryOutput::ConsumedCapacity);
}

void ScanInput::describe(api::Fields& f) {
  f.add("TableName", &ScanInput::TableName).required().length(1, 1024);
  f.add("IndexName", &ScanInput::IndexName).length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("AttributesToGet", &ScanInput::AttributesToGet).min(1);
  f.add("Limit", &ScanInput::Limit).min(1);
  f.add("Select", &ScanInput::Select)
      .one_of({"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"});
  f.add("ScanFilter", &ScanInput::ScanFilter);
  f.add("ConditionalOperator", &ScanInput::ConditionalOperator).one_of({"OR", "AND"});
  f.add("ExclusiveStartKey", &ScanInput::ExclusiveStartKey);
  f.add("ReturnConsumedCapacity", &ScanInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("TotalSegments", &ScanInput::TotalSegments).range(1, 1000000);
  f.add("Segment", &ScanInput::Segment).range(0, 999999);
  f.add("ProjectionExpression", &ScanInput::ProjectionExpression);
  f.add("FilterExpression", &ScanInput::FilterExpression);
  f.add("ExpressionAttributeNames", &ScanInput::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &ScanInput::ExpressionAttributeValues);
  f.add("ConsistentRead", &ScanInput::ConsistentRead);
}

void ScanOutput::describe(api::Fields& f) {
  f.add("Items", &ScanOutput::Items);
  f.add("Count", &ScanOutput::Count);
  f.add("ScannedCount", &ScanOutput::ScannedCount);
  f.add("LastEvaluatedKey", &ScanOutput::LastEvaluatedKey);
  f.add("ConsumedCapacity", &ScanOutput::ConsumedCapacity);
}

void TagResourceInput::describe(api::Fields& f) {
  f.add("ResourceArn", &TagResourceInput::ResourceArn).required().length(1, 1283);
  f.add("Tags", &TagResourceInput::Tags).required();
}

void Get::describe(api::Fields& f) {
  f.add("Key", &Get::Key).required();
  f.add("TableName", &Get::TableName).required().length(1, 1024);
  f.add("ProjectionExpression", &Get::ProjectionExpression);
  f.add("ExpressionAttributeNames", &Get::ExpressionAttributeNames);
}

void TransactGetItem::describe(api::Fields& f) { f.add("Get", &TransactGetItem::Get).required(); }

void TransactGetItemsInput::describe(api::Fields& f) {
  f.add("TransactItems", &TransactGetItemsInput::TransactItems).required().length(1, 100);
  f.add("ReturnConsumedCapacity", &TransactGetItemsInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
}

void ItemResponse::describe(api::Fields& f) { f.add("Item", &ItemResponse::Item); }

void TransactGetItemsOutput::describe(api::Fields& f) {
  f.add("ConsumedCapacity", &TransactGetItemsOutput::ConsumedCapacity);
  f.add("Responses", &TransactGetItemsOutput::Responses);
}

void ConditionCheck::describe(api::Fields& f) {
  f.add("Key", &ConditionCheck::Key).required();
  f.add("TableName", &ConditionCheck::TableName).required().length(1, 1024);
  f.add("ConditionExpression", &ConditionCheck::ConditionExpression).required();
  f.add("ExpressionAttributeNames", &ConditionCheck::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &ConditionCheck::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &ConditionCheck::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void Put::describe(api::Fields& f) {
  f.add("Item", &Put::Item).required();
  f.add("TableName", &Put::TableName).required().length(1, 1024);
  f.add("ConditionExpression", &Put::ConditionExpression);
  f.add("ExpressionAttributeNames", &Put::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &Put::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &Put::ReturnValuesOnConditionCheckFailure).one_of({"ALL_OLD", "NONE"});
}

void Delete::describe(api::Fields& f) {
  f.add("Key", &Delete::Key).required();
  f.add("TableName", &Delete::TableName).required().length(1, 1024);
  f.add("ConditionExpression", &Delete::ConditionExpression);
  f.add("ExpressionAttributeNames", &Delete::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &Delete::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &Delete::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void Update::describe(api::Fields& f) {
  f.add("Key", &Update::Key).required();
  f.add("UpdateExpression", &Update::UpdateExpression).required();
  f.add("TableName", &Update::TableName).required().length(1, 1024);
  f.add("ConditionExpression", &Update::ConditionExpression);
  f.add("ExpressionAttributeNames", &Update::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &Update::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &Update::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void TransactWriteItem::describe(api::Fields& f) {
  f.add("ConditionCheck", &TransactWriteItem::ConditionCheck);
  f.add("Put", &TransactWriteItem::Put);
  f.add("Delete", &TransactWriteItem::Delete);
  f.add("Update", &TransactWriteItem::Update);
}

void TransactWriteItemsInput::describe(api::Fields& f) {
  f.add("TransactItems", &TransactWriteItemsInput::TransactItems).required().length(1, 100);
  f.add("ReturnConsumedCapacity", &TransactWriteItemsInput::ReturnConsumedCapacity)
      .one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ReturnItemCollectionMetrics", &TransactWriteItemsInput::ReturnItemCollectionMetrics).one_of({"SIZE", "NONE"});
  f.add("ClientRequestToken", &TransactWriteItemsInput::ClientRequestToken).length(1, 36);
}

void TransactWriteItemsOutput::describe(api::Fields& f) {
  f.add("ConsumedCapacity", &TransactWriteItemsOutput::ConsumedCapacity);
  f.add("ItemCollectionMetrics", &TransactWriteItemsOutput::ItemCollectionMetrics);
}

void UntagResourceInput::describe(api::Fields& f) {
  f.add("ResourceArn", &UntagResourceInput::ResourceArn).required().length(1, 1283);
  f.add("TagKeys", &UntagResourceInput::TagKeys).required();
}

void PointInTimeRecoverySpecification::describe(api::Fields& f) {
  f.add("PointInTimeRecoveryEnabled", &PointInTimeRecoverySpecification::PointInTimeRecoveryEnabled).required();
  f.add("RecoveryPeriodInDays", &PointInTimeRecoverySpecification::RecoveryPeriodInDays).range(1, 35);
}

void UpdateContinuousBackupsInput::describe(api::Fields& f) {
  f.add("TableName", &UpdateContinuousBackupsInput::TableName).required().length(1, 1024);
  f.add("PointInTimeRecoverySpecification", &UpdateContinuousBackupsInput::PointInTimeRecoverySpecification).required();
}

void UpdateContinuousBackupsOutput::describe(api::Fields& f) {
  f.add("ContinuousBackupsDescription", &UpdateContinuousBackupsOutput::ContinuousBackupsDescription);
}

void AttributeValueUpdate::describe(api::Fields& f) {
  f.add("Value", &AttributeValueUpdate::Value);
  f.add("Action", &AttributeValueUpdate::Action).one_of({"ADD", "PUT", "DELETE"});
}

void UpdateItemInput::describe(api::Fields& f) {
  f.add("TableName", &UpdateItemInput::TableName).required().length(1, 1024);
  f.add("Key", &UpdateItemInput::Key).required();
  f.add("AttributeUpdates", &UpdateItemInput::AttributeUpdates);
  f.add("Expected", &UpdateItemInput::Expected);
  f.add("ConditionalOperator", &UpdateItemInput::ConditionalOperator).one_of({"OR", "AND"});
  f.add("ReturnValues", &UpdateItemInput::ReturnValues)
      .one_of({"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"});
  f.add("ReturnConsumedCapacity", &UpdateItemInput::ReturnConsumedCapacity).one_of({"INDEXES", "TOTAL", "NONE"});
  f.add("ReturnItemCollectionMetrics", &UpdateItemInput::ReturnItemCollectionMetrics).one_of({"SIZE", "NONE"});
  f.add("UpdateExpression", &UpdateItemInput::UpdateExpression);
  f.add("ConditionExpression", &UpdateItemInput::ConditionExpression);
  f.add("ExpressionAttributeNames", &UpdateItemInput::ExpressionAttributeNames);
  f.add("ExpressionAttributeValues", &UpdateItemInput::ExpressionAttributeValues);
  f.add("ReturnValuesOnConditionCheckFailure", &UpdateItemInput::ReturnValuesOnConditionCheckFailure)
      .one_of({"ALL_OLD", "NONE"});
}

void UpdateItemOutput::describe(api::Fields& f) {
  f.add("Attributes", &UpdateItemOutput::Attributes);
  f.add("ConsumedCapacity", &UpdateItemOutput::ConsumedCapacity);
  f.add("ItemCollectionMetrics", &UpdateItemOutput::ItemCollectionMetrics);
}

void UpdateGlobalSecondaryIndexAction::describe(api::Fields& f) {
  f.add("IndexName", &UpdateGlobalSecondaryIndexAction::IndexName).required().length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("ProvisionedThroughput", &UpdateGlobalSecondaryIndexAction::ProvisionedThroughput);
  f.add("OnDemandThroughput", &UpdateGlobalSecondaryIndexAction::OnDemandThroughput);
  f.add("WarmThroughput", &UpdateGlobalSecondaryIndexAction::WarmThroughput);
}

void CreateGlobalSecondaryIndexAction::describe(api::Fields& f) {
  f.add("IndexName", &CreateGlobalSecondaryIndexAction::IndexName).required().length(3, 255).pattern("[a-zA-Z0-9_.-]+");
  f.add("KeySchema", &CreateGlobalSecondaryIndexAction::KeySchema).required().length(1, 2);
  f.add("Projection", &CreateGlobalSecondaryIndexAction::Projection).required();
  f.add("ProvisionedThroughput", &CreateGlobalSecondaryIndexAction::ProvisionedThroughput);
  f.add("OnDemandThroughput", &CreateGlobalSecondaryIndexAction::OnDemandThroughput);
  f.add("WarmThroughput", &CreateGlobalSecondaryIndexAction::WarmThroughput);
}

void DeleteGlobalSecondaryIndexAction::describe(api::Fields& f) {
  f.add("IndexName", &DeleteGlobalSecondaryIndexAction::IndexName).required().length(3, 255).pattern("[a-zA-Z0-9_.-]+");
}

void GlobalSecondaryIndexUpdate::describe(api::Fields& f) {
  f.add("Update", &GlobalSecondaryIndexUpdate::Update);
  f.add("Create", &GlobalSecondaryIndexUpdate::Create);
  f.add("Delete", &GlobalSecondaryIndexUpdate::Delete);
}

void UpdateTableInput::describe(api::Fields& f) {
  f.add("AttributeDefinitions", &UpdateTableInput::AttributeDefinitions);
  f.add("TableName", &UpdateTableInput::TableName).required().length(1, 1024);
  f.add("BillingMode", &UpdateTableInput::BillingMode).one_of({"PROVISIONED", "PAY_PER_REQUEST"});
  f.add("ProvisionedThroughput", &UpdateTableInput::ProvisionedThroughput);
  f.add("GlobalSecondaryIndexUpdates", &UpdateTableInput::GlobalSecondaryIndexUpdates);
  f.add("StreamSpecification", &UpdateTableInput::StreamSpecification);
  f.add("SSESpecification", &UpdateTableInput::SSESpecification);
  f.add("ReplicaUpdates", &UpdateTableInput::ReplicaUpdates).min(1);
  f.add("TableClass", &UpdateTableInput::TableClass).one_of({"STANDARD", "STANDARD_INFREQUENT_ACCESS"});
  f.add("DeletionProtectionEnabled", &UpdateTableInput::DeletionProtectionEnabled);
  f.add("MultiRegionConsistency", &UpdateTableInput::MultiRegionConsistency).one_of({"EVENTUAL", "STRONG"});
  f.add("GlobalTableWitnessUpdates", &UpdateTableInput::GlobalTableWitnessUpdates).length(1, 1);
  f.add("OnDemandThroughput", &UpdateTableInput::OnDemandThroughput);
  f.add("WarmThroughput", &UpdateTableInput::WarmThroughput);
  f.add("GlobalTableSettingsReplicationMode", &UpdateTableInput::GlobalTableSettingsReplicationMode)
      .one_of({"ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES"});
}

void UpdateTableOutput::describe(api::Fields& f) { f.add("TableDescription", &UpdateTableOutput::TableDescription); }

void TimeToLiveSpecification::describe(api::Fields& f) {
  f.add("Enabled", &TimeToLiveSpecification::Enabled).required();
  f.add("AttributeName", &TimeToLiveSpecification::AttributeName).required().length(1, 255);
}

void UpdateTimeToLiveInput::describe(api::Fields& f) {
  f.add("TableName", &UpdateTimeToLiveInput::TableName).required().length(1, 1024);
  f.add("TimeToLiveSpecification", &UpdateTimeToLiveInput::TimeToLiveSpecification).required();
}

void UpdateTimeToLiveOutput::describe(api::Fields& f) {
  f.add("TimeToLiveSpecification", &UpdateTimeToLiveOutput::TimeToLiveSpecification);
}

}  // namespace thaw::dynamodb::wire
