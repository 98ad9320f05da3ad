// The command line: `thaw up` is the server; every other command is a client of its HTTP API.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/commands.h"
#include "app/version.h"

namespace {

using Add = thaw::app::Command (*)(CLI::App&);

constexpr std::pair<std::string_view, Add> known[] = {
    {"up", thaw::app::add_up},
    {"env", thaw::app::add_env},
    {"status", thaw::app::add_status},
    {"operations", thaw::app::add_operations},
    {"deploy", thaw::app::add_deploy},
    {"delete", thaw::app::add_delete},
    {"transform", thaw::app::add_transform},
    {"invoke", thaw::app::add_invoke},
    {"logs", thaw::app::add_logs},
    {"clock", thaw::app::add_clock},
    {"cost", thaw::app::add_cost},
    {"tune", thaw::app::add_tune},
};

}  // namespace

int main(int argc, char** argv) {
  using namespace thaw::app;
  CLI::App cli{"Thaw: a serverless cloud in one binary."};
  cli.set_version_flag("--version", version);
  cli.require_subcommand(1);
  // Describing all commands takes a tenth of a start: when the first argument names one, it is the only one that
  // counts.
  std::string_view asked = argc > 1 ? argv[1] : "";
  bool one = std::ranges::any_of(known, [&](const auto& entry) { return entry.first == asked; });
  std::vector<std::pair<CLI::App*, Command>> commands;
  for (const auto& [name, add] : known) {
    if (one && name != asked) continue;
    Command command = add(cli);
    commands.push_back({cli.get_subcommands({}).back(), std::move(command)});
  }
  CLI11_PARSE(cli, argc, argv);
  for (auto& [parsed, command] : commands)
    if (*parsed) return command();
  return 0;
}
