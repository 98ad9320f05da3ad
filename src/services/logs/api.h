// The shapes of Amazon CloudWatch Logs.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
#pragma once

#include "api/shape.h"

namespace thaw::logs {

using Tags = std::map<std::string, std::string>;

struct GroupNameInput {
  std::string logGroupName;
  static void describe(api::Fields& f);
};
struct CreateLogGroupInput {
  std::string logGroupName;
  std::optional<std::string> kmsKeyId;
  std::optional<Tags> tags;
  std::optional<std::string> logGroupClass;
  static void describe(api::Fields& f);
};
struct DescribeLogGroupsInput {
  std::optional<std::string> logGroupNamePrefix, logGroupNamePattern, nextToken, logGroupClass;
  std::optional<int32_t> limit;
  static void describe(api::Fields& f);
};
struct LogGroup {
  std::string logGroupName;
  int64_t creationTime = 0;
  std::optional<int32_t> retentionInDays;
  int32_t metricFilterCount = 0;
  std::string arn;
  int64_t storedBytes = 0;
  std::optional<std::string> kmsKeyId, logGroupClass, logGroupArn;
  static void describe(api::Fields& f);
};
struct DescribeLogGroupsOutput {
  std::vector<LogGroup> logGroups;
  std::optional<std::string> nextToken;
  static void describe(api::Fields& f);
};
struct StreamInput {
  std::string logGroupName, logStreamName;
  static void describe(api::Fields& f);
};
struct DescribeLogStreamsInput {
  std::optional<std::string> logGroupName, logGroupIdentifier, logStreamNamePrefix, orderBy, nextToken;
  std::optional<bool> descending;
  std::optional<int32_t> limit;
  static void describe(api::Fields& f);
};
struct LogStream {
  std::string logStreamName;
  int64_t creationTime = 0;
  std::optional<int64_t> firstEventTimestamp, lastEventTimestamp, lastIngestionTime;
  std::string uploadSequenceToken;
  std::string arn;
  int64_t storedBytes = 0;
  static void describe(api::Fields& f);
};
struct DescribeLogStreamsOutput {
  std::vector<LogStream> logStreams;
  std::optional<std::string> nextToken;
  static void describe(api::Fields& f);
};
struct InputLogEvent {
  int64_t timestamp = 0;
  std::string message;
  static void describe(api::Fields& f);
};
struct PutLogEventsInput {
  std::string logGroupName, logStreamName;
  std::vector<InputLogEvent> logEvents;
  std::optional<std::string> sequenceToken;
  static void describe(api::Fields& f);
};
struct RejectedLogEventsInfo {
  std::optional<int32_t> tooNewLogEventStartIndex, tooOldLogEventEndIndex, expiredLogEventEndIndex;
  static void describe(api::Fields& f);
};
struct PutLogEventsOutput {
  std::string nextSequenceToken;
  std::optional<RejectedLogEventsInfo> rejectedLogEventsInfo;
  static void describe(api::Fields& f);
};
struct GetLogEventsInput {
  std::optional<std::string> logGroupName, logGroupIdentifier, nextToken;
  std::string logStreamName;
  std::optional<int64_t> startTime, endTime;
  std::optional<int32_t> limit;
  std::optional<bool> startFromHead, unmask;
  static void describe(api::Fields& f);
};
struct OutputLogEvent {
  int64_t timestamp = 0;
  std::string message;
  int64_t ingestionTime = 0;
  static void describe(api::Fields& f);
};
struct GetLogEventsOutput {
  std::vector<OutputLogEvent> events;
  std::string nextForwardToken, nextBackwardToken;
  static void describe(api::Fields& f);
};
struct FilterLogEventsInput {
  std::optional<std::string> logGroupName, logGroupIdentifier, logStreamNamePrefix, filterPattern, nextToken;
  std::optional<std::vector<std::string>> logStreamNames;
  std::optional<int64_t> startTime, endTime;
  std::optional<int32_t> limit;
  std::optional<bool> interleaved, unmask;
  static void describe(api::Fields& f);
};
struct FilteredLogEvent {
  std::string logStreamName;
  int64_t timestamp = 0;
  std::string message;
  int64_t ingestionTime = 0;
  std::string eventId;
  static void describe(api::Fields& f);
};
struct SearchedLogStream {
  std::string logStreamName;
  bool searchedCompletely = true;
  static void describe(api::Fields& f);
};
struct FilterLogEventsOutput {
  std::vector<FilteredLogEvent> events;
  std::vector<SearchedLogStream> searchedLogStreams;
  std::optional<std::string> nextToken;
  static void describe(api::Fields& f);
};
struct PutRetentionPolicyInput {
  std::string logGroupName;
  int32_t retentionInDays = 0;
  static void describe(api::Fields& f);
};
struct TagLogGroupInput {
  std::string logGroupName;
  Tags tags;
  static void describe(api::Fields& f);
};
struct UntagLogGroupInput {
  std::string logGroupName;
  std::vector<std::string> tags;
  static void describe(api::Fields& f);
};
struct TagsOutput {
  Tags tags;
  static void describe(api::Fields& f);
};
struct TagResourceInput {
  std::string resourceArn;
  Tags tags;
  static void describe(api::Fields& f);
};
struct UntagResourceInput {
  std::string resourceArn;
  std::vector<std::string> tagKeys;
  static void describe(api::Fields& f);
};
struct ListTagsForResourceInput {
  std::string resourceArn;
  static void describe(api::Fields& f);
};

}  // namespace thaw::logs
