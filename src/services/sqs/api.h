// The shapes of Amazon SQS. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
//
// One declaration serves both wires: members have the JSON names, query_wire() gives those of the Query protocol.
// What is required is checked by the operations, since SQS says so in words of its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

namespace thaw::sqs {

using Texts = std::map<std::string, std::string>;

// The value of a message attribute; the same for system attributes.
struct AttributeValue {
  std::optional<std::string> StringValue;
  std::optional<api::Blob> BinaryValue;
  std::optional<std::vector<std::string>> StringListValues;
  std::optional<std::vector<api::Blob>> BinaryListValues;
  std::string DataType;
  static void describe(api::Fields& f);
};
using AttributeValues = std::map<std::string, AttributeValue>;

// ---- queues ----

struct CreateQueueInput {
  std::string QueueName;
  Texts Attributes;
  Texts tags;
  static void describe(api::Fields& f);
};
struct QueueUrlOutput {
  std::string QueueUrl;
  static void describe(api::Fields& f);
};
struct QueueInput {  // of every operation that takes a queue alone
  std::string QueueUrl;
  static void describe(api::Fields& f);
};
struct GetQueueUrlInput {
  std::string QueueName;
  std::optional<std::string> QueueOwnerAWSAccountId;
  static void describe(api::Fields& f);
};
struct ListQueuesInput {
  std::optional<std::string> QueueNamePrefix;
  std::optional<std::string> NextToken;
  std::optional<int32_t> MaxResults;
  static void describe(api::Fields& f);
};
struct ListQueuesOutput {
  std::optional<std::vector<std::string>> QueueUrls;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};
struct GetQueueAttributesInput {
  std::string QueueUrl;
  std::vector<std::string> AttributeNames;
  static void describe(api::Fields& f);
};
struct GetQueueAttributesOutput {
  std::optional<Texts> Attributes;
  static void describe(api::Fields& f);
};
struct SetQueueAttributesInput {
  std::string QueueUrl;
  Texts Attributes;
  static void describe(api::Fields& f);
};
struct ListDeadLetterSourceQueuesInput {
  std::string QueueUrl;
  std::optional<std::string> NextToken;
  std::optional<int32_t> MaxResults;
  static void describe(api::Fields& f);
};
struct ListDeadLetterSourceQueuesOutput {
  std::vector<std::string> queueUrls;
  std::optional<std::string> NextToken;
  static void describe(api::Fields& f);
};

// ---- permissions and tags ----

struct AddPermissionInput {
  std::string QueueUrl;
  std::string Label;
  std::vector<std::string> AWSAccountIds;
  std::vector<std::string> Actions;
  static void describe(api::Fields& f);
};
struct RemovePermissionInput {
  std::string QueueUrl;
  std::string Label;
  static void describe(api::Fields& f);
};
struct TagQueueInput {
  std::string QueueUrl;
  Texts Tags;
  static void describe(api::Fields& f);
};
struct UntagQueueInput {
  std::string QueueUrl;
  std::vector<std::string> TagKeys;
  static void describe(api::Fields& f);
};
struct ListQueueTagsOutput {
  std::optional<Texts> Tags;
  static void describe(api::Fields& f);
};

// ---- messages ----

struct SendMessageInput {
  std::string QueueUrl;
  std::string MessageBody;
  std::optional<int32_t> DelaySeconds;
  AttributeValues MessageAttributes;
  AttributeValues MessageSystemAttributes;
  std::optional<std::string> MessageDeduplicationId;
  std::optional<std::string> MessageGroupId;
  static void describe(api::Fields& f);
};
struct SendMessageOutput {
  std::string MD5OfMessageBody;
  std::optional<std::string> MD5OfMessageAttributes;
  std::optional<std::string> MD5OfMessageSystemAttributes;
  std::string MessageId;
  std::optional<std::string> SequenceNumber;
  static void describe(api::Fields& f);
};
struct SendEntry : SendMessageInput {
  std::string Id;
  static void describe(api::Fields& f);
};
struct SendMessageBatchInput {
  std::string QueueUrl;
  std::vector<SendEntry> Entries;
  static void describe(api::Fields& f);
};
struct BatchError {
  std::string Id;
  bool SenderFault = true;
  std::string Code;
  std::optional<std::string> Message;
  static void describe(api::Fields& f);
};
struct SentEntry : SendMessageOutput {
  std::string Id;
  static void describe(api::Fields& f);
};
struct SendMessageBatchOutput {
  std::vector<SentEntry> Successful;
  std::vector<BatchError> Failed;
  static void describe(api::Fields& f);
};

struct ReceiveMessageInput {
  std::string QueueUrl;
  std::vector<std::string> AttributeNames;
  std::vector<std::string> MessageSystemAttributeNames;
  std::vector<std::string> MessageAttributeNames;
  std::optional<int32_t> MaxNumberOfMessages;
  std::optional<int32_t> VisibilityTimeout;
  std::optional<int32_t> WaitTimeSeconds;
  std::optional<std::string> ReceiveRequestAttemptId;
  static void describe(api::Fields& f);
};
struct Message {
  std::string MessageId;
  std::string ReceiptHandle;
  std::string MD5OfBody;
  std::string Body;
  std::optional<Texts> Attributes;
  std::optional<std::string> MD5OfMessageAttributes;
  std::optional<AttributeValues> MessageAttributes;
  static void describe(api::Fields& f);
};
struct ReceiveMessageOutput {
  std::optional<std::vector<Message>> Messages;
  static void describe(api::Fields& f);
};

struct DeleteMessageInput {
  std::string QueueUrl;
  std::string ReceiptHandle;
  static void describe(api::Fields& f);
};
struct DeleteEntry {
  std::string Id;
  std::string ReceiptHandle;
  static void describe(api::Fields& f);
};
struct DeleteMessageBatchInput {
  std::string QueueUrl;
  std::vector<DeleteEntry> Entries;
  static void describe(api::Fields& f);
};
struct DoneEntry {
  std::string Id;
  static void describe(api::Fields& f);
};
struct DeleteMessageBatchOutput {
  std::vector<DoneEntry> Successful;
  std::vector<BatchError> Failed;
  static void describe(api::Fields& f);
};
struct ChangeMessageVisibilityInput {
  std::string QueueUrl;
  std::string ReceiptHandle;
  std::optional<int32_t> VisibilityTimeout;
  static void describe(api::Fields& f);
};
struct VisibilityEntry {
  std::string Id;
  std::string ReceiptHandle;
  std::optional<int32_t> VisibilityTimeout;
  static void describe(api::Fields& f);
};
struct ChangeMessageVisibilityBatchInput {
  std::string QueueUrl;
  std::vector<VisibilityEntry> Entries;
  static void describe(api::Fields& f);
};
struct ChangeMessageVisibilityBatchOutput {
  std::vector<DoneEntry> Successful;
  std::vector<BatchError> Failed;
  static void describe(api::Fields& f);
};

// ---- message move tasks ----

struct StartMessageMoveTaskInput {
  std::string SourceArn;
  std::optional<std::string> DestinationArn;
  std::optional<int32_t> MaxNumberOfMessagesPerSecond;
  static void describe(api::Fields& f);
};
struct StartMessageMoveTaskOutput {
  std::string TaskHandle;
  static void describe(api::Fields& f);
};
struct CancelMessageMoveTaskInput {
  std::string TaskHandle;
  static void describe(api::Fields& f);
};
struct CancelMessageMoveTaskOutput {
  int64_t ApproximateNumberOfMessagesMoved = 0;
  static void describe(api::Fields& f);
};
struct ListMessageMoveTasksInput {
  std::string SourceArn;
  std::optional<int32_t> MaxResults;
  static void describe(api::Fields& f);
};
struct MoveTask {
  std::optional<std::string> TaskHandle;
  std::string Status;
  std::string SourceArn;
  std::optional<std::string> DestinationArn;
  std::optional<int32_t> MaxNumberOfMessagesPerSecond;
  int64_t ApproximateNumberOfMessagesMoved = 0;
  std::optional<int64_t> ApproximateNumberOfMessagesToMove;
  std::optional<std::string> FailureReason;
  int64_t StartedTimestamp = 0;
  static void describe(api::Fields& f);
};
struct ListMessageMoveTasksOutput {
  std::vector<MoveTask> Results;
  static void describe(api::Fields& f);
};

}  // namespace thaw::sqs
