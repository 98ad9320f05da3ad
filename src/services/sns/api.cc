#include "services/sns/api.h"

namespace thaw::sns {

using api::Field;
using api::Fields;

void Tag::describe(Fields& f) {
  using Self = Tag;
  MEMBER(Key);
  MEMBER(Value);
}
void AttributeValue::describe(Fields& f) {
  using Self = AttributeValue;
  MEMBER(DataType);
  MEMBER(StringValue);
  MEMBER(BinaryValue);
}
void CreateTopicInput::describe(Fields& f) {
  using Self = CreateTopicInput;
  MEMBER(Name);
  MEMBER(Attributes);
  MEMBER(Tags);
  MEMBER(DataProtectionPolicy);
}
void TopicArnInput::describe(Fields& f) {
  using Self = TopicArnInput;
  MEMBER(TopicArn);
}
void TopicArnOutput::describe(Fields& f) {
  using Self = TopicArnOutput;
  MEMBER(TopicArn);
}
void PageInput::describe(Fields& f) {
  using Self = PageInput;
  MEMBER(NextToken);
}
void ListTopicsOutput::describe(Fields& f) {
  using Self = ListTopicsOutput;
  MEMBER(Topics);
  MEMBER(NextToken);
}
void AttributesOutput::describe(Fields& f) {
  using Self = AttributesOutput;
  MEMBER(Attributes);
}
void SetTopicAttributesInput::describe(Fields& f) {
  using Self = SetTopicAttributesInput;
  MEMBER(TopicArn);
  MEMBER(AttributeName);
  MEMBER(AttributeValue);
}
void AddPermissionInput::describe(Fields& f) {
  using Self = AddPermissionInput;
  MEMBER(TopicArn);
  MEMBER(Label);
  MEMBER(AWSAccountId);
  MEMBER(ActionName);
}
void RemovePermissionInput::describe(Fields& f) {
  using Self = RemovePermissionInput;
  MEMBER(TopicArn);
  MEMBER(Label);
}
void ResourceArnInput::describe(Fields& f) {
  using Self = ResourceArnInput;
  MEMBER(ResourceArn);
}
void TagResourceInput::describe(Fields& f) {
  using Self = TagResourceInput;
  MEMBER(ResourceArn);
  MEMBER(Tags);
}
void UntagResourceInput::describe(Fields& f) {
  using Self = UntagResourceInput;
  MEMBER(ResourceArn);
  MEMBER(TagKeys);
}
void TagsOutput::describe(Fields& f) {
  using Self = TagsOutput;
  MEMBER(Tags);
}
void SubscribeInput::describe(Fields& f) {
  using Self = SubscribeInput;
  MEMBER(TopicArn);
  MEMBER(Protocol);
  MEMBER(Endpoint);
  MEMBER(Attributes);
  MEMBER(ReturnSubscriptionArn);
}
void SubscriptionArnInput::describe(Fields& f) {
  using Self = SubscriptionArnInput;
  MEMBER(SubscriptionArn);
}
void SubscriptionArnOutput::describe(Fields& f) {
  using Self = SubscriptionArnOutput;
  MEMBER(SubscriptionArn);
}
void ConfirmSubscriptionInput::describe(Fields& f) {
  using Self = ConfirmSubscriptionInput;
  MEMBER(TopicArn);
  MEMBER(Token);
  MEMBER(AuthenticateOnUnsubscribe);
}
void SetSubscriptionAttributesInput::describe(Fields& f) {
  using Self = SetSubscriptionAttributesInput;
  MEMBER(SubscriptionArn);
  MEMBER(AttributeName);
  MEMBER(AttributeValue);
}
void ListByTopicInput::describe(Fields& f) {
  using Self = ListByTopicInput;
  MEMBER(TopicArn);
  MEMBER(NextToken);
}
void Subscription::describe(Fields& f) {
  using Self = Subscription;
  MEMBER(SubscriptionArn);
  MEMBER(Owner);
  MEMBER(Protocol);
  MEMBER(Endpoint);
  MEMBER(TopicArn);
}
void SubscriptionsOutput::describe(Fields& f) {
  using Self = SubscriptionsOutput;
  MEMBER(Subscriptions);
  MEMBER(NextToken);
}
void PublishInput::describe(Fields& f) {
  using Self = PublishInput;
  MEMBER(TopicArn);
  MEMBER(TargetArn);
  MEMBER(PhoneNumber);
  MEMBER(Message);
  MEMBER(Subject);
  MEMBER(MessageStructure);
  MEMBER(MessageAttributes).map_wire("Name", "Value");
  MEMBER(MessageDeduplicationId);
  MEMBER(MessageGroupId);
}
void PublishOutput::describe(Fields& f) {
  using Self = PublishOutput;
  MEMBER(MessageId);
  MEMBER(SequenceNumber);
}
void PublishEntry::describe(Fields& f) {
  using Self = PublishEntry;
  MEMBER(Id);
  MEMBER(Message);
  MEMBER(Subject);
  MEMBER(MessageStructure);
  MEMBER(MessageAttributes).map_wire("Name", "Value");
  MEMBER(MessageDeduplicationId);
  MEMBER(MessageGroupId);
}
void PublishBatchInput::describe(Fields& f) {
  using Self = PublishBatchInput;
  MEMBER(TopicArn);
  MEMBER(PublishBatchRequestEntries);
}
void PublishedEntry::describe(Fields& f) {
  using Self = PublishedEntry;
  MEMBER(Id);
  MEMBER(MessageId);
  MEMBER(SequenceNumber);
}
void BatchError::describe(Fields& f) {
  using Self = BatchError;
  MEMBER(Id);
  MEMBER(Code);
  MEMBER(Message);
  MEMBER(SenderFault);
}
void PublishBatchOutput::describe(Fields& f) {
  using Self = PublishBatchOutput;
  MEMBER(Successful);
  MEMBER(Failed);
}

}  // namespace thaw::sns
