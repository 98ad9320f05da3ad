// The server's own log: lines on standard error. Not the logs of functions, which go to CloudWatch Logs.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace thaw::log {

enum class Level { debug, info, warning, error };

void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view line);  // thread-safe

template <class... A>
void debug(fmt::format_string<A...> format, A&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<A>(args)...));
}
template <class... A>
void info(fmt::format_string<A...> format, A&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<A>(args)...));
}
template <class... A>
void warning(fmt::format_string<A...> format, A&&... args) {
  if (enabled(Level::warning)) write(Level::warning, fmt::format(format, std::forward<A>(args)...));
}
template <class... A>
void error(fmt::format_string<A...> format, A&&... args) {
  if (enabled(Level::error)) write(Level::error, fmt::format(format, std::forward<A>(args)...));
}

}  // namespace thaw::log
