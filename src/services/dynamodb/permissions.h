// What IAM is asked before an operation on items: actions, ARNs, and DynamoDB's own condition keys, by which a policy
// may limit a caller to some partitions and attributes of a table.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
#pragma once

#include <functional>
#include <vector>

#include "api/service.h"
#include "services/dynamodb/table.h"

namespace thaw::dynamodb {

// Answers the table when it is known without asking the store, or null. When it is not known which of a key's
// attributes is the partition key, all of them are given as leading keys: a policy then allows too little rather than
// too much.
using KnownTable = std::function<std::shared_ptr<const Table>(const api::Request&, std::string_view name)>;

// ARNs: of the TableName member (a name or an ARN), with the index when one is read, of the ResourceArn member.
std::string table_arn(const api::Request& request, const Json& input);
std::string index_arn(const api::Request& request, const Json& input);
std::string resource_arn(const api::Request& request, const Json& input);

// GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan.
std::vector<api::Permission> item_permissions(const KnownTable& known, const api::Request& request, const Json& input);
// BatchGetItem, BatchWriteItem: one for each table.
std::vector<api::Permission> batch_permissions(const KnownTable& known, const api::Request& request, const Json& input);
// TransactGetItems, TransactWriteItems: one for each action.
std::vector<api::Permission> transact_permissions(const KnownTable& known, const api::Request& request,
                                                  const Json& input);

}  // namespace thaw::dynamodb
