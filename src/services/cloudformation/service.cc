#include "services/cloudformation/service.h"

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "base/text.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view answers_path = "/_cloudformation/answers/";
constexpr size_t answer_bytes_max = 4096 + 1024;
constexpr int64_t custom_timeout_seconds = 3600;

api::As as_of(const api::Request& request) { return {request.principal, request.account, request.region, {}}; }

std::string stack_resource(const api::Request& request, const Json& in) {
  std::string name = in.get("StackName").string_or("");
  if (name.starts_with("arn:")) return name;
  return request.arn("cloudformation", "stack/" + (name.empty() ? "*" : name + "/*"));
}

}  // namespace

CloudFormation::CloudFormation(api::Door& door, Options options)
    : door_(door),
      options_(std::move(options)),
      executor_(ExecutorDeps{
          door.store(), door.clock(),
          [this](const Home& home, const Json& principal, std::shared_ptr<bool> cancelled) -> std::unique_ptr<Api> {
            api::As as{principal_from_json(principal), home.account, home.region, {}};
            return std::make_unique<DoorApi>(door_, *this, std::move(as), std::move(cancelled));
          },
          options_.url_suffix}) {}

void CloudFormation::listens_at(const std::string& host_and_port) {
  options_.url_suffix = host_and_port;
  executor_.use_url_suffix(host_and_port);
}

api::ServiceInfo CloudFormation::info() const {
  return {.name = "cloudformation",
          .protocols = {api::Protocol::query},
          .api_version = "2010-05-15",
          .xml_namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/",
          .validation_code = "ValidationError",
          .title = "AWS CloudFormation",
          .host_prefixes = {"cloudformation"}};
}

std::vector<api::Operation> CloudFormation::operations() {
  using C = CloudFormation;
  auto row = [this](std::string name, auto method) {
    return api::op(std::move(name), this, method).resource(stack_resource);
  };
  auto any = [this](std::string name, auto method) { return api::op(std::move(name), this, method); };
  auto empty = [&row](std::string name, auto method) {
    api::Operation operation = row(name, method);
    operation.result_wrapper = name + "Result";  // a result without members, which clients look for all the same
    return operation;
  };
  std::vector<api::Operation> out;
  out.push_back(row("CreateStack", &C::create_stack));
  out.push_back(row("UpdateStack", &C::update_stack));
  out.push_back(row("DeleteStack", &C::delete_stack));
  out.push_back(row("CancelUpdateStack", &C::cancel_update_stack));
  out.push_back(empty("ContinueUpdateRollback", &C::continue_update_rollback));
  out.push_back(row("RollbackStack", &C::rollback_stack));
  out.push_back(row("UpdateTerminationProtection", &C::update_termination_protection));
  out.push_back(row("DescribeStacks", &C::describe_stacks));
  out.push_back(any("ListStacks", &C::list_stacks));
  out.push_back(row("DescribeStackEvents", &C::describe_stack_events));
  out.push_back(row("DescribeStackResource", &C::describe_stack_resource));
  out.push_back(row("DescribeStackResources", &C::describe_stack_resources));
  out.push_back(row("ListStackResources", &C::list_stack_resources));
  out.push_back(any("ListExports", &C::list_exports));
  out.push_back(any("ListImports", &C::list_imports));
  out.push_back(row("GetTemplate", &C::get_template));
  out.push_back(row("GetTemplateSummary", &C::get_template_summary));
  out.push_back(any("ValidateTemplate", &C::validate_template));
  out.push_back(row("CreateChangeSet", &C::create_change_set)
                    .noted("ImportExistingResources adopts named resources whose DeletionPolicy is Retain"));
  out.push_back(row("DescribeChangeSet", &C::describe_change_set));
  out.push_back(empty("ExecuteChangeSet", &C::execute_change_set));
  out.push_back(empty("DeleteChangeSet", &C::delete_change_set));
  out.push_back(row("ListChangeSets", &C::list_change_sets));
  return out;
}

std::vector<std::string> CloudFormation::not_implemented() const {
  return {"ActivateOrganizationsAccess",
          "ActivateType",
          "BatchDescribeTypeConfigurations",
          "CreateGeneratedTemplate",
          "CreateStackInstances",
          "CreateStackRefactor",
          "CreateStackSet",
          "DeactivateOrganizationsAccess",
          "DeactivateType",
          "DeleteGeneratedTemplate",
          "DeleteStackInstances",
          "DeleteStackSet",
          "DeregisterType",
          "DescribeAccountLimits",
          "DescribeChangeSetHooks",
          "DescribeEvents",
          "DescribeGeneratedTemplate",
          "DescribeOrganizationsAccess",
          "DescribePublisher",
          "DescribeResourceScan",
          "DescribeStackDriftDetectionStatus",
          "DescribeStackInstance",
          "DescribeStackRefactor",
          "DescribeStackResourceDrifts",
          "DescribeStackSet",
          "DescribeStackSetOperation",
          "DescribeType",
          "DescribeTypeRegistration",
          "DetectStackDrift",
          "DetectStackResourceDrift",
          "DetectStackSetDrift",
          "EstimateTemplateCost",
          "ExecuteStackRefactor",
          "GetGeneratedTemplate",
          "GetHookResult",
          "GetStackPolicy",
          "ImportStacksToStackSet",
          "ListGeneratedTemplates",
          "ListHookResults",
          "ListResourceScanRelatedResources",
          "ListResourceScanResources",
          "ListResourceScans",
          "ListStackInstanceResourceDrifts",
          "ListStackInstances",
          "ListStackRefactorActions",
          "ListStackRefactors",
          "ListStackSetAutoDeploymentTargets",
          "ListStackSetOperationResults",
          "ListStackSetOperations",
          "ListStackSets",
          "ListTypeRegistrations",
          "ListTypeVersions",
          "ListTypes",
          "PublishType",
          "RecordHandlerProgress",
          "RegisterPublisher",
          "RegisterType",
          "SetStackPolicy",
          "SetTypeConfiguration",
          "SetTypeDefaultVersion",
          "SignalResource",
          "StartResourceScan",
          "StopStackSetOperation",
          "TestType",
          "UpdateGeneratedTemplate",
          "UpdateStackInstances",
          "UpdateStackSet"};
}

void CloudFormation::start() {
  Loop::current().spawn("cloudformation recovery", [](CloudFormation& self) -> Task<void> {
    using Running = std::vector<std::pair<Home, std::string>>;
    Result<Running> found =
        co_await self.door_.store().transact<Running>([](kv::Transaction& tx) -> Task<Result<Running>> {
          Running out = co_await running_stacks(tx);
          co_return out;
        });
    if (!found) {
      log::error("cloudformation: the operations under way cannot be read: {}", found.error().message);
      co_return;
    }
    for (const auto& [home, id] : *found) self.launch(home, id);
  }(*this));
}

Task<void> CloudFormation::stop() {
  executor_.stop();
  for (int i = 0; i < 500 && !executor_.idle(); ++i) co_await sleep_for(std::chrono::milliseconds(10));
}

void CloudFormation::launch(const Home& home, const std::string& stack_id) {
  Loop::current().spawn("cloudformation stack " + stack_id, executor_.run(home, stack_id));
}

// ---- custom resources ----

bool CloudFormation::serves(const net::HttpRequest& request) const {
  return request.method == "PUT" && request.path.starts_with(answers_path);
}

namespace {

// /_cloudformation/answers/ACCOUNT/REGION/TOKEN/SECRET
struct AnswerAddress {
  Home home;
  std::string token;
  std::string secret;
};
std::optional<AnswerAddress> parse_answer_path(std::string_view path) {
  std::vector<std::string_view> parts = split(path.substr(answers_path.size()), '/');
  if (parts.size() != 4) return std::nullopt;
  std::optional<AccountId> account = AccountId::parse(parts[0]);
  std::optional<Region> region = Region::parse(parts[1]);
  if (!account || !region) return std::nullopt;
  return AnswerAddress{{*account, *region}, std::string(parts[2]), std::string(parts[3])};
}

// CloudFormation hands every scalar to a custom resource as a string.
Json as_strings(const Json& value) {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value.items()) out.push_back(as_strings(item));
    return out;
  }
  if (value.is_object()) {
    Json out = Json::object();
    for (const Json::Member& m : value.members()) out.set(m.key, as_strings(m.value));
    return out;
  }
  return Json(text_of(value).value_or(""));
}

Json custom_event(const ResourceRequest& r, const std::string& kind, const std::string& url) {
  Json event = Json::object({{"RequestType", kind},
                             {"ServiceToken", r.property("ServiceToken")},
                             {"ResponseURL", url},
                             {"StackId", r.stack_id},
                             {"RequestId", r.token},
                             {"LogicalResourceId", r.logical_id},
                             {"ResourceType", r.type}});
  if (kind != "Create") event.set("PhysicalResourceId", r.physical_id);
  event.set("ResourceProperties", as_strings(r.properties));
  if (kind == "Update") event.set("OldResourceProperties", as_strings(r.previous));
  return event;
}

// Runs a custom resource's function. One that fails will not answer: then `ended` says why, and nobody has to wait an
// hour.
Task<void> invoke_function(api::Door& door, api::As as, Json input, std::shared_ptr<std::string> ended) {
  Result<Json> answer = co_await door.call(std::move(as), "lambda", "Invoke", std::move(input));
  if (!answer) {
    *ended = answer.error().message;
  } else if (answer->get("FunctionError").is_string()) {
    *ended = "The custom resource's function failed before it answered: " + answer->get("Payload").string_or("");
  }
}

}  // namespace

Task<net::HttpResponse> CloudFormation::serve(net::HttpRequest& request) {
  std::optional<AnswerAddress> address = parse_answer_path(request.path);
  Result<std::string> body = co_await request.body.read_all(answer_bytes_max);
  if (!address) co_return net::HttpResponse{404, {}, "", {}};
  if (!body) co_return net::HttpResponse{body.error().status, {}, body.error().message, {}};
  Result<bool> kept = co_await door_.store().transact<bool>([&](kv::Transaction& tx) -> Task<Result<bool>> {
    StackStore store(tx, address->home);
    std::optional<AnswerRecord> record = co_await store.answer(address->token);
    if (!record || !equal_in_constant_time(record->secret, address->secret)) co_return false;
    record->body = body->empty() ? "{}" : *body;
    store.put_answer(address->token, *record);
    co_return true;
  });
  if (!kept) co_return net::HttpResponse{kept.error().status, {}, kept.error().message, {}};
  co_return net::HttpResponse{*kept ? 200 : 403, {}, "", {}};
}

// The record of the answer outlives a crash: after a restart the function's answer may be there already.
Task<Result<Json>> CloudFormation::ask(const Home& home, api::As as, ResourceRequest request, std::string kind,
                                       std::shared_ptr<bool> cancelled) {
  std::string token = request.token + "-" + kind;
  kv::Store& store = door_.store();
  auto read = [&store, home, token](bool make) -> Task<Result<AnswerRecord>> {
    return store.transact<AnswerRecord>([home, token, make](kv::Transaction& tx) -> Task<Result<AnswerRecord>> {
      StackStore records(tx, home);
      std::optional<AnswerRecord> record = co_await records.answer(token);
      if (record || !make) co_return record.value_or(AnswerRecord());
      AnswerRecord fresh{random_hex(32), ""};
      records.put_answer(token, fresh);
      co_return fresh;
    });
  };
  CO_TRY(AnswerRecord record, co_await read(true));
  auto ended = std::make_shared<std::string>();  // why no answer can come any more
  if (record.body.empty()) {
    std::string url = options_.answer_url + std::string(answers_path) + home.account.str() + "/" + home.region.str() +
                      "/" + token + "/" + record.secret;
    Json input = Json::object({{"FunctionName", request.property("ServiceToken")},
                               {"InvocationType", "RequestResponse"},
                               {"Payload", custom_event(request, kind, url).dump()}});
    Loop::current().spawn("cloudformation custom resource", invoke_function(door_, as, std::move(input), ended));
  }
  int64_t timeout_s = custom_timeout_seconds;
  if (std::optional<std::string> own = text_of(request.property("ServiceTimeout"))) {
    int64_t seconds = 0;
    std::from_chars(own->data(), own->data() + own->size(), seconds);
    if (seconds > 0 && seconds < custom_timeout_seconds) timeout_s = seconds;
  }
  for (int64_t waited_ms = 0; record.body.empty(); waited_ms += 50) {
    if (waited_ms > timeout_s * 1000) {
      co_return fail("CustomResourceFailed",
                     "CloudFormation did not receive a response from your Custom Resource. Please check your "
                     "logs for requestId [" +
                         request.token + "].");
    }
    // Looked at before the record: an answer that came before the end counts.
    std::string why = *ended;
    co_await sleep_for(std::chrono::milliseconds(waited_ms < 1000 ? 10 : 50));
    CO_TRY(record, co_await read(false));
    if (record.body.empty() && !why.empty()) co_return fail("CustomResourceFailed", why);
  }
  Result<Unit> cleared = co_await store.transact<Unit>([home, token](kv::Transaction& tx) -> Task<Result<Unit>> {
    StackStore(tx, home).clear_answer(token);
    co_return Unit{};
  });
  if (!cleared) co_return std::unexpected(cleared.error());
  auto answer = Json::parse(record.body, 64);
  if (!answer)
    co_return fail("CustomResourceFailed",
                   "Invalid Json: the response of the custom resource cannot be parsed: " + answer.error());
  co_return std::move(*answer);
}

// ---- shared by the operations ----

std::unique_ptr<DoorApi> CloudFormation::api_of(const Request& request) {
  return std::make_unique<DoorApi>(door_, *this, as_of(request), std::make_shared<bool>(false));
}

PseudoParameters CloudFormation::pseudo_of(const Request& request, const std::string& stack_name,
                                           const std::string& stack_arn) const {
  return {request.account.str(), request.region.str(), "aws", stack_arn, stack_name, {}};
}

Task<Result<std::string>> CloudFormation::template_text(Request& request, Source source, std::string stack_id) {
  int given = (source.body ? 1 : 0) + (source.url ? 1 : 0) + (source.previous ? 1 : 0);
  if (given != 1) {
    co_return validation(given == 0 ? "Either Template URL or Template Body must be specified."
                                    : "You may specify only one of TemplateBody, TemplateURL and UsePreviousTemplate.");
  }
  if (source.body) {
    if (source.body->size() > max_template_body_bytes) {
      co_return validation("1 validation error detected: Value '" + source.body->substr(0, 64) +
                           "...' at 'templateBody' failed to satisfy "
                           "constraint: Member must have length less than or equal to 51200");
    }
    co_return *source.body;
  }
  if (source.previous) {
    Home home = home_of(request);
    Result<std::string> text = co_await door_.store().transact<std::string>(
        [home, stack_id](kv::Transaction& tx) -> Task<Result<std::string>> {
          std::optional<std::string> found = co_await StackStore(tx, home).text(stack_id, Stage::original);
          if (!found) co_return validation("No previous template exists.");
          co_return *found;
        });
    co_return text;
  }
  std::optional<ObjectPlace> place = place_of_url(*source.url);
  if (!place) co_return validation("TemplateURL must be a supported URL.");
  Json input = Json::object({{"Bucket", place->bucket}, {"Key", place->key}});
  if (!place->version.empty()) input.set("VersionId", place->version);
  Result<Json> object = co_await door_.call(as_of(request), "s3", "GetObject", std::move(input));
  if (!object) co_return validation("S3 error: " + object.error().message);
  std::string text = object->get("Body").string_or("");
  if (text.size() > max_template_object_bytes) co_return validation("Template may not exceed 1000000 bytes in size.");
  co_return text;
}

Task<Result<Json>> CloudFormation::executing_principal(const Request& request, std::optional<std::string> role_arn) {
  if (!role_arn || role_arn->empty()) co_return principal_to_json(request.principal);
  api::As service = api::As::service("cloudformation.amazonaws.com", request.account, request.region);
  Json input = Json::object({{"RoleArn", *role_arn}, {"RoleSessionName", "AWSCloudFormation"}});
  Result<Json> assumed = co_await door_.call(std::move(service), "sts", "AssumeRole", std::move(input));
  if (!assumed) co_return validation("Role " + *role_arn + " is invalid or cannot be assumed");
  api::Principal principal;
  principal.kind = api::Principal::Kind::role_session;
  principal.account = request.account.str();
  principal.arn = assumed->get("AssumedRoleUser").get("Arn").string_or("");
  principal.user_id = assumed->get("AssumedRoleUser").get("AssumedRoleId").string_or("");
  principal.role_arn = *role_arn;
  co_return principal_to_json(principal);
}

Task<Result<CloudFormation::Standing>> CloudFormation::standing(Request& request, std::string name_or_arn) {
  Home home = home_of(request);
  return door_.store().transact<Standing>([home, name_or_arn](kv::Transaction& tx) -> Task<Result<Standing>> {
    StackStore store(tx, home);
    Standing out;
    out.stack = co_await store.find(name_or_arn);
    out.exports = co_await store.exports();
    if (!out.stack) co_return out;
    out.resources = co_await store.resources(out.stack->id);
    std::optional<std::string> processed = co_await store.text(out.stack->id, Stage::processed);
    out.processed = processed.value_or("");
    co_return out;
  });
}

namespace {

bool mentions_any(const Json& value, const std::set<std::string>& names) {
  if (value.is_array()) {
    return std::ranges::any_of(value.items(), [&](const Json& item) { return mentions_any(item, names); });
  }
  if (!value.is_object()) return false;
  for (const Json::Member& m : value.members()) {
    if (m.key == "Ref" && m.value.is_string() && names.contains(m.value.as_string())) return true;
    if (m.key == "Condition" || m.key == "Fn::If") return !names.empty();  // conditions are about parameters
    if (m.key == "Fn::Sub") {
      const Json& text = m.value.is_array() && !m.value.empty() ? m.value.items()[0] : m.value;
      if (text.is_string()) {
        for (const std::string& variable : sub_variables(text.as_string())) {
          if (names.contains(variable)) return true;
        }
      }
    }
    if (mentions_any(m.value, names)) return true;
  }
  return false;
}

}  // namespace

Result<CloudFormation::Difference> CloudFormation::difference(const Processed& next, const PseudoParameters& pseudo,
                                                              const Standing& now, const std::vector<TagRecord>& tags) {
  PlanInput input;
  input.source = &next.source;
  input.scope = next.scope(pseudo);
  for (const auto& [name, record] : now.exports) input.scope.exports[name] = record.value;
  input.url_suffix = options_.url_suffix;
  bool failed_before = false;
  for (const ResourceRecord& r : now.resources) {
    failed_before |= r.status.ends_with("_FAILED");
    if (r.body.physical_id.empty() || r.status == "DELETE_COMPLETE" || r.status == "DELETE_SKIPPED") continue;
    input.deployed[r.logical_id] = {r.type,
                                    r.body.physical_id,
                                    r.body.ref.empty() ? r.body.physical_id : r.body.ref,
                                    r.body.definition,
                                    r.body.properties,
                                    r.body.attributes};
  }
  ParameterValues before;
  if (now.stack) {
    before = parameter_values(now.stack->settings.parameters);
    input.tags_changed = !(now.stack->settings.tags == tags) && now.stack->status != "REVIEW_IN_PROGRESS";
  }
  for (const auto& [name, value] : next.parameters) {
    auto found = before.find(name);
    if (found == before.end() || !(found->second == value)) input.changed_parameters.insert(name);
  }
  Difference out;
  std::set<std::string> changed_parameters = input.changed_parameters;
  out.outputs_change = failed_before;
  if (now.stack && !now.processed.empty()) {
    auto old_body = Json::parse(now.processed);
    const Json& old_outputs = old_body ? old_body->get("Outputs") : Json();
    const Json& new_outputs = next.source.body.get("Outputs");
    out.outputs_change |=
        !(old_outputs == new_outputs) || mentions_any(new_outputs, changed_parameters) || input.tags_changed;
  }
  TRY(out.changes, make_plan(std::move(input)));
  return out;
}

Task<Result<StackRecord>> CloudFormation::begin(Home home, Beginning b) {
  auto write = [this, home, b](kv::Transaction& tx) -> Task<Result<StackRecord>> {
    StackStore store(tx, home);
    std::optional<StackRecord> found = co_await store.stack(b.stack_id);
    if (!found) co_return no_stack(b.stack_id);
    StackRecord stack = std::move(*found);
    bool create = stack.status == "REVIEW_IN_PROGRESS";
    if (!create) CO_CHECK_OK(check_updatable(stack));
    bool retry = stack.status == "CREATE_FAILED" || stack.status == "UPDATE_FAILED";
    std::optional<Settings> previous = stack.settings;
    if (retry && stack.operation.previous) previous = stack.operation.previous;
    if (!create && !retry) {
      std::optional<std::string> original = co_await store.text(stack.id, Stage::original);
      std::optional<std::string> processed = co_await store.text(stack.id, Stage::processed);
      store.put_text(stack.id, Stage::previous_original, original.value_or(""));
      store.put_text(stack.id, Stage::previous_processed, processed.value_or(""));
    }
    store.put_text(stack.id, Stage::original, b.original);
    store.put_text(stack.id, Stage::processed, b.processed);
    OperationRecord operation;
    operation.id = random_uuid();
    operation.kind = create ? "create" : "update";
    operation.phase = "forward";
    operation.client_token = b.client_token;
    operation.principal = b.principal;
    operation.disable_rollback = b.disable_rollback;
    operation.retain_except_on_create = b.retain_except_on_create;
    if (!b.on_failure.empty()) operation.on_failure = b.on_failure;
    operation.change_set = b.change_set;
    operation.import_existing = b.import_existing;
    if (!create) operation.previous = std::move(previous);
    stack.operation = std::move(operation);
    stack.settings = b.settings;
    stack.disable_rollback = b.disable_rollback;
    stack.status = create ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS";
    stack.status_reason = "User Initiated";
    int64_t now = door_.clock().now_ms();
    if (create) stack.created_ms = now;
    stack.updated_ms = now;
    EventRecord event;
    event.id = random_uuid();
    event.logical_id = stack.name;
    event.physical_id = stack.arn;
    event.type = "AWS::CloudFormation::Stack";
    event.status = stack.status;
    event.reason = "User Initiated";
    event.client_token = b.client_token;
    event.at_ms = now;
    store.put(stack);
    store.add_event(stack.id, event);
    store.mark_running(stack.id);
    // A change set that is executed makes the others out of date: they were made for what is there no longer.
    std::vector<ChangeSetRecord> sets = co_await store.change_sets(stack.id);
    for (ChangeSetRecord& set : sets) {
      if (set.name != b.change_set) {
        store.clear(set);
        continue;
      }
      set.execution_status = "EXECUTE_IN_PROGRESS";
      store.put(set);
      stack.change_set_arn = set.arn;
      store.put(stack);
    }
    co_return stack;
  };
  Result<StackRecord> begun = co_await door_.store().transact<StackRecord>(write);
  if (begun) launch(home, b.stack_id);
  co_return begun;
}

Home home_of(const api::Request& request) { return {request.account, request.region}; }

std::unexpected<Error> validation(std::string words) { return fail(template_error(std::move(words))); }
std::unexpected<Error> no_stack_with_id(const std::string& name) {
  return validation("Stack with id " + name + " does not exist");
}
std::unexpected<Error> no_stack(const std::string& name) { return validation("Stack [" + name + "] does not exist"); }

bool in_progress(const StackRecord& stack) {
  return stack.status.ends_with("_IN_PROGRESS") && stack.status != "REVIEW_IN_PROGRESS";
}

Result<> check_updatable(const StackRecord& stack) {
  static constexpr std::string_view fine[] = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE",
                                              "CREATE_FAILED", "UPDATE_FAILED"};
  if (std::ranges::find(fine, stack.status) != std::end(fine)) return {};
  return validation("Stack:" + stack.arn + " is in " + stack.status + " state and can not be updated.");
}

std::vector<ParameterInput> parameter_inputs(const std::vector<Parameter>& parameters) {
  std::vector<ParameterInput> out;
  for (const Parameter& p : parameters) {
    out.push_back({p.parameter_key.value_or(""), p.parameter_value, p.use_previous_value.value_or(false)});
  }
  return out;
}

std::vector<TagRecord> tag_records(const std::vector<Tag>& tags) {
  std::vector<TagRecord> out;
  for (const Tag& tag : tags) out.push_back({tag.key, tag.value});
  return out;
}

Result<> check_tags(const std::vector<Tag>& tags) {
  for (const Tag& tag : tags) {
    if (tag.key.starts_with("aws:")) {
      return validation("aws: prefixed tag key names are not allowed for external use.");
    }
  }
  return {};
}

Settings settings_of(const Processed& processed, std::vector<std::string> capabilities, std::vector<TagRecord> tags,
                     std::optional<std::string> role_arn) {
  Settings out;
  out.description = processed.source.description;
  for (const ParameterDef& def : processed.source.parameters) {
    auto found = processed.parameters.find(def.name);
    if (found == processed.parameters.end()) continue;
    out.parameters.push_back({def.name, found->second.value, found->second.resolved, def.no_echo});
  }
  out.capabilities = std::move(capabilities);
  out.tags = std::move(tags);
  out.role_arn = std::move(role_arn);
  return out;
}

std::vector<Parameter> shown_parameters(const std::vector<ParameterRecord>& records) {
  std::vector<Parameter> out;
  for (const ParameterRecord& record : records) {
    Parameter p;
    p.parameter_key = record.key;
    p.parameter_value = record.no_echo ? "****" : record.value;
    p.resolved_value = record.resolved;
    out.push_back(std::move(p));
  }
  return out;
}

ParameterValues parameter_values(const std::vector<ParameterRecord>& records) {
  ParameterValues out;
  for (const ParameterRecord& record : records) out[record.key] = {record.value, record.resolved};
  return out;
}

Time time_of(int64_t ms) { return Time(std::chrono::milliseconds(ms)); }

size_t page_start(const std::optional<std::string>& token) {
  size_t start = 0;
  if (token) std::from_chars(token->data(), token->data() + token->size(), start);
  return start;
}

}  // namespace thaw::cloudformation
