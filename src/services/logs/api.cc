#include "services/logs/api.h"

namespace thaw::logs {
namespace {

using api::Field;
using api::Fields;

Field group_name(Field field) { return field.length(1, 512).pattern(R"([\.\-_/#A-Za-z0-9]+)"); }
Field stream_name(Field field) { return field.length(1, 512).pattern("[^:*]*"); }
Field tag_map(Field field) { return field.length(0, 50).key_length(1, 128).each_length(0, 256); }

}  // namespace

void GroupNameInput::describe(Fields& f) {
  group_name(f.add("logGroupName", &GroupNameInput::logGroupName)).required();
}
void CreateLogGroupInput::describe(Fields& f) {
  using Self = CreateLogGroupInput;
  group_name(MEMBER(logGroupName)).required();
  MEMBER(kmsKeyId).length(0, 256);
  tag_map(MEMBER(tags));
  MEMBER(logGroupClass).one_of({"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"});
}
void DescribeLogGroupsInput::describe(Fields& f) {
  using Self = DescribeLogGroupsInput;
  group_name(MEMBER(logGroupNamePrefix));
  MEMBER(logGroupNamePattern).length(0, 512);
  MEMBER(nextToken).min(1);
  MEMBER(logGroupClass).one_of({"STANDARD", "INFREQUENT_ACCESS", "DELIVERY"});
  MEMBER(limit).range(1, 50);
}
void LogGroup::describe(Fields& f) {
  using Self = LogGroup;
  MEMBER(logGroupName);
  MEMBER(creationTime);
  MEMBER(retentionInDays);
  MEMBER(metricFilterCount);
  MEMBER(arn);
  MEMBER(storedBytes);
  MEMBER(kmsKeyId);
  MEMBER(logGroupClass);
  MEMBER(logGroupArn);
}
void DescribeLogGroupsOutput::describe(Fields& f) {
  using Self = DescribeLogGroupsOutput;
  MEMBER(logGroups);
  MEMBER(nextToken);
}
void StreamInput::describe(Fields& f) {
  using Self = StreamInput;
  group_name(MEMBER(logGroupName)).required();
  stream_name(MEMBER(logStreamName)).required();
}
void DescribeLogStreamsInput::describe(Fields& f) {
  using Self = DescribeLogStreamsInput;
  group_name(MEMBER(logGroupName));
  MEMBER(logGroupIdentifier).length(1, 2048);
  stream_name(MEMBER(logStreamNamePrefix));
  MEMBER(orderBy).one_of({"LogStreamName", "LastEventTime"});
  MEMBER(nextToken).min(1);
  MEMBER(descending);
  MEMBER(limit).range(1, 50);
}
void LogStream::describe(Fields& f) {
  using Self = LogStream;
  MEMBER(logStreamName);
  MEMBER(creationTime);
  MEMBER(firstEventTimestamp);
  MEMBER(lastEventTimestamp);
  MEMBER(lastIngestionTime);
  MEMBER(uploadSequenceToken);
  MEMBER(arn);
  MEMBER(storedBytes);
}
void DescribeLogStreamsOutput::describe(Fields& f) {
  using Self = DescribeLogStreamsOutput;
  MEMBER(logStreams);
  MEMBER(nextToken);
}
void InputLogEvent::describe(Fields& f) {
  using Self = InputLogEvent;
  MEMBER(timestamp).required().min(0);
  MEMBER(message).required().min(1);
}
void PutLogEventsInput::describe(Fields& f) {
  using Self = PutLogEventsInput;
  group_name(MEMBER(logGroupName)).required();
  stream_name(MEMBER(logStreamName)).required();
  MEMBER(logEvents).required().length(1, 10'000);
  MEMBER(sequenceToken).min(1);
}
void RejectedLogEventsInfo::describe(Fields& f) {
  using Self = RejectedLogEventsInfo;
  MEMBER(tooNewLogEventStartIndex);
  MEMBER(tooOldLogEventEndIndex);
  MEMBER(expiredLogEventEndIndex);
}
void PutLogEventsOutput::describe(Fields& f) {
  using Self = PutLogEventsOutput;
  MEMBER(nextSequenceToken);
  MEMBER(rejectedLogEventsInfo);
}
void GetLogEventsInput::describe(Fields& f) {
  using Self = GetLogEventsInput;
  group_name(MEMBER(logGroupName));
  MEMBER(logGroupIdentifier).length(1, 2048);
  stream_name(MEMBER(logStreamName)).required();
  MEMBER(startTime).min(0);
  MEMBER(endTime).min(0);
  MEMBER(nextToken).min(1);
  MEMBER(limit).range(1, 10'000);
  MEMBER(startFromHead);
  MEMBER(unmask);
}
void OutputLogEvent::describe(Fields& f) {
  using Self = OutputLogEvent;
  MEMBER(timestamp);
  MEMBER(message);
  MEMBER(ingestionTime);
}
void GetLogEventsOutput::describe(Fields& f) {
  using Self = GetLogEventsOutput;
  MEMBER(events);
  MEMBER(nextForwardToken);
  MEMBER(nextBackwardToken);
}
void FilterLogEventsInput::describe(Fields& f) {
  using Self = FilterLogEventsInput;
  group_name(MEMBER(logGroupName));
  MEMBER(logGroupIdentifier).length(1, 2048);
  MEMBER(logStreamNames).length(1, 100);
  stream_name(MEMBER(logStreamNamePrefix));
  MEMBER(startTime).min(0);
  MEMBER(endTime).min(0);
  MEMBER(filterPattern).length(0, 1024);
  MEMBER(nextToken).min(1);
  MEMBER(limit).range(1, 10'000);
  MEMBER(interleaved);
  MEMBER(unmask);
}
void FilteredLogEvent::describe(Fields& f) {
  using Self = FilteredLogEvent;
  MEMBER(logStreamName);
  MEMBER(timestamp);
  MEMBER(message);
  MEMBER(ingestionTime);
  MEMBER(eventId);
}
void SearchedLogStream::describe(Fields& f) {
  using Self = SearchedLogStream;
  MEMBER(logStreamName);
  MEMBER(searchedCompletely);
}
void FilterLogEventsOutput::describe(Fields& f) {
  using Self = FilterLogEventsOutput;
  MEMBER(events);
  MEMBER(searchedLogStreams);
  MEMBER(nextToken);
}
void PutRetentionPolicyInput::describe(Fields& f) {
  using Self = PutRetentionPolicyInput;
  group_name(MEMBER(logGroupName)).required();
  MEMBER(retentionInDays).required();
}
void TagLogGroupInput::describe(Fields& f) {
  using Self = TagLogGroupInput;
  group_name(MEMBER(logGroupName)).required();
  tag_map(MEMBER(tags)).required().length(1, 50);
}
void UntagLogGroupInput::describe(Fields& f) {
  using Self = UntagLogGroupInput;
  group_name(MEMBER(logGroupName)).required();
  MEMBER(tags).required().min(1).each_length(1, 128);
}
void TagsOutput::describe(Fields& f) { f.add("tags", &TagsOutput::tags); }
void TagResourceInput::describe(Fields& f) {
  using Self = TagResourceInput;
  MEMBER(resourceArn).required().length(1, 1011);
  tag_map(MEMBER(tags)).required().length(1, 50);
}
void UntagResourceInput::describe(Fields& f) {
  using Self = UntagResourceInput;
  MEMBER(resourceArn).required().length(1, 1011);
  MEMBER(tagKeys).required().length(0, 50).each_length(1, 128);
}
void ListTagsForResourceInput::describe(Fields& f) {
  f.add("resourceArn", &ListTagsForResourceInput::resourceArn).required().length(1, 1011);
}

}  // namespace thaw::logs
