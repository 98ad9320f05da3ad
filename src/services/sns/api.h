// The shapes of Amazon SNS. https://docs.aws.amazon.com/sns/latest/api/
// What is required is checked by the operations, since SNS says so in words of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::sns {

using Texts = std::map<std::string, std::string>;

struct Tag {
  std::string Key;
  std::string Value;
  static void describe(api::Fields& f);
};
struct AttributeValue {
  std::string DataType;
  std::optional<std::string> StringValue;
  std::optional<api::Blob> BinaryValue;
  static void describe(api::Fields& f);
};
using AttributeValues = std::map<std::string, AttributeValue>;

// ---- topics ----

struct CreateTopicInput {
  std::string Name;
  Texts Attributes;
  std::vector<Tag> Tags;
  std::optional<std::string> DataProtectionPolicy;
  static void describe(api::Fields& f);
};
struct TopicArnInput {
  std::string TopicArn;
  static void describe(api::Fields& f);
};
struct TopicArnOutput {
  std::string TopicArn;
  static void describe(api::Fields& f);
};
struct PageInput {
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct ListTopicsOutput {
  std::vector<TopicArnOutput> Topics;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct AttributesOutput {
  Texts Attributes;
  static void describe(api::Fields& f);
};
struct SetTopicAttributesInput {
  std::string TopicArn;
  std::string AttributeName;
  std::optional<std::string> AttributeValue;
  static void describe(api::Fields& f);
};
struct AddPermissionInput {
  std::string TopicArn;
  std::string Label;
  std::vector<std::string> AWSAccountId;
  std::vector<std::string> ActionName;
  static void describe(api::Fields& f);
};
struct RemovePermissionInput {
  std::string TopicArn;
  std::string Label;
  static void describe(api::Fields& f);
};
struct ResourceArnInput {
  std::string ResourceArn;
  static void describe(api::Fields& f);
};
struct TagResourceInput {
  std::string ResourceArn;
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};
struct UntagResourceInput {
  std::string ResourceArn;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};
struct TagsOutput {
  std::vector<Tag> Tags;
  static void describe(api::Fields& f);
};

// ---- subscriptions ----

struct SubscribeInput {
  std::string TopicArn;
  std::string Protocol;
  std::optional<std::string> Endpoint;
  Texts Attributes;
  bool ReturnSubscriptionArn = false;
  static void describe(api::Fields& f);
};
struct SubscriptionArnInput {
  std::string SubscriptionArn;
  static void describe(api::Fields& f);
};
struct SubscriptionArnOutput {
  std::string SubscriptionArn;
  static void describe(api::Fields& f);
};
struct ConfirmSubscriptionInput {
  std::string TopicArn;
  std::string Token;
  std::optional<std::string> AuthenticateOnUnsubscribe;
  static void describe(api::Fields& f);
};
struct SetSubscriptionAttributesInput {
  std::string SubscriptionArn;
  std::string AttributeName;
  std::optional<std::string> AttributeValue;
  static void describe(api::Fields& f);
};
struct ListByTopicInput {
  std::string TopicArn;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct Subscription {
  std::string SubscriptionArn;
  std::string Owner;
  std::string Protocol;
  std::string Endpoint;
  std::string TopicArn;
  static void describe(api::Fields& f);
};
struct SubscriptionsOutput {
  std::vector<Subscription> Subscriptions;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

// ---- publishing ----

struct PublishInput {
  std::optional<std::string> TopicArn;
  std::optional<std::string> TargetArn;
  std::optional<std::string> PhoneNumber;
  std::string Message;
  std::optional<std::string> Subject;
  std::optional<std::string> MessageStructure;
  AttributeValues MessageAttributes;
  std::optional<std::string> MessageDeduplicationId;
  std::optional<std::string> MessageGroupId;
  static void describe(api::Fields& f);
};
struct PublishOutput {
  std::string MessageId;
  std::optional<std::string> SequenceNumber;
  static void describe(api::Fields& f);
};
struct PublishEntry {
  std::string Id;
  std::string Message;
  std::optional<std::string> Subject;
  std::optional<std::string> MessageStructure;
  AttributeValues MessageAttributes;
  std::optional<std::string> MessageDeduplicationId;
  std::optional<std::string> MessageGroupId;
  static void describe(api::Fields& f);
};
struct PublishBatchInput {
  std::string TopicArn;
  std::vector<PublishEntry> PublishBatchRequestEntries;
  static void describe(api::Fields& f);
};
struct PublishedEntry {
  std::string Id;
  std::string MessageId;
  std::optional<std::string> SequenceNumber;
  static void describe(api::Fields& f);
};
struct BatchError {
  std::string Id;
  std::string Code;
  std::optional<std::string> Message;
  bool SenderFault = true;
  static void describe(api::Fields& f);
};
struct PublishBatchOutput {
  std::vector<PublishedEntry> Successful;
  std::vector<BatchError> Failed;
  static void describe(api::Fields& f);
};

}  // namespace thaw::sns
