// Amounts for people: enough digits to tell small ones apart.
#pragma once

#include <fmt/format.h>

#include <string>

namespace thaw::app {

inline std::string usd(double amount) {
  if (amount == 0) return "$0";
  if (amount >= 1) return fmt::format("${:.2f}", amount);
  if (amount >= 0.001) return fmt::format("${:.4f}", amount);
  return fmt::format("${:.8f}", amount);
}

}  // namespace thaw::app
