// The command line: `thaw up` is the server; every other command is a client of its HTTP API.
#include <CLI/CLI.hpp>

#include "app/cli/commands.h"
#include "app/version.h"

int main(int argc, char** argv) {
  using namespace thaw::app;
  CLI::App cli{"Thaw: a serverless cloud in one binary."};
  cli.set_version_flag("--version", version);
  cli.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Command>> commands;
  for (auto add : {add_up, add_env, add_status, add_operations, add_deploy, add_delete, add_transform, add_invoke,
                   add_logs, add_clock}) {
    Command command = add(cli);
    commands.push_back({cli.get_subcommands({}).back(), std::move(command)});
  }
  CLI11_PARSE(cli, argc, argv);
  for (auto& [parsed, command] : commands)
    if (*parsed) return command();
  return 0;
}
