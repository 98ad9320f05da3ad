// The parameters from before expressions: Expected, KeyConditions, QueryFilter, ScanFilter, AttributeUpdates. Each
// becomes what the expression would be.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
#pragma once

#include "services/dynamodb/api.h"
#include "services/dynamodb/expression.h"

namespace thaw::dynamodb {

// `conditional_operator` is "AND", "OR" or empty; values live in `keeper`.
Result<Condition> legacy_expected(const std::map<std::string, wire::ExpectedAttributeValue>& expected,
                                  std::string_view conditional_operator, Placeholders& keeper);
Result<Condition> legacy_filter(const std::map<std::string, wire::Condition>& filter,
                                std::string_view conditional_operator, Placeholders& keeper);
Result<std::vector<KeyCondition>> legacy_key_conditions(const std::map<std::string, wire::Condition>& conditions,
                                                        Placeholders& keeper);
Result<Update> legacy_update(const std::map<std::string, wire::AttributeValueUpdate>& updates, Placeholders& keeper);
// AttributesToGet: names, each once.
Result<std::vector<Path>> legacy_attributes(const std::vector<std::string>& names);

}  // namespace thaw::dynamodb
