// thaw env, status, operations, clock: what is there, and how to reach it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/cli/client.h"
#include "app/cli/commands.h"

namespace thaw::app {

namespace {

void print_hot_reload(const Json& hot) {
  if (!hot.is_object()) return;
  const Json& possible = hot.get("possible");
  std::string words;
  for (const Json& folder : hot.get("folders").items()) words += " " + folder.string_or("");
  if (!possible.is_bool() || !possible.as_bool())
    words = " off, since Thaw can be reached from other machines";
  else if (words.empty())
    words = " with thaw deploy --hot";
  else
    words = " functions may run from folders in" + words + ", and with thaw deploy --hot";
  fmt::print("  hot reload: {}\n", words);
}

}  // namespace

Command add_env(CLI::App& cli) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command =
      cli.add_subcommand("env", "Print the exports that point every AWS tool at Thaw: eval \"$(thaw env)\"");
  command->add_flag("--json", *json, "As JSON");
  return [json] {
    return run_command([json]() -> Task<Result<int>> {
      CloudClient cloud(Connection::from_environment());
      CO_TRY(Json status, co_await cloud.get("/_thaw/status"));
      const Connection& c = cloud.connection();
      std::string ca = status.get("ca_certificate").string_or("");
      Json::Object variables{{"AWS_ENDPOINT_URL", c.endpoint},
                             {"AWS_ACCESS_KEY_ID", c.credentials.access_key},
                             {"AWS_SECRET_ACCESS_KEY", c.credentials.secret},
                             {"AWS_REGION", c.region},
                             {"AWS_DEFAULT_REGION", c.region},
                             {"AWS_DISABLE_HOST_PREFIX_INJECTION", "true"},
                             {"AWS_EC2_METADATA_DISABLED", "true"}};
      if (!ca.empty())
        for (const char* name : {"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"})
          variables.push_back({name, ca});
      if (*json) {
        print_json(Json(std::move(variables)));
        co_return 0;
      }
      for (const Json::Member& m : variables) fmt::print("export {}='{}'\n", m.key, m.value.as_string());
      co_return 0;
    });
  };
}

Command add_status(CLI::App& cli) {
  auto json = std::make_shared<bool>(false);
  CLI::App* command = cli.add_subcommand("status", "Show what runs: services, runtimes, environments, limits");
  command->add_flag("--json", *json, "As JSON");
  return [json] {
    return run_command([json]() -> Task<Result<int>> {
      CloudClient cloud(Connection::from_environment());
      CO_TRY(Json status, co_await cloud.get("/_thaw/status"));
      if (*json) {
        print_json(status);
        co_return 0;
      }
      fmt::print("Thaw {} at {}\n", status.get("version").string_or("?"), cloud.connection().endpoint);
      std::string services;
      if (status.get("services").is_object())
        for (const Json::Member& m : status.get("services").members()) services += " " + m.key;
      fmt::print("  services:    {}\n", services.empty() ? "none" : services.substr(1));
      if (const Json* data = status.find("data_directory")) fmt::print("  data:        {}\n", data->string_or(""));
      if (const Json* runtimes = status.find("runtimes"); runtimes && runtimes->is_array())
        for (const Json& r : runtimes->items())
          fmt::print("  runtime:     {:<18} {}{}\n", r.get("runtime").string_or(""), r.get("path").string_or("none"),
                     r.get("note").string_or("").empty() ? "" : "  (" + r.get("note").string_or("") + ")");
      if (const Json* notes = status.find("notes"); notes && notes->is_array())
        for (const Json& note : notes->items()) fmt::print("  note:        {}\n", note.string_or(""));
      print_hot_reload(status.get("hot_reload"));
      if (const Json* list = status.find("environments"); list && list->is_array()) {
        fmt::print("  environments: {}\n", list->size());
        for (const Json& e : list->items())
          fmt::print("    {:<13} {:<40} invocations {:<6} {} MB\n", e.get("state").string_or(""),
                     e.get("function").string_or(e.get("runtime").string_or("")), e.get("invocations").dump(),
                     e.get("memory_mb").dump());
      }
      co_return 0;
    });
  };
}

Command add_operations(CLI::App& cli) {
  struct Arguments {
    std::string service;
    bool json = false;
  };
  auto in = std::make_shared<Arguments>();
  CLI::App* command = cli.add_subcommand("operations", "List the operations that exist, service by service");
  command->add_option("service", in->service, "One service only");
  command->add_flag("--json", in->json, "As JSON");
  return [in] {
    return run_command([in]() -> Task<Result<int>> {
      CloudClient cloud(Connection::from_environment());
      CO_TRY(Json all, co_await cloud.get("/_thaw/operations"));
      if (!in->service.empty()) {
        if (!all.contains(in->service))
          co_return fail("UnknownService", "Thaw has no service '" + in->service + "'. Try: thaw operations");
        all = Json::object({{in->service, all.get(in->service)}});
      }
      if (in->json) {
        print_json(all);
        co_return 0;
      }
      size_t total = 0;
      for (const Json::Member& service : all.members()) {
        const Json& list = service.value.get("operations");
        total += list.size();
        fmt::print("{} ({}): {} operations\n", service.key, service.value.get("title").string_or(""), list.size());
        for (const Json& operation : list.items()) {
          std::string note = operation.get("note").string_or("");
          fmt::print("  {}{}\n", operation.get("name").string_or(""), note.empty() ? "" : "  (" + note + ")");
        }
      }
      fmt::print("{} operations in {} services\n", total, all.size());
      co_return 0;
    });
  };
}

}  // namespace thaw::app
