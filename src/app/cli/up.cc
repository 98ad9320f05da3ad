#include <CLI/CLI.hpp>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cloud.h"

namespace thaw::app {
namespace {

struct UpArguments {
  UpOptions options;
  std::string clock = "real", durability = "fsync";
};

}  // namespace

Command add_up(CLI::App& cli) {
  auto in = std::make_shared<UpArguments>();
  UpOptions& up = in->options;
  up.data_directory = environment_or("THAW_DATA", environment_or("HOME", "/tmp") + "/.thaw");
  up.access_key = environment_or("THAW_ACCESS_KEY", up.access_key);
  up.secret_key = environment_or("THAW_SECRET_KEY", up.secret_key);
  up.node_modules = environment_or("THAW_NODE_MODULES", "");
  CLI::App* command = cli.add_subcommand("up", "Start the server; it is ready when it prints its endpoint");
  command->add_option("--data", up.data_directory, "Where state is kept")->capture_default_str();
  command->add_option("--host", up.host, "Address to listen on")->capture_default_str();
  command->add_option("--port", up.port, "Port to listen on; 0 lets the system choose")->capture_default_str();
  command->add_option("--account", up.account, "The account's id: twelve digits")->capture_default_str();
  command->add_option("--region", up.region, "The default region")->capture_default_str();
  command->add_option("--hot-reload", up.hot_folders,
                      "Functions may be run from folders in this one (Code: {S3Bucket: hot-reload, S3Key: FOLDER})");
  command->add_flag("--debug", up.debug,
                    "Functions with a variable THAW_DEBUG_PORT can be debugged at that port of 127.0.0.1");
  command->add_option("--clock", in->clock, "real, or virtual: can be advanced")
      ->check(CLI::IsMember({"real", "virtual"}));
  command->add_option("--durability", in->durability, "fsync; os and memory are for throw-away test runs")
      ->check(CLI::IsMember({"fsync", "os", "memory"}));
  return [in] {
    UpOptions options = in->options;
    options.virtual_clock = in->clock == "virtual";
    options.durability = in->durability == "fsync" ? kv::Durability::fsync
                         : in->durability == "os"  ? kv::Durability::os
                                                   : kv::Durability::memory;
    return run_up(std::move(options));
  };
}

}  // namespace thaw::app
