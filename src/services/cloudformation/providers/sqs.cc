// AWS::SQS::*
#include <algorithm>

#include "services/cloudformation/providers/mapping.h"

namespace thaw::cloudformation {
namespace {

struct Attribute {
  std::string_view name;
  std::string_view otherwise;  // what a queue goes back to when the property is taken away
};
constexpr Attribute attributes[] = {
    {"ContentBasedDeduplication", "false"},
    {"DeduplicationScope", "queue"},
    {"DelaySeconds", "0"},
    {"FifoThroughputLimit", "perQueue"},
    {"KmsDataKeyReusePeriodSeconds", "300"},
    {"KmsMasterKeyId", ""},
    {"MaximumMessageSize", "1048576"},
    {"MessageRetentionPeriod", "345600"},
    {"ReceiveMessageWaitTimeSeconds", "0"},
    {"RedriveAllowPolicy", ""},
    {"RedrivePolicy", ""},
    {"SqsManagedSseEnabled", "true"},
    {"VisibilityTimeout", "30"},
};

// Attributes are texts, whatever the template writes: numbers, booleans, objects.
std::string attribute_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  if (value.is_number()) return value.number_text();
  return value.dump();
}

bool is_fifo(const ResourceRequest& r) {
  const Json& given = r.property("FifoQueue");
  return given == Json(true) || given.string_or("") == "true";
}

std::string queue_name(const ResourceRequest& r) {
  std::string name = chosen_name(r, "QueueName");
  if (is_fifo(r) && !r.property("QueueName").is_string() && !name.ends_with(".fifo")) name += ".fifo";
  return name;
}

ResourceState queue_state(const ResourceRequest& r, std::string url) {
  std::string name = url.substr(url.rfind('/') + 1);
  Json attributes = Json::object({{"Arn", "arn:" + r.partition + ":sqs:" + r.region + ":" + r.account + ":" + name},
                                  {"QueueName", name},
                                  {"QueueUrl", url}});
  return {std::move(url), std::move(attributes), {}};
}

Task<Result<ResourceState>> create_queue(Api& api, ResourceRequest r) {
  Json given = Json::object();
  for (const Attribute& attribute : attributes) {
    if (const Json& value = r.property(attribute.name); !value.is_null())
      given.set(attribute.name, attribute_text(value));
  }
  if (is_fifo(r)) given.set("FifoQueue", "true");
  Json input = Json::object({{"QueueName", queue_name(r)}, {"Attributes", std::move(given)}});
  if (Json tags = all_tags(r); !tags.empty()) input.set("tags", tag_map(tags));
  // CreateQueue answers a queue that is there already when its attributes are the same: it is another's, unless an
  // earlier try has made it.
  if (!r.resumed) {
    Result<Json> there = co_await api.call("sqs", "GetQueueUrl", Json::object({{"QueueName", input.get("QueueName")}}));
    if (there) co_return fail("ResourceAlreadyExistsException", queue_name(r) + " already exists");
    if (!is_not_found(there.error())) co_return std::unexpected(std::move(there).error());
  }
  CO_TRY(Json made, co_await api.call("sqs", "CreateQueue", std::move(input)));
  co_return queue_state(r, made.get("QueueUrl").string_or(""));
}

Task<Result<ResourceState>> update_queue(Api& api, ResourceRequest r) {
  Json changed = Json::object();
  for (const Attribute& attribute : attributes) {
    if (!r.changed(attribute.name)) continue;
    const Json& value = r.property(attribute.name);
    changed.set(attribute.name, value.is_null() ? std::string(attribute.otherwise) : attribute_text(value));
  }
  if (!changed.empty()) {
    Json input = Json::object({{"QueueUrl", r.physical_id}, {"Attributes", std::move(changed)}});
    CO_TRY(Json set, co_await api.call("sqs", "SetQueueAttributes", std::move(input)));
  }
  if (r.changed("Tags")) {
    Json gone = Json::array();
    for (const Json& tag : added(r.previous.get("Tags"), r.property("Tags"))) gone.push_back(tag.get("Key"));
    if (!gone.empty()) {
      Json input = Json::object({{"QueueUrl", r.physical_id}, {"TagKeys", std::move(gone)}});
      CO_TRY(Json untag, co_await api.call("sqs", "UntagQueue", std::move(input)));
    }
    if (Json tags = all_tags(r); !tags.empty()) {
      Json input = Json::object({{"QueueUrl", r.physical_id}, {"Tags", tag_map(tags)}});
      CO_TRY(Json tag, co_await api.call("sqs", "TagQueue", std::move(input)));
    }
  }
  co_return queue_state(r, r.physical_id);
}

// After a creation that failed half-way only the name is known.
Task<Result<ResourceState>> remove_queue(Api& api, ResourceRequest r) {
  std::string url = r.physical_id;
  if (url.find('/') == std::string::npos) url = "/" + r.account + "/" + url;
  CO_CHECK_OK(gone_is_fine(co_await api.call("sqs", "DeleteQueue", Json::object({{"QueueUrl", url}}))));
  co_return done(r.physical_id);
}

// ---- policies ----

Task<Result<Json>> set_policy(Api& api, Json url, Json text) {
  Json input =
      Json::object({{"QueueUrl", std::move(url)}, {"Attributes", Json::object({{"Policy", std::move(text)}})}});
  co_return co_await api.call("sqs", "SetQueueAttributes", std::move(input));
}

Task<Result<Json>> drop_policies(Api& api, std::vector<Json> urls) {
  for (Json& url : urls) {
    Result<Json> dropped = co_await set_policy(api, std::move(url), "");
    CO_CHECK_OK(gone_is_fine(std::move(dropped)));
  }
  co_return Json();
}

// Queues is a list; one queue may stand for itself.
Json listed(const Json& queues) { return queues.is_array() ? queues : Json::array({queues}); }

Task<Result<ResourceState>> put_policies(Api& api, ResourceRequest r) {
  Json queues = listed(r.property("Queues"));
  for (const Json& url : queues.items()) {
    CO_TRY(Json set, co_await set_policy(api, url, as_text(r.property("PolicyDocument"))));
  }
  if (r.previous.is_object()) {
    std::vector<Json> left = added(listed(r.previous.get("Queues")), queues);
    CO_TRY(Json dropped, co_await drop_policies(api, std::move(left)));
  }
  co_return done(r.physical_id);
}
Task<Result<ResourceState>> remove_policies(Api& api, ResourceRequest r) {
  std::vector<Json> urls = listed(r.property("Queues")).items();
  CO_TRY(Json dropped, co_await drop_policies(api, std::move(urls)));
  co_return done(r.physical_id);
}

Task<Result<ResourceState>> put_inline_policy(Api& api, ResourceRequest r) {
  CO_TRY(Json set, co_await set_policy(api, r.property("Queue"), as_text(r.property("PolicyDocument"))));
  co_return done(r.text("Queue"));
}
Task<Result<ResourceState>> remove_inline_policy(Api& api, ResourceRequest r) {
  std::vector<Json> urls = {r.property("Queue")};
  CO_TRY(Json dropped, co_await drop_policies(api, std::move(urls)));
  co_return done(r.physical_id);
}

}  // namespace

const std::vector<ResourceType>& sqs_types() {
  static const std::vector<ResourceType> types = {
      {.name = "AWS::SQS::Queue",
       .properties = {"ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue",
                      "FifoThroughputLimit", "KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "MaximumMessageSize",
                      "MessageRetentionPeriod", "QueueName", "ReceiveMessageWaitTimeSeconds", "RedriveAllowPolicy",
                      "RedrivePolicy", "SqsManagedSseEnabled", "Tags", "VisibilityTimeout"},
       .create_only = {"FifoQueue"},
       .attributes = {"Arn", "QueueName", "QueueUrl"},
       .name_property = "QueueName",
       .name_length_max = 75,  // ".fifo" may follow
       .taggable = true,
       .create = create_queue,
       .update = update_queue,
       .remove = remove_queue},
      {.name = "AWS::SQS::QueuePolicy",
       .properties = {"PolicyDocument", "Queues"},
       .required = {"PolicyDocument", "Queues"},
       .create = put_policies,
       .update = put_policies,
       .remove = remove_policies},
      {.name = "AWS::SQS::QueueInlinePolicy",
       .properties = {"PolicyDocument", "Queue"},
       .required = {"PolicyDocument", "Queue"},
       .create_only = {"Queue"},
       .create = put_inline_policy,
       .update = put_inline_policy,
       .remove = remove_inline_policy},
  };
  return types;
}

}  // namespace thaw::cloudformation
