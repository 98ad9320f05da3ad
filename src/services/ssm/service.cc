#include "services/ssm/service.h"

#include "services/ssm/rules.h"

namespace thaw::ssm {

namespace {

std::string name_resource(const api::Request& request, const Json& input) {
  return arn_of(request, split_name(input.get("Name").string_or("*")).name);
}
std::string path_resource(const api::Request& request, const Json& input) {
  std::string path = input.get("Path").string_or("*");
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return arn_of(request, path);
}
std::string tagged_resource(const api::Request& request, const Json& input) {
  return arn_of(request, input.get("ResourceId").string_or("*"));
}
std::vector<api::Permission> each_name(const std::string& action, const api::Request& request, const Json& input) {
  std::vector<api::Permission> out;
  const Json& names = input.get("Names");
  if (!names.is_array()) return out;
  for (const Json& name : names.items()) {
    out.push_back({action, arn_of(request, split_name(name.string_or("*")).name), {}});
  }
  return out;
}

}  // namespace

api::ServiceInfo Ssm::info() const {
  return {.name = "ssm",
          .protocols = {api::Protocol::json_1_1},
          .target_prefix = "AmazonSSM",
          .api_version = "2014-11-06",
          .title = "AWS Systems Manager",
          .host_prefixes = {"ssm"}};
}

std::vector<api::Operation> Ssm::operations() {
  std::vector<api::Operation> out;
  auto permits_each = [](const char* action) {
    return [action](const api::Request& request, const Json& input) { return each_name(action, request, input); };
  };
  out.push_back(api::op("PutParameter", this, &Ssm::put).resource(name_resource).noted("without parameter policies"));
  out.push_back(api::op("GetParameter", this, &Ssm::get).resource(name_resource));
  out.push_back(api::op("GetParameters", this, &Ssm::get_many).permits(permits_each("ssm:GetParameters")));
  out.push_back(api::op("GetParametersByPath", this, &Ssm::get_by_path).resource(path_resource));
  out.push_back(api::op("GetParameterHistory", this, &Ssm::history).resource(name_resource));
  out.push_back(api::op("DeleteParameter", this, &Ssm::erase).writes().resource(name_resource));
  out.push_back(
      api::op("DeleteParameters", this, &Ssm::erase_many).writes().permits(permits_each("ssm:DeleteParameters")));
  out.push_back(api::op("DescribeParameters", this, &Ssm::describe).reads());
  out.push_back(api::op("LabelParameterVersion", this, &Ssm::label).writes().resource(name_resource));
  out.push_back(api::op("UnlabelParameterVersion", this, &Ssm::unlabel).writes().resource(name_resource));
  out.push_back(api::op("AddTagsToResource", this, &Ssm::add_tags).writes().resource(tagged_resource));
  out.push_back(api::op("RemoveTagsFromResource", this, &Ssm::remove_tags).writes().resource(tagged_resource));
  out.push_back(api::op("ListTagsForResource", this, &Ssm::list_tags).reads().resource(tagged_resource));
  return out;
}

std::vector<std::string> Ssm::not_implemented() const {
  return {"AssociateOpsItemRelatedItem",
          "CancelCommand",
          "CancelMaintenanceWindowExecution",
          "CreateActivation",
          "CreateAssociation",
          "CreateAssociationBatch",
          "CreateDocument",
          "CreateMaintenanceWindow",
          "CreateOpsItem",
          "CreateOpsMetadata",
          "CreatePatchBaseline",
          "CreateResourceDataSync",
          "DeleteActivation",
          "DeleteAssociation",
          "DeleteDocument",
          "DeleteInventory",
          "DeleteMaintenanceWindow",
          "DeleteOpsItem",
          "DeleteOpsMetadata",
          "DeletePatchBaseline",
          "DeleteResourceDataSync",
          "DeleteResourcePolicy",
          "DeregisterManagedInstance",
          "DeregisterPatchBaselineForPatchGroup",
          "DeregisterTargetFromMaintenanceWindow",
          "DeregisterTaskFromMaintenanceWindow",
          "DescribeActivations",
          "DescribeAssociation",
          "DescribeAssociationExecutionTargets",
          "DescribeAssociationExecutions",
          "DescribeAutomationExecutions",
          "DescribeAutomationStepExecutions",
          "DescribeAvailablePatches",
          "DescribeDocument",
          "DescribeDocumentPermission",
          "DescribeEffectiveInstanceAssociations",
          "DescribeEffectivePatchesForPatchBaseline",
          "DescribeInstanceAssociationsStatus",
          "DescribeInstanceInformation",
          "DescribeInstancePatchStates",
          "DescribeInstancePatchStatesForPatchGroup",
          "DescribeInstancePatches",
          "DescribeInstanceProperties",
          "DescribeInventoryDeletions",
          "DescribeMaintenanceWindowExecutionTaskInvocations",
          "DescribeMaintenanceWindowExecutionTasks",
          "DescribeMaintenanceWindowExecutions",
          "DescribeMaintenanceWindowSchedule",
          "DescribeMaintenanceWindowTargets",
          "DescribeMaintenanceWindowTasks",
          "DescribeMaintenanceWindows",
          "DescribeMaintenanceWindowsForTarget",
          "DescribeOpsItems",
          "DescribePatchBaselines",
          "DescribePatchGroupState",
          "DescribePatchGroups",
          "DescribePatchProperties",
          "DescribeSessions",
          "DisassociateOpsItemRelatedItem",
          "GetAccessToken",
          "GetAutomationExecution",
          "GetCalendarState",
          "GetCommandInvocation",
          "GetConnectionStatus",
          "GetDefaultPatchBaseline",
          "GetDeployablePatchSnapshotForInstance",
          "GetDocument",
          "GetExecutionPreview",
          "GetInventory",
          "GetInventorySchema",
          "GetMaintenanceWindow",
          "GetMaintenanceWindowExecution",
          "GetMaintenanceWindowExecutionTask",
          "GetMaintenanceWindowExecutionTaskInvocation",
          "GetMaintenanceWindowTask",
          "GetOpsItem",
          "GetOpsMetadata",
          "GetOpsSummary",
          "GetPatchBaseline",
          "GetPatchBaselineForPatchGroup",
          "GetResourcePolicies",
          "GetServiceSetting",
          "ListAssociationVersions",
          "ListAssociations",
          "ListCommandInvocations",
          "ListCommands",
          "ListComplianceItems",
          "ListComplianceSummaries",
          "ListDocumentMetadataHistory",
          "ListDocumentVersions",
          "ListDocuments",
          "ListInventoryEntries",
          "ListNodes",
          "ListNodesSummary",
          "ListOpsItemEvents",
          "ListOpsItemRelatedItems",
          "ListOpsMetadata",
          "ListResourceComplianceSummaries",
          "ListResourceDataSync",
          "ModifyDocumentPermission",
          "PutComplianceItems",
          "PutInventory",
          "PutResourcePolicy",
          "RegisterDefaultPatchBaseline",
          "RegisterPatchBaselineForPatchGroup",
          "RegisterTargetWithMaintenanceWindow",
          "RegisterTaskWithMaintenanceWindow",
          "ResetServiceSetting",
          "ResumeSession",
          "SendAutomationSignal",
          "SendCommand",
          "StartAccessRequest",
          "StartAssociationsOnce",
          "StartAutomationExecution",
          "StartChangeRequestExecution",
          "StartExecutionPreview",
          "StartSession",
          "StopAutomationExecution",
          "TerminateSession",
          "UpdateAssociation",
          "UpdateAssociationStatus",
          "UpdateDocument",
          "UpdateDocumentDefaultVersion",
          "UpdateDocumentMetadata",
          "UpdateMaintenanceWindow",
          "UpdateMaintenanceWindowTarget",
          "UpdateMaintenanceWindowTask",
          "UpdateManagedInstanceRole",
          "UpdateOpsItem",
          "UpdateOpsMetadata",
          "UpdatePatchBaseline",
          "UpdateResourceDataSync",
          "UpdateServiceSetting"};
}

}  // namespace thaw::ssm
