// TransactGetItems and TransactWriteItems.
#include <algorithm>
#include <set>

#include "api/record.h"
#include "base/text.h"
#include "services/dynamodb/service.h"

namespace thaw::dynamodb {
namespace {

constexpr size_t transaction_bytes_max = 4u << 20;
constexpr int64_t token_minutes = 10;

std::unexpected<Error> invalid(std::string words) { return fail("ValidationException", std::move(words)); }

// What is kept of a transaction that was done, to recognise it when it is asked for again.
struct TokenRecord {
  std::string Hash;
  Time Expires;
  static void describe(api::Fields& f) {
    f.add("Hash", &TokenRecord::Hash);
    f.add("Expires", &TokenRecord::Expires);
  }
};

struct Action {
  std::string table_name;
  Write write;
  bool item_on_failure = false;
};

template <class A>
Result<Action> parse_action(Write::Kind kind, const A& in, const Json& target,
                            const std::optional<std::string>& condition,
                            const std::optional<std::string>* update = nullptr) {
  Action out;
  out.table_name = in.TableName;
  out.item_on_failure = in.ReturnValuesOnConditionCheckFailure == "ALL_OLD";
  WriteParameters p;
  p.condition_expression = &condition;
  p.update_expression = update;
  p.names = &in.ExpressionAttributeNames;
  p.values = &in.ExpressionAttributeValues;
  TRY(out.write, parse_write(kind, target, p));
  return out;
}

Result<Action> parse_item(const wire::TransactWriteItem& in) {
  int given = in.ConditionCheck.has_value() + in.Put.has_value() + in.Delete.has_value() + in.Update.has_value();
  if (given != 1) return invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  if (in.Put) return parse_action(Write::Kind::put, *in.Put, in.Put->Item, in.Put->ConditionExpression);
  if (in.Delete) return parse_action(Write::Kind::erase, *in.Delete, in.Delete->Key, in.Delete->ConditionExpression);
  if (in.Update) {
    std::optional<std::string> update = in.Update->UpdateExpression;
    return parse_action(Write::Kind::update, *in.Update, in.Update->Key, in.Update->ConditionExpression, &update);
  }
  std::optional<std::string> condition = in.ConditionCheck->ConditionExpression;
  return parse_action(Write::Kind::check, *in.ConditionCheck, in.ConditionCheck->Key, condition);
}

// Why an action did not go; "None" for those that would have.
struct Reason {
  std::string code = "None";
  std::string message;
  std::optional<std::string> item;
};

Error canceled(const std::vector<Reason>& reasons) {
  std::string codes;
  Json::Array details;
  for (const Reason& r : reasons) {
    codes += (codes.empty() ? "" : ", ") + r.code;
    Json one = Json::object({{"Code", r.code}});
    if (!r.message.empty()) one.set("Message", r.message);
    if (r.item) one.set("Item", item_to_json(*r.item));
    details.push_back(std::move(one));
  }
  Error error{"TransactionCanceledException",
              "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]",
              400,
              {}};
  error.details = Json::object({{"CancellationReasons", Json(std::move(details))}});
  return error;
}

bool any_failed(const std::vector<Reason>& reasons) {
  return std::any_of(reasons.begin(), reasons.end(), [](const Reason& r) { return r.code != "None"; });
}

Reason validation_reason(const Error& error) { return {"ValidationError", error.message, {}}; }

// AWS refuses empty key values before it looks at the actions one by one.
bool is_of_request(const Error& error) { return error.message.find("value. Key: ") != std::string::npos; }

// Consumed capacity by table, in the order in which the tables first appear.
class ByTable {
 public:
  Consumed& of(const std::shared_ptr<const Table>& table) {
    for (auto& [known, consumed] : all_)
      if (known->storage_id == table->storage_id) return consumed;
    all_.emplace_back(table, Consumed(*table));
    return all_.back().second;
  }
  std::optional<std::vector<wire::ConsumedCapacity>> answer(const std::optional<std::string>& wanted,
                                                            Consumed::Show show) const {
    if (!wanted || *wanted == "NONE") return std::nullopt;
    std::vector<wire::ConsumedCapacity> out;
    for (const auto& [table, consumed] : all_)
      if (auto one = consumed.answer(wanted, show)) out.push_back(std::move(*one));
    return out;
  }

 private:
  std::vector<std::pair<std::shared_ptr<const Table>, Consumed>> all_;
};

std::string request_hash(const wire::TransactWriteItemsInput& in) {
  return hex_encode(sha256(api::to_canonical(in.TransactItems).dump()));
}

}  // namespace

Task<Result<wire::TransactGetItemsOutput>> DynamoDb::transact_get_items(api::Request& request,
                                                                        const wire::TransactGetItemsInput& in) {
  wire::TransactGetItemsOutput out;
  out.Responses.emplace();
  ByTable consumed;
  std::set<std::string> seen;
  std::vector<Reason> reasons(in.TransactItems.size());
  size_t bytes = 0;
  for (size_t i = 0; i < in.TransactItems.size(); ++i) {
    const wire::Get& get = in.TransactItems[i].Get;
    CO_TRY(std::string key, encode_item(get.Key));
    CO_CHECK_OK(check_placeholders_wanted(get.ExpressionAttributeNames.has_value(), false,
                                          {{"ProjectionExpression", get.ProjectionExpression.has_value()}}));
    CO_TRY(Placeholders placeholders,
           Placeholders::make(get.ExpressionAttributeNames ? &*get.ExpressionAttributeNames : nullptr, nullptr));
    CO_TRY(auto wanted, parse_wanted(get.ProjectionExpression, std::nullopt, placeholders));
    CO_CHECK_OK(placeholders.check_all_used());
    CO_TRY(TablePtr table, co_await table_for_items(request, get.TableName));
    if (auto checked = check_key(table->key, key); !checked) {
      if (is_of_request(checked.error())) co_return std::unexpected(checked.error());
      reasons[i] = validation_reason(checked.error());
      continue;
    }
    std::string stored_key = item_key(*table, key);
    if (!seen.insert(stored_key).second)
      co_return invalid("Transaction request cannot include multiple operations on one item");
    std::optional<std::string> stored = co_await request.tx().get(stored_key);
    std::string_view item = stored ? stored_item(*stored) : std::string_view();
    bytes += item_size_bytes(item);
    consumed.of(table).read_table(2 * read_units(item_size_bytes(item), true));
    wire::ItemResponse response;
    if (stored) response.Item = item_to_json(wanted ? project(item, project_paths(*wanted)) : std::string(item));
    out.Responses->push_back(std::move(response));
  }
  if (any_failed(reasons)) co_return std::unexpected(canceled(reasons));
  if (bytes > transaction_bytes_max)
    co_return invalid("Item collection size in the transaction exceeds the limit of 4 MB");
  out.ConsumedCapacity = consumed.answer(in.ReturnConsumedCapacity, Consumed::Show::as_reads);
  co_return out;
}

Task<Result<wire::TransactWriteItemsOutput>> DynamoDb::transact_write_items(api::Request& request,
                                                                            const wire::TransactWriteItemsInput& in) {
  std::vector<Action> actions;
  for (const auto& item : in.TransactItems) {
    CO_TRY(Action action, parse_item(item));
    actions.push_back(std::move(action));
  }
  kv::Transaction& tx = request.tx();
  ByTable consumed;
  wire::TransactWriteItemsOutput out;
  bool done_before = false;
  if (in.ClientRequestToken) {
    std::string key = token_key(request.account, request.region, *in.ClientRequestToken);
    std::string hash = request_hash(in);
    std::optional<std::string> known = co_await tx.get(key);
    auto record = known ? api::decode_record<TokenRecord>(*known) : std::nullopt;
    if (record && record->Expires > request.now()) {
      if (record->Hash != hash)
        co_return fail("IdempotentParameterMismatchException",
                       "The provided client token is already in use with different request parameters.");
      done_before = true;
    } else {
      Time expires = request.now() + std::chrono::minutes(token_minutes);
      tx.set(key, api::encode_record(TokenRecord{hash, expires}));
      remember_token(tx, key, expires);
    }
  }
  std::vector<Reason> reasons(actions.size());
  std::set<std::string> seen;
  size_t bytes = 0;
  for (size_t i = 0; i < actions.size(); ++i) {
    Action& action = actions[i];
    CO_TRY(TablePtr table, co_await table_for_items(request, action.table_name));
    if (auto checked = check_write(action.write, *table); !checked) {
      if (is_of_request(checked.error())) co_return std::unexpected(checked.error());
      reasons[i] = validation_reason(checked.error());
      continue;
    }
    std::string key = item_key(*table, action.write.target);
    if (!seen.insert(key).second)
      co_return invalid("Transaction request cannot include multiple operations on one item");
    if (done_before) {  // nothing is written again; the answer counts as a read of the items
      std::optional<std::string> stored = co_await tx.get(key);
      size_t size = stored ? item_size_bytes(stored_item(*stored)) : 0;
      consumed.of(table).read_table(2 * read_units(size, true));
      continue;
    }
    Result<Written> written = co_await write(tx, table, action.write);
    if (!written) {
      if (written.error().code != "ValidationException") co_return std::unexpected(written.error());
      reasons[i] = validation_reason(written.error());
    } else if (!written->condition_held) {
      reasons[i] = {"ConditionalCheckFailed", "The conditional request failed", {}};
      if (action.item_on_failure) reasons[i].item = written->old_item;
    } else {
      bytes += written->new_item ? item_size_bytes(*written->new_item) : 0;
      consumed.of(table).write(written->old_item, written->new_item, 2);
    }
    if (in.ReturnItemCollectionMetrics == "SIZE" && table->has_local_indexes()) {
      if (!out.ItemCollectionMetrics) out.ItemCollectionMetrics.emplace();
      wire::ItemCollectionMetrics metrics = co_await collection_metrics(tx, *table, action.write.target);
      (*out.ItemCollectionMetrics)[table->name()].push_back(std::move(metrics));
    }
  }
  if (any_failed(reasons)) co_return std::unexpected(canceled(reasons));
  if (bytes > transaction_bytes_max)
    co_return invalid("Item collection size in the transaction exceeds the limit of 4 MB");
  out.ConsumedCapacity =
      consumed.answer(in.ReturnConsumedCapacity, done_before ? Consumed::Show::as_reads : Consumed::Show::as_writes);
  co_return out;
}

}  // namespace thaw::dynamodb
