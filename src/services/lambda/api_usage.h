// The shapes of GetUsage, an operation of Thaw's own: what functions used in a month, and what it would cost on AWS.
// On the wire of Thaw's command line only (X-Amz-Target: Thaw.lambda.GetUsage). Money is in US dollars.
#pragma once

#include "api/shape.h"

namespace thaw::lambda {

struct GetUsageInput {
  std::optional<std::string> FunctionName;  // all functions without it
  std::optional<std::string> Month;         // 2026-11; the present one without it
  static void describe(api::Fields& f);
};
struct UsageNumbers {
  int64_t Requests = 0, Errors = 0, ColdStarts = 0, BilledMs = 0;
  double GbSecondsX86 = 0, GbSecondsArm = 0, StorageGbSeconds = 0;
  double AverageBilledMs = 0;
  int64_t MedianBilledMs = 0, P99BilledMs = 0;  // up to an eighth too long
  double RequestsCost = 0, DurationCost = 0, StorageCost = 0, Cost = 0;
  static void describe(api::Fields& f);
};
struct UsageOfDay {
  std::string Date;  // UTC
  int64_t Requests = 0, BilledMs = 0;
  double GbSeconds = 0, Cost = 0;
  static void describe(api::Fields& f);
};
struct UsageOfFunction {
  std::string FunctionName;
  bool Deleted = false;
  UsageNumbers Usage;
  std::vector<UsageOfDay> Days;
  static void describe(api::Fields& f);
};
struct UsagePrices {
  std::string Region, Date;
  double Request = 0, GbSecondX86 = 0, GbSecondArm = 0, StorageGbSecond = 0;  // of the first tier
  static void describe(api::Fields& f);
};
struct UsageProjection {  // a month of 30 days at the rate of this month so far
  int64_t MeasuredMs = 0;
  double Requests = 0, Cost = 0;
  static void describe(api::Fields& f);
};
struct GetUsageOutput {
  std::string Month;
  std::vector<UsageOfFunction> Functions;
  UsageNumbers Total;                         // of the functions listed
  std::optional<double> FreeTier;             // what AWS's free tier takes off the total; of all functions only
  std::optional<UsageProjection> Projection;  // of the present month, when something was used
  UsagePrices Prices;
  static void describe(api::Fields& f);
};

}  // namespace thaw::lambda
