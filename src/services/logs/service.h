// Amazon CloudWatch Logs.
#pragma once

#include "api/service.h"
#include "services/logs/api.h"
#include "services/logs/store.h"

namespace thaw::logs {

class Logs final : public api::Service {
 public:
  api::ServiceInfo info() const override;
  std::vector<api::Operation> operations() override;
  std::vector<std::string> not_implemented() const override;

 private:
  template <class T = api::Nothing>
  using Answer = Task<Result<T>>;
  using Request = api::Request;

  Answer<> create_log_group(Request& request, const CreateLogGroupInput& in);
  Answer<> delete_log_group(Request& request, const GroupNameInput& in);
  Answer<DescribeLogGroupsOutput> describe_log_groups(Request& request, const DescribeLogGroupsInput& in);
  Answer<> put_retention_policy(Request& request, const PutRetentionPolicyInput& in);
  Answer<> delete_retention_policy(Request& request, const GroupNameInput& in);
  Answer<> tag_log_group(Request& request, const TagLogGroupInput& in);
  Answer<> untag_log_group(Request& request, const UntagLogGroupInput& in);
  Answer<TagsOutput> list_tags_log_group(Request& request, const GroupNameInput& in);
  Answer<> tag_resource(Request& request, const TagResourceInput& in);
  Answer<> untag_resource(Request& request, const UntagResourceInput& in);
  Answer<TagsOutput> list_tags_for_resource(Request& request, const ListTagsForResourceInput& in);

  Answer<> create_log_stream(Request& request, const StreamInput& in);
  Answer<> delete_log_stream(Request& request, const StreamInput& in);
  Answer<DescribeLogStreamsOutput> describe_log_streams(Request& request, const DescribeLogStreamsInput& in);

  Answer<PutLogEventsOutput> put_log_events(Request& request, const PutLogEventsInput& in);
  Answer<GetLogEventsOutput> get_log_events(Request& request, const GetLogEventsInput& in);
  Answer<FilterLogEventsOutput> filter_log_events(Request& request, const FilterLogEventsInput& in);
};

// ---- shared by the operations' files ----

std::unexpected<Error> no_group();
std::unexpected<Error> no_stream();
std::unexpected<Error> invalid_parameter(std::string words);
// The group named by one of the two members that an operation takes. Exactly one must be there.
Result<std::string> group_of(const std::optional<std::string>& name, const std::optional<std::string>& identifier);
LogStore store_of(api::Request& request);

}  // namespace thaw::logs
