// The shapes of event source mappings. https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
#pragma once

#include "services/lambda/api_async.h"

namespace thaw::lambda {

struct MappingFilter {
  Text Pattern;
  static void describe(api::Fields& f);
};
struct FilterCriteria {
  std::optional<std::vector<MappingFilter>> Filters;
  static void describe(api::Fields& f);
};
struct ScalingConfig {
  std::optional<int32_t> MaximumConcurrency;
  static void describe(api::Fields& f);
};

// What Create and Update both take.
struct MappingSettings {
  std::optional<bool> Enabled;
  std::optional<int32_t> BatchSize, MaximumBatchingWindowInSeconds;
  std::optional<FilterCriteria> FilterCriteria_;
  Texts FunctionResponseTypes;
  std::optional<ScalingConfig> ScalingConfig_;
  // Of other kinds of sources, or not here: refused when they are given.
  std::optional<int32_t> ParallelizationFactor, MaximumRecordAgeInSeconds, MaximumRetryAttempts,
      TumblingWindowInSeconds;
  std::optional<bool> BisectBatchOnFunctionError;
  std::optional<DestinationConfig> DestinationConfig_;
  Json SourceAccessConfigurations, AmazonManagedKafkaEventSourceConfig, SelfManagedKafkaEventSourceConfig,
      DocumentDBEventSourceConfig, MetricsConfig, LoggingConfig, ProvisionedPollerConfig;
  Text KMSKeyArn;
};
struct CreateMappingInput : MappingSettings {
  Text EventSourceArn;
  std::string FunctionName;
  Text StartingPosition;
  std::optional<Time> StartingPositionTimestamp;
  std::optional<Tags> Tags_;
  Texts Topics, Queues;
  Json SelfManagedEventSource;
  static void describe(api::Fields& f);
};
struct UpdateMappingInput : MappingSettings {
  std::string UUID;
  Text FunctionName;
  static void describe(api::Fields& f);
};
struct MappingKey {  // of Get and Delete
  std::string UUID;
  static void describe(api::Fields& f);
};
struct MappingConfiguration {
  std::string UUID;
  int32_t BatchSize = 10, MaximumBatchingWindowInSeconds = 0;
  std::string EventSourceArn;
  std::optional<FilterCriteria> FilterCriteria_;
  std::string FunctionArn;
  Time LastModified;
  std::string State, StateTransitionReason = "USER_INITIATED";
  std::vector<std::string> FunctionResponseTypes;
  std::optional<ScalingConfig> ScalingConfig_;
  std::string EventSourceMappingArn;
  static void describe(api::Fields& f);
};
struct ListMappingsInput {
  Text EventSourceArn, FunctionName, Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListMappingsOutput {
  Text NextMarker;
  std::vector<MappingConfiguration> EventSourceMappings;
  static void describe(api::Fields& f);
};

}  // namespace thaw::lambda
