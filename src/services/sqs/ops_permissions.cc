// AddPermission and RemovePermission, which write the queue's policy, and tags.
#include <algorithm>

#include "base/arn.h"
#include "base/text.h"
#include "services/sqs/errors.h"
#include "services/sqs/message.h"
#include "services/sqs/service.h"

namespace thaw::sqs {
namespace {

constexpr size_t tags_max = 50;
constexpr size_t actions_max = 7;
constexpr size_t statements_max = 20;
constexpr std::string_view shareable[] = {
    "*",           "ChangeMessageVisibility",    "DeleteMessage", "GetQueueAttributes",
    "GetQueueUrl", "ListDeadLetterSourceQueues", "PurgeQueue",    "ReceiveMessage",
    "SendMessage"};

Json* statement_labelled(Json& policy, const std::string& label) {
  Json* statements = policy.find("Statement");
  if (!statements || !statements->is_array()) return nullptr;
  for (Json& statement : statements->items())
    if (statement.get("Sid").string_or("") == label) return &statement;
  return nullptr;
}

Json one_or_list(std::vector<std::string> values) {
  if (values.size() == 1) return Json(std::move(values[0]));
  Json out = Json::array();
  for (std::string& value : values) out.push_back(std::move(value));
  return out;
}

// The queue's policy, with its statements as a list; one to be filled when it has none.
Json policy_to_change(const Queue& queue) {
  Json policy = queue.settings.policy;
  if (policy.is_null())
    policy = Json::object({{"Version", "2012-10-17"}, {"Id", queue.record.arn() + "/SQSDefaultPolicy"}});
  Json& statements = policy["Statement"];
  if (statements.is_object()) statements = Json::array({statements});
  if (!statements.is_array()) statements = Json::array();
  return policy;
}

Result<Json> statement_for(const AddPermissionInput& in, const std::string& arn) {
  if (in.AWSAccountIds.empty()) return missing_parameter("AWSAccountIds");
  if (in.Actions.empty()) return missing_parameter("Actions");
  if (in.Actions.size() > actions_max)
    return fail("OverLimit",
                std::to_string(in.Actions.size()) + " Actions were found, maximum allowed is " +
                    std::to_string(actions_max) + ".",
                403);
  std::vector<std::string> principals, actions;
  for (const std::string& account : in.AWSAccountIds) {
    if (!AccountId::parse(account)) return invalid_value("[" + account + "]", "PrincipalId", "Unable to verify.");
    principals.push_back("arn:aws:iam::" + account + ":root");
  }
  for (const std::string& action : in.Actions) {
    if (std::ranges::find(shareable, action) == std::end(shareable))
      return invalid_value("SQS:" + action, "ActionName", "Only the queue owner is allowed to invoke this action.");
    actions.push_back("SQS:" + action);
  }
  return Json::object({{"Sid", in.Label},
                       {"Effect", "Allow"},
                       {"Principal", Json::object({{"AWS", one_or_list(std::move(principals))}})},
                       {"Action", one_or_list(std::move(actions))},
                       {"Resource", arn}});
}

}  // namespace

Task<Result<api::Nothing>> Sqs::add_permission(Request& request, const AddPermissionInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  if (in.Label.empty()) co_return missing_parameter("Label");
  if (!is_batch_entry_id(in.Label))
    co_return invalid_value(in.Label, "Label",
                            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.");
  CO_TRY(Json statement, statement_for(in, queue->record.arn()));
  Json policy = policy_to_change(*queue);
  if (statement_labelled(policy, in.Label)) co_return invalid_value(in.Label, "Label", "Already exists.");
  if (policy.get("Statement").size() >= statements_max)
    co_return fail("OverLimit", "A policy can have no more than 20 statements.", 403);
  policy["Statement"].push_back(std::move(statement));
  QueueRecord record = queue->record;
  record.attributes["Policy"] = policy.dump();
  record.modified_s = request.clock->now_ms() / 1000;
  queues_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sqs::remove_permission(Request& request, const RemovePermissionInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  if (in.Label.empty()) co_return missing_parameter("Label");
  Json policy = policy_to_change(*queue);
  Json* found = statement_labelled(policy, in.Label);
  if (!found) co_return invalid_value(in.Label, "Label", "can't find label on existing policy.");
  Json::Array& statements = policy["Statement"].items();
  statements.erase(statements.begin() + (found - statements.data()));
  QueueRecord record = queue->record;
  if (statements.empty())
    record.attributes.erase("Policy");
  else
    record.attributes["Policy"] = policy.dump();
  record.modified_s = request.clock->now_ms() / 1000;
  queues_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sqs::tag_queue(Request& request, const TagQueueInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  if (in.Tags.empty()) co_return missing_parameter("Tags");
  QueueRecord record = queue->record;
  for (const auto& [key, value] : in.Tags) {
    if (key.empty() || key.size() > 128 || value.size() > 256)
      co_return invalid_parameter("Tag keys must be between 1 and 128 characters in length, values at most 256.");
    if (to_lower(key).starts_with("aws:"))
      co_return invalid_parameter("Tag keys must not begin with 'aws:', which is reserved.");
    record.tags[key] = value;
  }
  if (record.tags.size() > tags_max) co_return invalid_parameter("Too many tags added for queue " + record.name + ".");
  queues_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<api::Nothing>> Sqs::untag_queue(Request& request, const UntagQueueInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  if (in.TagKeys.empty()) co_return missing_parameter("TagKeys");
  QueueRecord record = queue->record;
  for (const std::string& key : in.TagKeys) record.tags.erase(key);
  queues_.put(request.tx(), record);
  co_return api::Nothing{};
}

Task<Result<ListQueueTagsOutput>> Sqs::list_tags(Request& request, const QueueInput& in) {
  CO_TRY(QueueRef queue, co_await queue_of(request, request.tx(), in.QueueUrl));
  ListQueueTagsOutput out;
  if (!queue->record.tags.empty()) out.Tags = queue->record.tags;
  co_return out;
}

}  // namespace thaw::sqs
