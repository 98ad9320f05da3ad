#include "services/sqs/api.h"

namespace thaw::sqs {
namespace {

using api::Field;
using api::Fields;

// Lists and maps travel flattened in the Query protocol, under a name in the singular.
Field flat(Field field, std::string_view query_name) { return field.flattened().query_wire(query_name); }
Field flat_map(Field field, std::string_view query_name, std::string_view key = "Name",
               std::string_view value = "Value") {
  return flat(field, query_name).map_wire(key, value);
}

}  // namespace

void AttributeValue::describe(Fields& f) {
  using Self = AttributeValue;
  MEMBER(StringValue);
  MEMBER(BinaryValue);
  flat(MEMBER(StringListValues), "StringListValue");
  flat(MEMBER(BinaryListValues), "BinaryListValue");
  MEMBER(DataType);
}
void CreateQueueInput::describe(Fields& f) {
  using Self = CreateQueueInput;
  MEMBER(QueueName);
  flat_map(MEMBER(Attributes), "Attribute");
  flat_map(MEMBER(tags), "Tag", "Key", "Value");
}
void QueueUrlOutput::describe(Fields& f) {
  using Self = QueueUrlOutput;
  MEMBER(QueueUrl);
}
void QueueInput::describe(Fields& f) {
  using Self = QueueInput;
  MEMBER(QueueUrl);
}
void GetQueueUrlInput::describe(Fields& f) {
  using Self = GetQueueUrlInput;
  MEMBER(QueueName);
  MEMBER(QueueOwnerAWSAccountId);
}
void ListQueuesInput::describe(Fields& f) {
  using Self = ListQueuesInput;
  MEMBER(QueueNamePrefix);
  MEMBER(NextToken);
  MEMBER(MaxResults);
}
void ListQueuesOutput::describe(Fields& f) {
  using Self = ListQueuesOutput;
  flat(MEMBER(QueueUrls), "QueueUrl");
  MEMBER(NextToken);
}
void GetQueueAttributesInput::describe(Fields& f) {
  using Self = GetQueueAttributesInput;
  MEMBER(QueueUrl);
  flat(MEMBER(AttributeNames), "AttributeName");
}
void GetQueueAttributesOutput::describe(Fields& f) {
  using Self = GetQueueAttributesOutput;
  flat_map(MEMBER(Attributes), "Attribute");
}
void SetQueueAttributesInput::describe(Fields& f) {
  using Self = SetQueueAttributesInput;
  MEMBER(QueueUrl);
  flat_map(MEMBER(Attributes), "Attribute");
}
void ListDeadLetterSourceQueuesInput::describe(Fields& f) {
  using Self = ListDeadLetterSourceQueuesInput;
  MEMBER(QueueUrl);
  MEMBER(NextToken);
  MEMBER(MaxResults);
}
void ListDeadLetterSourceQueuesOutput::describe(Fields& f) {
  using Self = ListDeadLetterSourceQueuesOutput;
  flat(MEMBER(queueUrls), "QueueUrl");
  MEMBER(NextToken);
}
void AddPermissionInput::describe(Fields& f) {
  using Self = AddPermissionInput;
  MEMBER(QueueUrl);
  MEMBER(Label);
  flat(MEMBER(AWSAccountIds), "AWSAccountId");
  flat(MEMBER(Actions), "ActionName");
}
void RemovePermissionInput::describe(Fields& f) {
  using Self = RemovePermissionInput;
  MEMBER(QueueUrl);
  MEMBER(Label);
}
void TagQueueInput::describe(Fields& f) {
  using Self = TagQueueInput;
  MEMBER(QueueUrl);
  flat_map(MEMBER(Tags), "Tag", "Key", "Value");
}
void UntagQueueInput::describe(Fields& f) {
  using Self = UntagQueueInput;
  MEMBER(QueueUrl);
  flat(MEMBER(TagKeys), "TagKey");
}
void ListQueueTagsOutput::describe(Fields& f) {
  using Self = ListQueueTagsOutput;
  flat_map(MEMBER(Tags), "Tag", "Key", "Value");
}
void SendMessageInput::describe(Fields& f) {
  using Self = SendMessageInput;
  MEMBER(QueueUrl);
  MEMBER(MessageBody);
  MEMBER(DelaySeconds);
  flat_map(MEMBER(MessageAttributes), "MessageAttribute");
  flat_map(MEMBER(MessageSystemAttributes), "MessageSystemAttribute");
  MEMBER(MessageDeduplicationId);
  MEMBER(MessageGroupId);
}
void SendMessageOutput::describe(Fields& f) {
  using Self = SendMessageOutput;
  MEMBER(MD5OfMessageBody);
  MEMBER(MD5OfMessageAttributes);
  MEMBER(MD5OfMessageSystemAttributes);
  MEMBER(MessageId);
  MEMBER(SequenceNumber);
}
void SendEntry::describe(Fields& f) {
  using Self = SendEntry;
  MEMBER(Id);
  MEMBER(MessageBody);
  MEMBER(DelaySeconds);
  flat_map(MEMBER(MessageAttributes), "MessageAttribute");
  flat_map(MEMBER(MessageSystemAttributes), "MessageSystemAttribute");
  MEMBER(MessageDeduplicationId);
  MEMBER(MessageGroupId);
}
void SendMessageBatchInput::describe(Fields& f) {
  using Self = SendMessageBatchInput;
  MEMBER(QueueUrl);
  flat(MEMBER(Entries), "SendMessageBatchRequestEntry");
}
void BatchError::describe(Fields& f) {
  using Self = BatchError;
  MEMBER(Id);
  MEMBER(SenderFault);
  MEMBER(Code);
  MEMBER(Message);
}
void SentEntry::describe(Fields& f) {
  using Self = SentEntry;
  MEMBER(Id);
  MEMBER(MD5OfMessageBody);
  MEMBER(MD5OfMessageAttributes);
  MEMBER(MD5OfMessageSystemAttributes);
  MEMBER(MessageId);
  MEMBER(SequenceNumber);
}
void SendMessageBatchOutput::describe(Fields& f) {
  using Self = SendMessageBatchOutput;
  flat(MEMBER(Successful), "SendMessageBatchResultEntry");
  flat(MEMBER(Failed), "BatchResultErrorEntry");
}
void ReceiveMessageInput::describe(Fields& f) {
  using Self = ReceiveMessageInput;
  MEMBER(QueueUrl);
  flat(MEMBER(AttributeNames), "AttributeName");
  flat(MEMBER(MessageSystemAttributeNames), "MessageSystemAttributeName");
  flat(MEMBER(MessageAttributeNames), "MessageAttributeName");
  MEMBER(MaxNumberOfMessages);
  MEMBER(VisibilityTimeout);
  MEMBER(WaitTimeSeconds);
  MEMBER(ReceiveRequestAttemptId);
}
void Message::describe(Fields& f) {
  using Self = Message;
  MEMBER(MessageId);
  MEMBER(ReceiptHandle);
  MEMBER(MD5OfBody);
  MEMBER(Body);
  flat_map(MEMBER(Attributes), "Attribute");
  MEMBER(MD5OfMessageAttributes);
  flat_map(MEMBER(MessageAttributes), "MessageAttribute");
}
void ReceiveMessageOutput::describe(Fields& f) {
  using Self = ReceiveMessageOutput;
  flat(MEMBER(Messages), "Message");
}
void DeleteMessageInput::describe(Fields& f) {
  using Self = DeleteMessageInput;
  MEMBER(QueueUrl);
  MEMBER(ReceiptHandle);
}
void DeleteEntry::describe(Fields& f) {
  using Self = DeleteEntry;
  MEMBER(Id);
  MEMBER(ReceiptHandle);
}
void DeleteMessageBatchInput::describe(Fields& f) {
  using Self = DeleteMessageBatchInput;
  MEMBER(QueueUrl);
  flat(MEMBER(Entries), "DeleteMessageBatchRequestEntry");
}
void DoneEntry::describe(Fields& f) {
  using Self = DoneEntry;
  MEMBER(Id);
}
void DeleteMessageBatchOutput::describe(Fields& f) {
  using Self = DeleteMessageBatchOutput;
  flat(MEMBER(Successful), "DeleteMessageBatchResultEntry");
  flat(MEMBER(Failed), "BatchResultErrorEntry");
}
void ChangeMessageVisibilityInput::describe(Fields& f) {
  using Self = ChangeMessageVisibilityInput;
  MEMBER(QueueUrl);
  MEMBER(ReceiptHandle);
  MEMBER(VisibilityTimeout);
}
void VisibilityEntry::describe(Fields& f) {
  using Self = VisibilityEntry;
  MEMBER(Id);
  MEMBER(ReceiptHandle);
  MEMBER(VisibilityTimeout);
}
void ChangeMessageVisibilityBatchInput::describe(Fields& f) {
  using Self = ChangeMessageVisibilityBatchInput;
  MEMBER(QueueUrl);
  flat(MEMBER(Entries), "ChangeMessageVisibilityBatchRequestEntry");
}
void ChangeMessageVisibilityBatchOutput::describe(Fields& f) {
  using Self = ChangeMessageVisibilityBatchOutput;
  flat(MEMBER(Successful), "ChangeMessageVisibilityBatchResultEntry");
  flat(MEMBER(Failed), "BatchResultErrorEntry");
}
void StartMessageMoveTaskInput::describe(Fields& f) {
  using Self = StartMessageMoveTaskInput;
  MEMBER(SourceArn);
  MEMBER(DestinationArn);
  MEMBER(MaxNumberOfMessagesPerSecond);
}
void StartMessageMoveTaskOutput::describe(Fields& f) {
  using Self = StartMessageMoveTaskOutput;
  MEMBER(TaskHandle);
}
void CancelMessageMoveTaskInput::describe(Fields& f) {
  using Self = CancelMessageMoveTaskInput;
  MEMBER(TaskHandle);
}
void CancelMessageMoveTaskOutput::describe(Fields& f) {
  using Self = CancelMessageMoveTaskOutput;
  MEMBER(ApproximateNumberOfMessagesMoved);
}
void ListMessageMoveTasksInput::describe(Fields& f) {
  using Self = ListMessageMoveTasksInput;
  MEMBER(SourceArn);
  MEMBER(MaxResults);
}
void MoveTask::describe(Fields& f) {
  using Self = MoveTask;
  MEMBER(TaskHandle);
  MEMBER(Status);
  MEMBER(SourceArn);
  MEMBER(DestinationArn);
  MEMBER(MaxNumberOfMessagesPerSecond);
  MEMBER(ApproximateNumberOfMessagesMoved);
  MEMBER(ApproximateNumberOfMessagesToMove);
  MEMBER(FailureReason);
  MEMBER(StartedTimestamp);
}
void ListMessageMoveTasksOutput::describe(Fields& f) {
  using Self = ListMessageMoveTasksOutput;
  flat(MEMBER(Results), "ListMessageMoveTasksResultEntry");
}

}  // namespace thaw::sqs
