// The command line: `thaw up` is the server; every other command is a client of its HTTP API.
#include <CLI/CLI.hpp>

#include <cstdlib>

#include "app/cloud.h"
#include "app/version.h"

namespace thaw::app {
namespace {

std::string environment_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

std::string default_data_directory() { return environment_or("THAW_DATA", environment_or("HOME", "/tmp") + "/.thaw"); }

}  // namespace

int run(int argc, char** argv) {
  CLI::App cli{"Thaw: a serverless cloud in one binary."};
  cli.set_version_flag("--version", version);
  cli.require_subcommand(1);

  UpOptions up;
  up.data_directory = default_data_directory();
  up.access_key = environment_or("THAW_ACCESS_KEY", up.access_key);
  up.secret_key = environment_or("THAW_SECRET_KEY", up.secret_key);
  up.node_modules = environment_or("THAW_NODE_MODULES", "");
  std::string clock = "real", durability = "fsync";
  CLI::App* up_command = cli.add_subcommand("up", "Start the server; it is ready when it prints its endpoint");
  up_command->add_option("--data", up.data_directory, "Where state is kept")->capture_default_str();
  up_command->add_option("--host", up.host, "Address to listen on")->capture_default_str();
  up_command->add_option("--port", up.port, "Port to listen on; 0 lets the system choose")->capture_default_str();
  up_command->add_option("--account", up.account, "The account's id: twelve digits")->capture_default_str();
  up_command->add_option("--region", up.region, "The default region")->capture_default_str();
  up_command->add_option("--clock", clock, "real, or virtual: can be advanced")->check(CLI::IsMember({"real", "virtual"}));
  up_command->add_option("--durability", durability, "fsync; os and memory are for throw-away test runs")
      ->check(CLI::IsMember({"fsync", "os", "memory"}));

  CLI11_PARSE(cli, argc, argv);
  if (*up_command) {
    up.virtual_clock = clock == "virtual";
    up.durability = durability == "fsync" ? kv::Durability::fsync : durability == "os" ? kv::Durability::os : kv::Durability::memory;
    return run_up(up);
  }
  return 0;
}

}  // namespace thaw::app

int main(int argc, char** argv) { return thaw::app::run(argc, argv); }
