#pragma once

namespace thaw::app {

inline constexpr const char* version = "0.1.0";

}  // namespace thaw::app
