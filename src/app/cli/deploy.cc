// thaw deploy and thaw delete: a template becomes a stack, with progress; and goes again.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/package.h"
#include "base/loop.h"
#include "base/yaml.h"

namespace thaw::app {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds watch_interval{100};
constexpr size_t inline_template_bytes_max = 51'200;

struct DeployArguments {
  std::string template_path, stack;
  std::vector<std::string> parameters;
  bool json = false, hot = false;
};

// Lines for people go to standard error when standard output is JSON.
void say(const DeployArguments& in, const std::string& line) {
  fmt::print(in.json ? stderr : stdout, "{}\n", line);
  std::fflush(in.json ? stderr : stdout);
}

const char* colour(const std::string& status) {
  if (!::isatty(STDOUT_FILENO)) return "";
  if (status.find("FAILED") != std::string::npos || status.find("ROLLBACK") != std::string::npos) return "\033[31m";
  if (status.ends_with("COMPLETE")) return "\033[32m";
  return "\033[33m";
}

std::string event_line(const Json& event) {
  std::string status = event.get("ResourceStatus").string_or("");
  std::string reason = event.get("ResourceStatusReason").string_or("");
  const char* on = colour(status);
  return fmt::format("  {}{:<34}{} {:<28} {}{}", on, status, *on ? "\033[0m" : "",
                     event.get("LogicalResourceId").string_or(""), event.get("ResourceType").string_or(""),
                     reason.empty() ? "" : "\n      " + reason);
}

bool is_final(const std::string& status) { return !status.ends_with("IN_PROGRESS") && !status.empty(); }

// The stack's description, or nothing when there is none.
Task<Result<std::optional<Json>>> find_stack(CloudClient& cloud, std::string name) {
  Result<Json> found = co_await cloud.call("cloudformation", "DescribeStacks", Json::object({{"StackName", name}}));
  if (found && found->get("Stacks").size() > 0) co_return std::optional<Json>(found->get("Stacks").items()[0]);
  if (!found && found.error().code != "ValidationError") co_return std::unexpected(found.error());
  co_return std::optional<Json>();
}

// Follows a stack operation: prints its events until the stack rests. Answers the last description (null: it is gone).
Task<Result<Json>> follow(CloudClient& cloud, const DeployArguments& in, std::string stack_id,
                          std::set<std::string>& seen) {
  while (true) {
    Result<Json> events =
        co_await cloud.call("cloudformation", "DescribeStackEvents", Json::object({{"StackName", stack_id}}));
    if (events) {
      const Json::Array& list = events->get("StackEvents").items();
      for (auto event = list.rbegin(); event != list.rend(); ++event)
        if (seen.insert(event->get("EventId").string_or("")).second) say(in, event_line(*event));
    }
    CO_TRY(std::optional<Json> stack, co_await find_stack(cloud, stack_id));
    if (!stack) co_return Json();
    if (is_final(stack->get("StackStatus").string_or(""))) {
      // What happened between the two calls.
      Result<Json> rest =
          co_await cloud.call("cloudformation", "DescribeStackEvents", Json::object({{"StackName", stack_id}}));
      if (rest) {
        const Json::Array& list = rest->get("StackEvents").items();
        for (auto event = list.rbegin(); event != list.rend(); ++event)
          if (seen.insert(event->get("EventId").string_or("")).second) say(in, event_line(*event));
      }
      co_return std::move(*stack);
    }
    co_await sleep_for(watch_interval);
  }
}

Task<Result<std::string>> make_bucket(CloudClient& cloud) {
  CO_TRY(Json identity, co_await cloud.call("sts", "GetCallerIdentity", Json::object()));
  std::string bucket = "thaw-deploy-" + identity.get("Account").string_or("") + "-" + cloud.connection().region;
  Json input = Json::object({{"Bucket", bucket}});
  if (cloud.connection().region != "us-east-1")
    input.set("CreateBucketConfiguration", Json::object({{"LocationConstraint", cloud.connection().region}}));
  Result<Json> made = co_await cloud.call("s3", "CreateBucket", std::move(input));
  if (!made && made.error().code != "BucketAlreadyOwnedByYou") co_return std::unexpected(made.error());
  co_return bucket;
}

Result<Json> parameters_of(const DeployArguments& in, const Json& body, bool update) {
  Json out = Json::array();
  std::set<std::string> given;
  for (const std::string& text : in.parameters) {
    size_t equals = text.find('=');
    if (equals == std::string::npos) return fail("BadArgument", "--parameter takes KEY=VALUE, not '" + text + "'");
    given.insert(text.substr(0, equals));
    out.push_back(
        Json::object({{"ParameterKey", text.substr(0, equals)}, {"ParameterValue", text.substr(equals + 1)}}));
  }
  // An update keeps what the stack has, unless it is given anew.
  if (update && body.get("Parameters").is_object())
    for (const Json::Member& p : body.get("Parameters").members())
      if (!given.contains(p.key) && !p.value.contains("Default"))
        out.push_back(Json::object({{"ParameterKey", p.key}, {"UsePreviousValue", true}}));
  return out;
}

Task<Result<bool>> execute(CloudClient& cloud, const DeployArguments& in, std::string stack, std::string change_set) {
  Json name = Json::object({{"StackName", stack}, {"ChangeSetName", change_set}});
  while (true) {
    CO_TRY(Json described, co_await cloud.call("cloudformation", "DescribeChangeSet", name));
    std::string status = described.get("Status").string_or("");
    if (status == "CREATE_COMPLETE") break;
    if (status == "FAILED") {
      std::string reason = described.get("StatusReason").string_or("");
      Result<Json> ignored = co_await cloud.call("cloudformation", "DeleteChangeSet", name);
      if (reason.find("didn't contain changes") != std::string::npos ||
          reason.find("No updates are to be performed") != std::string::npos) {
        say(in, "No changes: the stack is up to date.");
        co_return false;
      }
      co_return fail("ChangeSetFailed", reason);
    }
    co_await sleep_for(watch_interval);
  }
  CO_TRY(Json started, co_await cloud.call("cloudformation", "ExecuteChangeSet", name));
  co_return true;
}

void print_outputs(const DeployArguments& in, const Json& stack) {
  const Json& outputs = stack.get("Outputs");
  if (in.json) {
    Json out =
        Json::object({{"StackName", in.stack}, {"StackStatus", stack.get("StackStatus")}, {"Outputs", Json::object()}});
    if (outputs.is_array())
      for (const Json& o : outputs.items()) out["Outputs"].set(o.get("OutputKey").string_or(""), o.get("OutputValue"));
    print_json(out);
    return;
  }
  if (!outputs.is_array() || outputs.empty()) return;
  fmt::print("Outputs\n");
  for (const Json& o : outputs.items()) {
    std::string description = o.get("Description").string_or("");
    fmt::print("  {:<24} {}{}\n", o.get("OutputKey").string_or(""), o.get("OutputValue").string_or(""),
               description.empty() ? "" : "   (" + description + ")");
  }
}

// Tells the server, in its data directory, that these folders of this machine may be run in place: a right that only
// who can write there has.
Task<Result<void>> allow_hot_folders(CloudClient& cloud, std::set<std::string> folders) {
  if (folders.empty()) co_return fail("NothingIsHot", "The template names no function whose code is a folder");
  CO_TRY(Json status, co_await cloud.get("/_thaw/status"));
  const Json& hot = status.get("hot_reload");
  if (!hot.get("possible").is_bool() || !hot.get("possible").as_bool())
    co_return fail("HotReloadOff", "Hot reload works when Thaw listens on the loopback only: thaw up --host 127.0.0.1");
  std::string path = hot.get("allow_file").string_or("");
  std::ifstream known(path);
  for (std::string line; std::getline(known, line);) folders.erase(line);
  if (folders.empty()) co_return Result<void>();
  std::ofstream file(path, std::ios::app);
  for (const std::string& folder : folders) file << folder << "\n";
  if (!file.flush())
    co_return fail("HotReloadOff",
                   fmt::format("Cannot write {}. Hot reload works for who runs the server, on its machine; or start it "
                               "with: thaw up --hot-reload {}",
                               path, *folders.begin()));
  co_return Result<void>();
}

Task<Result<int>> deploy(DeployArguments in) {
  std::ifstream file(in.template_path, std::ios::binary);
  if (!file) co_return fail("FileNotFound", "Cannot read the template " + in.template_path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  auto parsed = parse_yaml(text);
  if (!parsed) co_return fail("TemplateError", in.template_path + ": " + parsed.error().str());
  Json body = std::move(parsed->value);
  fs::path directory = fs::absolute(in.template_path).parent_path();
  if (in.stack.empty()) in.stack = directory.filename().string();

  CloudClient cloud(Connection::from_environment());
  CO_TRY(std::string bucket, co_await make_bucket(cloud));
  PackageOptions options;
  options.template_directory = directory.string();
  options.bucket = bucket;
  options.progress = [&in](const std::string& line) { say(in, line); };
  std::string before = body.dump();
  std::set<std::string> hot_folders;
  if (in.hot) options.hot_folders = &hot_folders;
  CO_CHECK_OK(co_await package_template(cloud, body, options));
  if (in.hot) CO_CHECK_OK(co_await allow_hot_folders(cloud, std::move(hot_folders)));

  CO_TRY(std::optional<Json> existing, co_await find_stack(cloud, in.stack));
  std::string status = existing ? existing->get("StackStatus").string_or("") : "";
  bool update = existing && status != "REVIEW_IN_PROGRESS";
  if (status == "ROLLBACK_COMPLETE")
    co_return fail("StackMustBeDeleted",
                   "The stack " + in.stack + " failed to be created; remove it first: thaw delete --stack " + in.stack);
  std::set<std::string> seen;
  if (update) {
    Result<Json> old =
        co_await cloud.call("cloudformation", "DescribeStackEvents", Json::object({{"StackName", in.stack}}));
    if (old)
      for (const Json& event : old->get("StackEvents").items()) seen.insert(event.get("EventId").string_or(""));
  }
  std::string change_set = "thaw-" + std::to_string(RealClock().now_ms());
  Json input = Json::object(
      {{"StackName", in.stack},
       {"ChangeSetName", change_set},
       {"ChangeSetType", update ? "UPDATE" : "CREATE"},
       {"Capabilities", Json::array({"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"})}});
  CO_TRY(Json parameters, parameters_of(in, body, update));
  input.set("Parameters", std::move(parameters));
  // A template that was not changed goes up as it was written, so that errors name its own lines.
  std::string packaged = body.dump();
  std::string& sent = packaged == before ? text : packaged;
  if (sent.size() > inline_template_bytes_max) {
    std::string key = change_set + ".template";
    CO_CHECK_OK(co_await cloud.put_object(bucket, key, sent));
    input.set("TemplateURL", cloud.connection().endpoint + "/" + bucket + "/" + key);
  } else {
    input.set("TemplateBody", sent);
  }
  say(in, fmt::format("{} stack {}", update ? "Updating" : "Creating", in.stack));
  CO_TRY(Json made, co_await cloud.call("cloudformation", "CreateChangeSet", std::move(input)));
  std::string stack_id = made.get("StackId").string_or(in.stack);
  CO_TRY(bool changes, co_await execute(cloud, in, in.stack, change_set));
  Json stack;
  if (changes) {
    CO_TRY(stack, co_await follow(cloud, in, stack_id, seen));
  } else if (existing) {
    stack = *existing;
  }
  std::string ended = stack.get("StackStatus").string_or("");
  if (ended != "CREATE_COMPLETE" && ended != "UPDATE_COMPLETE" && changes)
    co_return fail("DeployFailed", fmt::format("The stack {} is {}. {}", in.stack, ended.empty() ? "gone" : ended,
                                               stack.get("StackStatusReason").string_or("")));
  print_outputs(in, stack);
  co_return 0;
}

Task<Result<int>> remove(DeployArguments in) {
  CloudClient cloud(Connection::from_environment());
  CO_TRY(std::optional<Json> existing, co_await find_stack(cloud, in.stack));
  if (!existing) co_return fail("StackNotFound", "There is no stack " + in.stack);
  std::string id = existing->get("StackId").string_or(in.stack);
  std::set<std::string> seen;
  Result<Json> old = co_await cloud.call("cloudformation", "DescribeStackEvents", Json::object({{"StackName", id}}));
  if (old)
    for (const Json& event : old->get("StackEvents").items()) seen.insert(event.get("EventId").string_or(""));
  say(in, "Deleting stack " + in.stack);
  CO_TRY(Json started, co_await cloud.call("cloudformation", "DeleteStack", Json::object({{"StackName", id}})));
  CO_TRY(Json stack, co_await follow(cloud, in, id, seen));
  std::string ended = stack.get("StackStatus").string_or("DELETE_COMPLETE");
  if (ended != "DELETE_COMPLETE")
    co_return fail("DeleteFailed", fmt::format("The stack {} is {}. {}", in.stack, ended,
                                               stack.get("StackStatusReason").string_or("")));
  say(in, "Deleted " + in.stack);
  co_return 0;
}

}  // namespace

Command add_deploy(CLI::App& cli) {
  auto in = std::make_shared<DeployArguments>();
  CLI::App* command = cli.add_subcommand("deploy", "Deploy a CloudFormation or SAM template");
  command->add_option("template", in->template_path, "template.yaml")->required();
  command->add_option("--stack", in->stack, "The stack's name (default: the template's folder)");
  command->add_option("--parameter", in->parameters, "KEY=VALUE, any number of times");
  command->add_flag("--json", in->json, "Print the outputs as JSON");
  command->add_flag("--hot", in->hot, "Functions run from their folders: save, and the next invocation runs it");
  return [in] { return run_command([in] { return deploy(*in); }); };
}

Command add_delete(CLI::App& cli) {
  auto in = std::make_shared<DeployArguments>();
  CLI::App* command = cli.add_subcommand("delete", "Delete a stack and what it made");
  command->add_option("--stack,stack", in->stack, "The stack's name")->required();
  return [in] { return run_command([in] { return remove(*in); }); };
}

}  // namespace thaw::app
