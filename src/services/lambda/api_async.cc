#include "services/lambda/api_async.h"

namespace thaw::lambda {
namespace {

using api::Field;
using api::Fields;

constexpr const char* function_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
constexpr const char* unqualified_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+))";
constexpr const char* destination_pattern =
    R"($|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*))";

void function_in_uri(Field field) { field.required().length(1, 256).pattern(function_pattern).uri(); }
void unqualified_in_uri(Field field) { field.required().length(1, 140).pattern(unqualified_pattern).uri(); }
void qualifier(Field field) {
  field.query("Qualifier").length(1, 128).pattern(R"(\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+)");
}

}  // namespace

#define MEMBER_OF(name) f.add(#name, &Self::name##_)

void DestinationTarget::describe(Fields& f) {
  f.add("Destination", &DestinationTarget::Destination).length(0, 350).pattern(destination_pattern);
}
void DestinationConfig::describe(Fields& f) {
  using Self = DestinationConfig;
  MEMBER(OnSuccess);
  MEMBER(OnFailure);
}
void EventInvokeConfigInput::describe(Fields& f) {
  using Self = EventInvokeConfigInput;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier));
  MEMBER(MaximumRetryAttempts).range(0, 2);
  MEMBER(MaximumEventAgeInSeconds).range(60, 21'600);
  MEMBER_OF(DestinationConfig);
}
void EventInvokeConfigKey::describe(Fields& f) {
  using Self = EventInvokeConfigKey;
  function_in_uri(MEMBER(FunctionName));
  qualifier(MEMBER(Qualifier));
}
void FunctionEventInvokeConfig::describe(Fields& f) {
  using Self = FunctionEventInvokeConfig;
  MEMBER(LastModified);
  MEMBER(FunctionArn);
  MEMBER(MaximumRetryAttempts);
  MEMBER(MaximumEventAgeInSeconds);
  MEMBER_OF(DestinationConfig);
}
void ListEventInvokeConfigsInput::describe(Fields& f) {
  using Self = ListEventInvokeConfigsInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(Marker).query("Marker");
  MEMBER(MaxItems).query("MaxItems").range(1, 50);
}
void ListEventInvokeConfigsOutput::describe(Fields& f) {
  using Self = ListEventInvokeConfigsOutput;
  MEMBER(FunctionEventInvokeConfigs);
  MEMBER(NextMarker);
}
void InvokeAsyncInput::describe(Fields& f) {
  using Self = InvokeAsyncInput;
  function_in_uri(MEMBER(FunctionName));
  MEMBER(InvokeArgs).payload();
}
void InvokeAsyncOutput::describe(Fields& f) { f.add("Status", &InvokeAsyncOutput::Status).status(); }
void PutRecursionConfigInput::describe(Fields& f) {
  using Self = PutRecursionConfigInput;
  unqualified_in_uri(MEMBER(FunctionName));
  MEMBER(RecursiveLoop).required().one_of({"Allow", "Terminate"});
}
void GetRecursionConfigInput::describe(Fields& f) {
  unqualified_in_uri(f.add("FunctionName", &GetRecursionConfigInput::FunctionName));
}
void RecursionConfig::describe(Fields& f) { f.add("RecursiveLoop", &RecursionConfig::RecursiveLoop); }

}  // namespace thaw::lambda
