#include "services/iam/service.h"

#include "services/iam/ops.h"

namespace thaw::iam {

Iam::Iam(Directory& directory) {
  groups_.push_back(make_user_ops(directory));
  groups_.push_back(make_group_ops(directory));
  groups_.push_back(make_role_ops(directory));
  groups_.push_back(make_entity_policy_ops(directory));
  groups_.push_back(make_managed_policy_ops(directory));
  groups_.push_back(make_profile_ops(directory));
  groups_.push_back(make_account_ops(directory));
}

Iam::~Iam() = default;

api::ServiceInfo Iam::info() const {
  return {.name = "iam",
          .protocols = {api::Protocol::query},
          .api_version = "2010-05-08",
          .xml_namespace = "https://iam.amazonaws.com/doc/2010-05-08/",
          .validation_code = "ValidationError",
          .title = "AWS Identity and Access Management",
          .host_prefixes = {"iam"}};
}

std::vector<api::Operation> Iam::operations() {
  std::vector<api::Operation> out;
  for (const auto& group : groups_) group->add_to(out);
  return out;
}

std::vector<std::string> Iam::not_implemented() const {
  return {
      "AcceptDelegationRequest",
      "AddClientIDToOpenIDConnectProvider",
      "AssociateDelegationRequest",
      "ChangePassword",
      "CreateAccountAlias",
      "CreateDelegationRequest",
      "CreateLoginProfile",
      "CreateOpenIDConnectProvider",
      "CreateSAMLProvider",
      "CreateServiceLinkedRole",
      "CreateServiceSpecificCredential",
      "CreateVirtualMFADevice",
      "DeactivateMFADevice",
      "DeleteAccountAlias",
      "DeleteAccountPasswordPolicy",
      "DeleteLoginProfile",
      "DeleteOpenIDConnectProvider",
      "DeleteSAMLProvider",
      "DeleteSSHPublicKey",
      "DeleteServerCertificate",
      "DeleteServiceLinkedRole",
      "DeleteServiceSpecificCredential",
      "DeleteSigningCertificate",
      "DeleteVirtualMFADevice",
      "DisableOrganizationsRootCredentialsManagement",
      "DisableOrganizationsRootSessions",
      "DisableOutboundWebIdentityFederation",
      "EnableMFADevice",
      "EnableOrganizationsRootCredentialsManagement",
      "EnableOrganizationsRootSessions",
      "EnableOutboundWebIdentityFederation",
      "GenerateCredentialReport",
      "GenerateOrganizationsAccessReport",
      "GenerateServiceLastAccessedDetails",
      "GetAccessKeyLastUsed",
      "GetAccountAuthorizationDetails",
      "GetAccountPasswordPolicy",
      "GetContextKeysForCustomPolicy",
      "GetContextKeysForPrincipalPolicy",
      "GetCredentialReport",
      "GetDelegationRequest",
      "GetHumanReadableSummary",
      "GetLoginProfile",
      "GetMFADevice",
      "GetOpenIDConnectProvider",
      "GetOrganizationsAccessReport",
      "GetOutboundWebIdentityFederationInfo",
      "GetSAMLProvider",
      "GetSSHPublicKey",
      "GetServerCertificate",
      "GetServiceLastAccessedDetails",
      "GetServiceLastAccessedDetailsWithEntities",
      "GetServiceLinkedRoleDeletionStatus",
      "ListDelegationRequests",
      "ListMFADeviceTags",
      "ListMFADevices",
      "ListOpenIDConnectProviderTags",
      "ListOpenIDConnectProviders",
      "ListOrganizationsFeatures",
      "ListPoliciesGrantingServiceAccess",
      "ListSAMLProviderTags",
      "ListSAMLProviders",
      "ListSSHPublicKeys",
      "ListServerCertificateTags",
      "ListServerCertificates",
      "ListServiceSpecificCredentials",
      "ListSigningCertificates",
      "ListVirtualMFADevices",
      "RejectDelegationRequest",
      "RemoveClientIDFromOpenIDConnectProvider",
      "ResetServiceSpecificCredential",
      "ResyncMFADevice",
      "SendDelegationToken",
      "SetSecurityTokenServicePreferences",
      "SimulateCustomPolicy",
      "TagMFADevice",
      "TagOpenIDConnectProvider",
      "TagSAMLProvider",
      "TagServerCertificate",
      "UntagMFADevice",
      "UntagOpenIDConnectProvider",
      "UntagSAMLProvider",
      "UntagServerCertificate",
      "UpdateAccountPasswordPolicy",
      "UpdateDelegationRequest",
      "UpdateGroup",
      "UpdateLoginProfile",
      "UpdateOpenIDConnectProviderThumbprint",
      "UpdateSAMLProvider",
      "UpdateSSHPublicKey",
      "UpdateServerCertificate",
      "UpdateServiceSpecificCredential",
      "UpdateSigningCertificate",
      "UploadSSHPublicKey",
      "UploadServerCertificate",
      "UploadSigningCertificate",
  };
}

}  // namespace thaw::iam
