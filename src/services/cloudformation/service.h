// AWS CloudFormation: stacks, change sets, and the engine behind them. README.md says where to look.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/door.h"
#include "api/service.h"
#include "services/cloudformation/api.h"
#include "services/cloudformation/door_api.h"
#include "services/cloudformation/executor.h"
#include "services/cloudformation/processing.h"

namespace thaw::cloudformation {

struct Options {
  // Takes the place of "amazonaws.com" in URLs of APIs ("https://id.execute-api.region.amazonaws.com"), so that they
  // work as printed on this machine: "localhost:4566". Empty: they stay.
  std::string url_suffix = "localhost:4566";
  // Where functions of custom resources put their answers; the path is added. Inside an execution environment the ports
  // 443 and 4566 of every address are this server, whatever port it listens at outside.
  std::string answer_url = "https://localhost";
};

class CloudFormation final : public api::Service, public AnswerBox {
 public:
  // The door must outlive the service; resources are made through it.
  CloudFormation(api::Door& door, Options options);

  // Says where the server listens ("localhost:4566"), when that is known after the service was made. Before start().
  void listens_at(const std::string& host_and_port);

  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;
  // Takes up the operations that a crash has interrupted.
  void start() override;
  Task<void> stop() override;
  // The answers of custom resources.
  bool serves(const net::HttpRequest& request) const override;
  Task<net::HttpResponse> serve(net::HttpRequest& request) override;
  Task<Result<Json>> ask(const Home& home, api::As as, ResourceRequest request, std::string kind,
                         std::shared_ptr<bool> cancelled) override;

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;

  // ops_stacks.cc
  Answer<CreateStackOutput> create_stack(Request& request, const CreateStackInput& in);
  Answer<UpdateStackOutput> update_stack(Request& request, const UpdateStackInput& in);
  Answer<> delete_stack(Request& request, const DeleteStackInput& in);
  Answer<> cancel_update_stack(Request& request, const CancelUpdateStackInput& in);
  Answer<> continue_update_rollback(Request& request, const ContinueUpdateRollbackInput& in);
  Answer<RollbackStackOutput> rollback_stack(Request& request, const RollbackStackInput& in);
  Answer<UpdateTerminationProtectionOutput> update_termination_protection(Request& request,
                                                                          const UpdateTerminationProtectionInput& in);

  // ops_describe.cc
  Answer<DescribeStacksOutput> describe_stacks(Request& request, const DescribeStacksInput& in);
  Answer<ListStacksOutput> list_stacks(Request& request, const ListStacksInput& in);
  Answer<DescribeStackEventsOutput> describe_stack_events(Request& request, const DescribeStackEventsInput& in);
  Answer<DescribeStackResourceOutput> describe_stack_resource(Request& request, const DescribeStackResourceInput& in);
  Answer<DescribeStackResourcesOutput> describe_stack_resources(Request& request,
                                                                const DescribeStackResourcesInput& in);
  Answer<ListStackResourcesOutput> list_stack_resources(Request& request, const ListStackResourcesInput& in);
  Answer<ListExportsOutput> list_exports(Request& request, const ListExportsInput& in);
  Answer<ListImportsOutput> list_imports(Request& request, const ListImportsInput& in);

  // ops_templates.cc
  Answer<GetTemplateOutput> get_template(Request& request, const GetTemplateInput& in);
  Answer<GetTemplateSummaryOutput> get_template_summary(Request& request, const GetTemplateSummaryInput& in);
  Answer<ValidateTemplateOutput> validate_template(Request& request, const ValidateTemplateInput& in);

  // ops_change_sets.cc
  Answer<CreateChangeSetOutput> create_change_set(Request& request, const CreateChangeSetInput& in);
  Answer<DescribeChangeSetOutput> describe_change_set(Request& request, const DescribeChangeSetInput& in);
  Answer<> execute_change_set(Request& request, const ExecuteChangeSetInput& in);
  Answer<> delete_change_set(Request& request, const DeleteChangeSetInput& in);
  Answer<ListChangeSetsOutput> list_change_sets(Request& request, const ListChangeSetsInput& in);

  // ---- shared (service.cc) ----

  // Where a template is to be taken from.
  struct Source {
    std::optional<std::string> body;
    std::optional<std::string> url;
    bool previous = false;
    static Source of(const std::optional<std::string>& body, const std::optional<std::string>& url,
                     std::optional<bool> previous = {}) {
      return {body, url, previous.value_or(false)};
    }
  };
  // Errors in AWS's words. `stack_id` is that of the previous template.
  Task<Result<std::string>> template_text(Request& request, Source source, std::string stack_id);
  std::unique_ptr<DoorApi> api_of(const Request& request);
  PseudoParameters pseudo_of(const Request& request, const std::string& stack_name, const std::string& stack_arn) const;
  // In whose name resources are made: the caller, or the role when CloudFormation may assume it.
  Task<Result<Json>> executing_principal(const Request& request, std::optional<std::string> role_arn);
  // What a stack has now.
  struct Standing {
    std::optional<StackRecord> stack;
    std::vector<ResourceRecord> resources;
    std::string processed;
    std::map<std::string, ExportRecord> exports;
  };
  Task<Result<Standing>> standing(Request& request, std::string name_or_arn);
  // The changes that would lead to `next`; `touches_outputs` when only outputs would change.
  struct Difference {
    std::vector<ResourceChange> changes;
    bool outputs_change = false;
    bool empty() const { return changes.empty() && !outputs_change; }
  };
  Result<Difference> difference(const Processed& next, const PseudoParameters& pseudo, const Standing& now,
                                const std::vector<TagRecord>& tags);
  // Writes the beginning of an update (or of a creation, on a stack under review), and has it carried out after the
  // commit.
  struct Beginning {
    std::string stack_id;
    Settings settings;
    std::string original;
    std::string processed;
    Json principal;
    std::string client_token;
    bool disable_rollback = false;
    bool retain_except_on_create = false;
    std::string on_failure;  // of a creation
    std::string change_set;  // name
    bool import_existing = false;
  };
  Task<Result<StackRecord>> begin(Home home, Beginning beginning);
  void launch(const Home& home, const std::string& stack_id);

  api::Door& door_;
  Options options_;
  Executor executor_;
};

// ---- shared by the operations' files ----

Home home_of(const api::Request& request);
std::unexpected<Error> validation(std::string words);
std::unexpected<Error> no_stack_with_id(const std::string& name);  // "Stack with id X does not exist"
std::unexpected<Error> no_stack(const std::string& name);          // "Stack [X] does not exist"
bool in_progress(const StackRecord& stack);
// Error when a stack's state forbids an update.
Result<> check_updatable(const StackRecord& stack);
std::vector<ParameterInput> parameter_inputs(const std::vector<Parameter>& parameters);
std::vector<TagRecord> tag_records(const std::vector<Tag>& tags);
Result<> check_tags(const std::vector<Tag>& tags);
Settings settings_of(const Processed& processed, std::vector<std::string> capabilities, std::vector<TagRecord> tags,
                     std::optional<std::string> role_arn);
std::vector<Parameter> shown_parameters(const std::vector<ParameterRecord>& records);
ParameterValues parameter_values(const std::vector<ParameterRecord>& records);
// Finds a change set by its name and stack, or by its ARN. Error "ChangeSetNotFound".
Task<Result<ChangeSetRecord>> find_change_set(StackStore& store, std::string stack_name, std::string name_or_arn);
Time time_of(int64_t ms);
// A page of `all` from the position that a token names; sets `next`.
size_t page_start(const std::optional<std::string>& token);

}  // namespace thaw::cloudformation
