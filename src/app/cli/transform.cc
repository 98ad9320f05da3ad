// thaw transform: the CloudFormation that a SAM template becomes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <fstream>
#include <iterator>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "base/yaml.h"
#include "services/cloudformation/sam/transform.h"

namespace thaw::app {
namespace {

struct Arguments {
  std::string template_path, region = "us-east-1", account = "000000000000";
  std::vector<std::string> parameters;
};

int transform_template(const Arguments& in) {
  std::ifstream file(in.template_path, std::ios::binary);
  if (!file) {
    fmt::print(stderr, "thaw: cannot read {}\n", in.template_path);
    return 1;
  }
  std::string text(std::istreambuf_iterator<char>(file), {});
  auto parsed = parse_yaml(text);
  if (!parsed) {
    fmt::print(stderr, "thaw: {}: {}\n", in.template_path, parsed.error().str());
    return 1;
  }
  sam::TransformOptions options;
  options.region = in.region;
  options.account = in.account;
  options.parameters = Json::object();
  options.now_s = RealClock().now_ms() / 1000;
  for (const std::string& p : in.parameters) {
    size_t equals = p.find('=');
    if (equals == std::string::npos) {
      fmt::print(stderr, "thaw: --parameter takes KEY=VALUE, not '{}'\n", p);
      return 1;
    }
    options.parameters.set(p.substr(0, equals), p.substr(equals + 1));
  }
  auto out = sam::transform(parsed->value, options);
  if (!out) {
    fmt::print(stderr, "{}\n", out.error().message());
    return 1;
  }
  print_json(*out);
  return 0;
}

}  // namespace

Command add_transform(CLI::App& cli) {
  auto in = std::make_shared<Arguments>();
  in->region = environment_or("AWS_REGION", environment_or("AWS_DEFAULT_REGION", in->region));
  CLI::App* command = cli.add_subcommand("transform", "Print the CloudFormation JSON that a SAM template becomes");
  command->add_option("template", in->template_path, "template.yaml")->required();
  command->add_option("--region", in->region)->capture_default_str();
  command->add_option("--account", in->account)->capture_default_str();
  command->add_option("--parameter", in->parameters, "KEY=VALUE, any number of times");
  return [in] { return transform_template(*in); };
}

}  // namespace thaw::app
