#include "services/lambda/api_mappings.h"

namespace thaw::lambda {
namespace {

using api::Field;
using api::Fields;

constexpr const char* function_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
constexpr const char* source_pattern =
    R"(arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*))";

Field function_name(Field field) { return field.length(1, 256).pattern(function_pattern); }

}  // namespace

#define MEMBER_OF(name) f.add(#name, &Self::name##_)

void MappingFilter::describe(Fields& f) { f.add("Pattern", &MappingFilter::Pattern).length(0, 4096); }
void FilterCriteria::describe(Fields& f) { f.add("Filters", &FilterCriteria::Filters); }
void ScalingConfig::describe(Fields& f) {
  f.add("MaximumConcurrency", &ScalingConfig::MaximumConcurrency).range(2, 1000);
}

namespace {
template <class Self>
void describe_settings(Fields& f) {
  MEMBER(Enabled);
  MEMBER(BatchSize).range(1, 10'000);
  MEMBER(MaximumBatchingWindowInSeconds).range(0, 300);
  MEMBER_OF(FilterCriteria);
  MEMBER(FunctionResponseTypes).length(0, 1).each_one_of({"ReportBatchItemFailures"});
  MEMBER_OF(ScalingConfig);
  MEMBER(ParallelizationFactor).range(1, 10);
  MEMBER(MaximumRecordAgeInSeconds).range(-1, 604'800);
  MEMBER(MaximumRetryAttempts).range(-1, 10'000);
  MEMBER(TumblingWindowInSeconds).range(0, 900);
  MEMBER(BisectBatchOnFunctionError);
  MEMBER_OF(DestinationConfig);
  MEMBER(SourceAccessConfigurations);
  MEMBER(AmazonManagedKafkaEventSourceConfig);
  MEMBER(SelfManagedKafkaEventSourceConfig);
  MEMBER(DocumentDBEventSourceConfig);
  MEMBER(MetricsConfig);
  MEMBER(LoggingConfig);
  MEMBER(ProvisionedPollerConfig);
  MEMBER(KMSKeyArn);
}
}  // namespace

void CreateMappingInput::describe(Fields& f) {
  using Self = CreateMappingInput;
  MEMBER(EventSourceArn).pattern(source_pattern);
  function_name(MEMBER(FunctionName)).required();
  describe_settings<Self>(f);
  MEMBER(StartingPosition).one_of({"TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"});
  MEMBER(StartingPositionTimestamp);
  MEMBER_OF(Tags);
  MEMBER(Topics).length(1, 1);
  MEMBER(Queues).length(1, 1);
  MEMBER(SelfManagedEventSource);
}
void UpdateMappingInput::describe(Fields& f) {
  using Self = UpdateMappingInput;
  MEMBER(UUID).required().uri();
  function_name(MEMBER(FunctionName));
  describe_settings<Self>(f);
}
void MappingKey::describe(Fields& f) { f.add("UUID", &MappingKey::UUID).required().uri(); }
void MappingConfiguration::describe(Fields& f) {
  using Self = MappingConfiguration;
  MEMBER(UUID);
  MEMBER(BatchSize);
  MEMBER(MaximumBatchingWindowInSeconds);
  MEMBER(EventSourceArn);
  MEMBER_OF(FilterCriteria);
  MEMBER(FunctionArn);
  MEMBER(LastModified);
  MEMBER(State);
  MEMBER(StateTransitionReason);
  MEMBER(FunctionResponseTypes);
  MEMBER_OF(ScalingConfig);
  MEMBER(EventSourceMappingArn);
}
void ListMappingsInput::describe(Fields& f) {
  using Self = ListMappingsInput;
  MEMBER(EventSourceArn).query("EventSourceArn").pattern(source_pattern);
  function_name(MEMBER(FunctionName)).query("FunctionName");
  MEMBER(Marker).query("Marker");
  MEMBER(MaxItems).query("MaxItems").range(1, 10'000);
}
void ListMappingsOutput::describe(Fields& f) {
  using Self = ListMappingsOutput;
  MEMBER(NextMarker);
  MEMBER(EventSourceMappings);
}

}  // namespace thaw::lambda
