// The commands of the command line, one file each. Each adds its subcommand; what it answers runs when the subcommand
// was given.
#pragma once

#include <functional>
#include <vector>

namespace CLI {
class App;
}

namespace thaw::app {

using Command = std::function<int()>;  // answers the exit code

Command add_up(CLI::App& cli);
Command add_env(CLI::App& cli);
Command add_status(CLI::App& cli);
Command add_operations(CLI::App& cli);
Command add_invoke(CLI::App& cli);
Command add_logs(CLI::App& cli);
Command add_clock(CLI::App& cli);
Command add_transform(CLI::App& cli);
Command add_deploy(CLI::App& cli);
Command add_delete(CLI::App& cli);
Command add_cost(CLI::App& cli);
Command add_tune(CLI::App& cli);

}  // namespace thaw::app
