// GetItem, PutItem, UpdateItem, DeleteItem.
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

Result<void> check_return_values(const std::optional<std::string>& wanted) {
  if (wanted && *wanted != "ALL_OLD" && *wanted != "NONE") return invalid("ReturnValues can only be ALL_OLD or NONE");
  return {};
}

}  // namespace

Task<Result<wire::GetItemOutput>> DynamoDb::get_item(api::Request& request, const wire::GetItemInput& in) {
  CO_CHECK_OK(check_no_mixture({{"ProjectionExpression", in.ProjectionExpression.has_value()}},
                               {{"AttributesToGet", in.AttributesToGet.has_value()}}));
  CO_CHECK_OK(check_placeholders_wanted(in.ExpressionAttributeNames.has_value(), false,
                                        {{"ProjectionExpression", in.ProjectionExpression.has_value()}}));
  CO_TRY(std::string key, encode_item(in.Key));
  CO_TRY(Placeholders placeholders,
         Placeholders::make(in.ExpressionAttributeNames ? &*in.ExpressionAttributeNames : nullptr, nullptr));
  CO_TRY(auto wanted, parse_wanted(in.ProjectionExpression, in.AttributesToGet, placeholders));
  CO_CHECK_OK(placeholders.check_all_used());
  CO_TRY(TablePtr table, co_await table_for_items(request, in.TableName));
  CO_CHECK_OK(check_key(table->key, key));
  CO_CHECK_OK(check_wanted(wanted, *table));
  std::string stored_key = item_key(*table, key);
  std::optional<std::string> stored = co_await request.tx().get_snapshot(stored_key);
  std::string_view item = stored ? stored_item(*stored) : std::string_view();
  wire::GetItemOutput out;
  if (stored) out.Item = item_to_json(wanted ? project(item, project_paths(*wanted)) : std::string(item));
  if (in.ReturnConsumedCapacity) {
    Consumed consumed(*table);
    consumed.read_table(read_units(item_size_bytes(item), in.ConsistentRead.value_or(false)));
    out.ConsumedCapacity = consumed.answer(in.ReturnConsumedCapacity);
  }
  co_return out;
}

Task<Result<wire::PutItemOutput>> DynamoDb::put_item(api::Request& request, const wire::PutItemInput& in) {
  CO_CHECK_OK(check_return_values(in.ReturnValues));
  CO_TRY(Write write, parse_write(Write::Kind::put, in.Item,
                                  {&in.ConditionExpression, nullptr, nullptr, &in.Expected, &in.ConditionalOperator,
                                   &in.ExpressionAttributeNames, &in.ExpressionAttributeValues}));
  WriteOptions options{in.ReturnValues.value_or("NONE"), in.ReturnValuesOnConditionCheckFailure == "ALL_OLD",
                       in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics == "SIZE"};
  CO_TRY(WriteAnswer answer, co_await write_one(request, in.TableName, std::move(write), std::move(options)));
  co_return wire::PutItemOutput{std::move(answer.attributes), std::move(answer.consumed), std::move(answer.metrics)};
}

Task<Result<wire::UpdateItemOutput>> DynamoDb::update_item(api::Request& request, const wire::UpdateItemInput& in) {
  CO_TRY(Write write,
         parse_write(Write::Kind::update, in.Key,
                     {&in.ConditionExpression, &in.UpdateExpression, &in.AttributeUpdates, &in.Expected,
                      &in.ConditionalOperator, &in.ExpressionAttributeNames, &in.ExpressionAttributeValues}));
  WriteOptions options{in.ReturnValues.value_or("NONE"), in.ReturnValuesOnConditionCheckFailure == "ALL_OLD",
                       in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics == "SIZE"};
  CO_TRY(WriteAnswer answer, co_await write_one(request, in.TableName, std::move(write), std::move(options)));
  co_return wire::UpdateItemOutput{std::move(answer.attributes), std::move(answer.consumed), std::move(answer.metrics)};
}

Task<Result<wire::DeleteItemOutput>> DynamoDb::delete_item(api::Request& request, const wire::DeleteItemInput& in) {
  CO_CHECK_OK(check_return_values(in.ReturnValues));
  CO_TRY(Write write, parse_write(Write::Kind::erase, in.Key,
                                  {&in.ConditionExpression, nullptr, nullptr, &in.Expected, &in.ConditionalOperator,
                                   &in.ExpressionAttributeNames, &in.ExpressionAttributeValues}));
  WriteOptions options{in.ReturnValues.value_or("NONE"), in.ReturnValuesOnConditionCheckFailure == "ALL_OLD",
                       in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics == "SIZE"};
  CO_TRY(WriteAnswer answer, co_await write_one(request, in.TableName, std::move(write), std::move(options)));
  co_return wire::DeleteItemOutput{std::move(answer.attributes), std::move(answer.consumed), std::move(answer.metrics)};
}

}  // namespace thaw::dynamodb
