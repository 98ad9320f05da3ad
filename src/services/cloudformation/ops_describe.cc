// Operations that tell of stacks, their resources and events.
#include <algorithm>

#include "base/text.h"
#include "services/cloudformation/service.h"

namespace thaw::cloudformation {
namespace {

constexpr size_t page_items = 100;

template <class T>
std::optional<T> unless_empty(const T& text) {
  return text.empty() ? std::nullopt : std::optional<T>(text);
}

Stack shown_stack(const StackRecord& record) {
  Stack out;
  out.stack_id = record.arn;
  out.stack_name = record.name;
  out.change_set_id = unless_empty(record.change_set_arn);
  out.description = unless_empty(record.settings.description);
  out.parameters = shown_parameters(record.settings.parameters);
  out.creation_time = time_of(record.created_ms);
  if (record.deleted_ms) out.deletion_time = time_of(record.deleted_ms);
  if (record.updated_ms) out.last_updated_time = time_of(record.updated_ms);
  out.rollback_configuration.emplace();
  out.stack_status = record.status;
  out.stack_status_reason = unless_empty(record.status_reason);
  out.disable_rollback = record.disable_rollback;
  out.timeout_in_minutes = record.timeout_minutes;
  out.capabilities = record.settings.capabilities;
  for (const OutputRecord& output : record.outputs) {
    out.outputs.push_back({output.key, output.value, unless_empty(output.description), output.export_name});
  }
  out.role_arn = record.settings.role_arn;
  for (const TagRecord& tag : record.settings.tags) out.tags.push_back({tag.key, tag.value});
  out.enable_termination_protection = record.termination_protection;
  out.parent_id = unless_empty(record.parent_arn);
  out.root_id = unless_empty(record.root_arn);
  return out;
}

StackSummary shown_summary(const StackRecord& record) {
  StackSummary out;
  out.stack_id = record.arn;
  out.stack_name = record.name;
  out.template_description = unless_empty(record.settings.description);
  out.creation_time = time_of(record.created_ms);
  if (record.updated_ms) out.last_updated_time = time_of(record.updated_ms);
  if (record.deleted_ms) out.deletion_time = time_of(record.deleted_ms);
  out.stack_status = record.status;
  out.stack_status_reason = unless_empty(record.status_reason);
  out.parent_id = unless_empty(record.parent_arn);
  out.root_id = unless_empty(record.root_arn);
  return out;
}

// Newest first.
void sort_stacks(std::vector<StackRecord>& stacks) {
  std::ranges::sort(stacks, [](const StackRecord& a, const StackRecord& b) {
    return std::pair(b.created_ms, b.id) < std::pair(a.created_ms, a.id);
  });
}

std::string physical_of(const ResourceRecord& r) { return r.body.physical_id; }

StackResource shown_resource(const StackRecord& stack, const ResourceRecord& r) {
  StackResource out;
  out.stack_name = stack.name;
  out.stack_id = stack.arn;
  out.logical_resource_id = r.logical_id;
  out.physical_resource_id = unless_empty(physical_of(r));
  out.resource_type = r.type;
  out.timestamp = time_of(r.updated_ms);
  out.resource_status = r.status;
  out.resource_status_reason = unless_empty(r.status_reason);
  out.description = unless_empty(r.description);
  return out;
}

}  // namespace

CloudFormation::Answer<DescribeStacksOutput> CloudFormation::describe_stacks(Request& request,
                                                                             const DescribeStacksInput& in) {
  Home home = home_of(request);
  if (in.stack_name && !in.stack_name->empty()) {
    CO_TRY(Standing now, co_await standing(request, *in.stack_name));
    if (!now.stack) co_return no_stack_with_id(*in.stack_name);
    DescribeStacksOutput out;
    out.stacks.push_back(shown_stack(*now.stack));
    co_return out;
  }
  using Stacks = std::vector<StackRecord>;
  CO_TRY(Stacks stacks, co_await door_.store().transact<Stacks>([home](kv::Transaction& tx) -> Task<Result<Stacks>> {
    Stacks all = co_await StackStore(tx, home).stacks();
    co_return all;
  }));
  std::erase_if(stacks, [](const StackRecord& stack) { return stack.status == "DELETE_COMPLETE"; });
  sort_stacks(stacks);
  DescribeStacksOutput out;
  size_t start = page_start(in.next_token);
  for (size_t i = start; i < stacks.size() && i < start + page_items; ++i) out.stacks.push_back(shown_stack(stacks[i]));
  if (start + page_items < stacks.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

CloudFormation::Answer<ListStacksOutput> CloudFormation::list_stacks(Request& request, const ListStacksInput& in) {
  Home home = home_of(request);
  using Stacks = std::vector<StackRecord>;
  CO_TRY(Stacks stacks, co_await door_.store().transact<Stacks>([home](kv::Transaction& tx) -> Task<Result<Stacks>> {
    Stacks all = co_await StackStore(tx, home).stacks();
    co_return all;
  }));
  const std::vector<std::string>& wanted = in.stack_status_filter;
  if (!wanted.empty()) {
    std::erase_if(stacks,
                  [&](const StackRecord& stack) { return std::ranges::find(wanted, stack.status) == wanted.end(); });
  }
  sort_stacks(stacks);
  ListStacksOutput out;
  size_t start = page_start(in.next_token);
  for (size_t i = start; i < stacks.size() && i < start + page_items; ++i)
    out.stack_summaries.push_back(shown_summary(stacks[i]));
  if (start + page_items < stacks.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

CloudFormation::Answer<DescribeStackEventsOutput> CloudFormation::describe_stack_events(
    Request& request, const DescribeStackEventsInput& in) {
  Home home = home_of(request);
  std::string before;
  if (in.next_token) {
    std::optional<std::string> key = hex_decode(*in.next_token);
    if (!key) co_return validation("Invalid NextToken.");
    before = *key;
  }
  struct Page {
    StackRecord stack;
    std::vector<EventRecord> events;
    std::string next;
  };
  std::string name = in.stack_name;
  CO_TRY(Page page,
         co_await door_.store().transact<Page>([home, name, before](kv::Transaction& tx) -> Task<Result<Page>> {
           StackStore store(tx, home);
           std::optional<StackRecord> stack = co_await store.find(name);
           if (!stack) co_return no_stack(name);
           Page out;
           out.stack = std::move(*stack);
           out.events = co_await store.events(out.stack.id, before, page_items, out.next);
           co_return out;
         }));
  DescribeStackEventsOutput out;
  for (const EventRecord& event : page.events) {
    StackEvent one;
    one.stack_id = page.stack.arn;
    one.event_id = event.id;
    one.stack_name = page.stack.name;
    one.logical_resource_id = event.logical_id;
    one.physical_resource_id = event.physical_id;
    one.resource_type = event.type;
    one.timestamp = time_of(event.at_ms);
    one.resource_status = event.status;
    one.resource_status_reason = unless_empty(event.reason);
    one.resource_properties = unless_empty(event.properties);
    one.client_request_token = unless_empty(event.client_token);
    out.stack_events.push_back(std::move(one));
  }
  if (!page.next.empty()) out.next_token = hex_encode(page.next);
  co_return out;
}

CloudFormation::Answer<DescribeStackResourceOutput> CloudFormation::describe_stack_resource(
    Request& request, const DescribeStackResourceInput& in) {
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  if (!now.stack) co_return validation("Stack '" + in.stack_name + "' does not exist");
  auto found = std::ranges::find(now.resources, in.logical_resource_id, &ResourceRecord::logical_id);
  if (found == now.resources.end()) {
    co_return validation("Resource " + in.logical_resource_id + " does not exist for stack " + now.stack->name);
  }
  StackResourceDetail detail;
  detail.stack_name = now.stack->name;
  detail.stack_id = now.stack->arn;
  detail.logical_resource_id = found->logical_id;
  detail.physical_resource_id = unless_empty(physical_of(*found));
  detail.resource_type = found->type;
  detail.last_updated_timestamp = time_of(found->updated_ms);
  detail.resource_status = found->status;
  detail.resource_status_reason = unless_empty(found->status_reason);
  detail.description = unless_empty(found->description);
  const Json& metadata = found->body.definition.get("Metadata");
  detail.metadata = metadata.is_null() ? "{}" : metadata.dump();
  co_return DescribeStackResourceOutput{std::move(detail)};
}

CloudFormation::Answer<DescribeStackResourcesOutput> CloudFormation::describe_stack_resources(
    Request& request, const DescribeStackResourcesInput& in) {
  if (in.stack_name.has_value() == in.physical_resource_id.has_value()) {
    co_return validation("You must specify either StackName or PhysicalResourceId, but not both.");
  }
  std::string name = in.stack_name.value_or("");
  if (in.physical_resource_id) {
    Home home = home_of(request);
    std::string physical = *in.physical_resource_id;
    auto find_owner = [home, physical](kv::Transaction& tx) -> Task<Result<std::string>> {
      StackStore store(tx, home);
      std::vector<StackRecord> all = co_await store.stacks();
      for (const StackRecord& stack : all) {
        if (stack.status == "DELETE_COMPLETE") continue;
        std::vector<ResourceRecord> resources = co_await store.resources(stack.id);
        for (const ResourceRecord& r : resources) {
          if (r.body.physical_id == physical) co_return stack.arn;
        }
      }
      co_return validation("Stack for " + physical + " does not exist");
    };
    CO_TRY(name, co_await door_.store().transact<std::string>(find_owner));
  }
  CO_TRY(Standing now, co_await standing(request, name));
  if (!now.stack) co_return no_stack_with_id(name);
  DescribeStackResourcesOutput out;
  for (const ResourceRecord& r : now.resources) {
    if (in.logical_resource_id && *in.logical_resource_id != r.logical_id) continue;
    out.stack_resources.push_back(shown_resource(*now.stack, r));
  }
  if (in.logical_resource_id && out.stack_resources.empty()) {
    co_return validation("Resource " + *in.logical_resource_id + " does not exist for stack " + now.stack->name);
  }
  co_return out;
}

CloudFormation::Answer<ListStackResourcesOutput> CloudFormation::list_stack_resources(
    Request& request, const ListStackResourcesInput& in) {
  CO_TRY(Standing now, co_await standing(request, in.stack_name));
  if (!now.stack) co_return no_stack_with_id(in.stack_name);
  ListStackResourcesOutput out;
  size_t start = page_start(in.next_token);
  for (size_t i = start; i < now.resources.size() && i < start + page_items; ++i) {
    const ResourceRecord& r = now.resources[i];
    StackResourceSummary one;
    one.logical_resource_id = r.logical_id;
    one.physical_resource_id = unless_empty(physical_of(r));
    one.resource_type = r.type;
    one.last_updated_timestamp = time_of(r.updated_ms);
    one.resource_status = r.status;
    one.resource_status_reason = unless_empty(r.status_reason);
    out.stack_resource_summaries.push_back(std::move(one));
  }
  if (start + page_items < now.resources.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

CloudFormation::Answer<ListExportsOutput> CloudFormation::list_exports(Request& request, const ListExportsInput& in) {
  CO_TRY(Standing now, co_await standing(request, ""));
  ListExportsOutput out;
  size_t index = 0, start = page_start(in.next_token);
  for (const auto& [name, record] : now.exports) {
    if (index >= start && index < start + page_items) {
      Export one;
      one.exporting_stack_id = record.stack_arn;
      one.name = name;
      one.value = record.value;
      out.exports.push_back(std::move(one));
    }
    ++index;
  }
  if (start + page_items < now.exports.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

CloudFormation::Answer<ListImportsOutput> CloudFormation::list_imports(Request& request, const ListImportsInput& in) {
  Home home = home_of(request);
  std::string name = in.export_name;
  using Names = std::vector<std::string>;
  CO_TRY(Names users, co_await door_.store().transact<Names>([home, name](kv::Transaction& tx) -> Task<Result<Names>> {
    Names found = co_await StackStore(tx, home).importers(name);
    co_return found;
  }));
  if (users.empty()) co_return validation("Export '" + name + "' is not imported by any stack.");
  ListImportsOutput out;
  size_t start = page_start(in.next_token);
  for (size_t i = start; i < users.size() && i < start + page_items; ++i) out.imports.push_back(users[i]);
  if (start + page_items < users.size()) out.next_token = std::to_string(start + page_items);
  co_return out;
}

}  // namespace thaw::cloudformation
