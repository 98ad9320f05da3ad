// The shapes of asynchronous invocation: event invoke configs, InvokeAsync, recursion configs.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
#pragma once

#include "services/lambda/api.h"

namespace thaw::lambda {

struct DestinationTarget {  // AWS's OnSuccess and OnFailure
  Text Destination;
  static void describe(api::Fields& f);
};
struct DestinationConfig {
  std::optional<DestinationTarget> OnSuccess, OnFailure;
  static void describe(api::Fields& f);
};
struct EventInvokeConfigInput {  // of Put and Update
  std::string FunctionName;
  Text Qualifier;
  std::optional<int32_t> MaximumRetryAttempts, MaximumEventAgeInSeconds;
  std::optional<DestinationConfig> DestinationConfig_;
  static void describe(api::Fields& f);
};
struct EventInvokeConfigKey {  // of Get and Delete
  std::string FunctionName;
  Text Qualifier;
  static void describe(api::Fields& f);
};
struct FunctionEventInvokeConfig {
  Time LastModified;
  std::string FunctionArn;
  std::optional<int32_t> MaximumRetryAttempts, MaximumEventAgeInSeconds;
  DestinationConfig DestinationConfig_;
  static void describe(api::Fields& f);
};
struct ListEventInvokeConfigsInput {
  std::string FunctionName;
  Text Marker;
  std::optional<int32_t> MaxItems;
  static void describe(api::Fields& f);
};
struct ListEventInvokeConfigsOutput {
  std::vector<FunctionEventInvokeConfig> FunctionEventInvokeConfigs;
  Text NextMarker;
  static void describe(api::Fields& f);
};

struct InvokeAsyncInput {
  std::string FunctionName;
  api::Blob InvokeArgs;
  static void describe(api::Fields& f);
};
struct InvokeAsyncOutput {
  int32_t Status = 202;
  static void describe(api::Fields& f);
};

struct PutRecursionConfigInput {
  std::string FunctionName, RecursiveLoop;
  static void describe(api::Fields& f);
};
struct GetRecursionConfigInput {
  std::string FunctionName;
  static void describe(api::Fields& f);
};
struct RecursionConfig {
  std::string RecursiveLoop = "Terminate";
  static void describe(api::Fields& f);
};

}  // namespace thaw::lambda
