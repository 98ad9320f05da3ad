// The tables of resource types, one file per service. A provider maps a resource's properties to API calls and nothing
// else.
#pragma once

#include <vector>

#include "services/cloudformation/resource_type.h"

namespace thaw::cloudformation {

const std::vector<ResourceType>& lambda_types();
const std::vector<ResourceType>& iam_types();
const std::vector<ResourceType>& dynamodb_types();
const std::vector<ResourceType>& s3_types();
const std::vector<ResourceType>& sqs_types();
const std::vector<ResourceType>& sns_types();
const std::vector<ResourceType>& apigateway_types();
const std::vector<ResourceType>& stored_types();          // Logs, SSM, KMS, ECR, CDK::Metadata
const std::vector<ResourceType>& cloudformation_types();  // nested stacks, wait conditions, custom resources

std::vector<const std::vector<ResourceType>*> provider_tables();

}  // namespace thaw::cloudformation
