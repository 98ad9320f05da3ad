// The wire of Amazon API Gateway's REST API management, as a table: what each operation takes and answers. Its syntax
// is in api.h.
// https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
#include "services/apigateway/api.h"

namespace thaw::apigateway {

const char* const declarations_of_shapes = R"(
enum AuthorizerType: TOKEN REQUEST COGNITO_USER_POOLS
enum CacheClusterSize: 0.5 1.6 6.1 13.5 28.4 58.2 118 237
enum ApiKeySourceType: HEADER AUTHORIZER
enum SecurityPolicy: TLS_1_0 TLS_1_2 SecurityPolicy_TLS13_1_3_2025_09 SecurityPolicy_TLS13_1_3_FIPS_2025_09
    SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09 SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09
    SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09 SecurityPolicy_TLS13_1_2_PQ_2025_09 SecurityPolicy_TLS13_1_2_2021_06
    SecurityPolicy_TLS13_2025_EDGE SecurityPolicy_TLS12_PFS_2025_EDGE SecurityPolicy_TLS12_2018_EDGE
enum EndpointAccessMode: BASIC STRICT
enum ApiStatus: UPDATING AVAILABLE PENDING FAILED
enum CacheClusterStatus: CREATE_IN_PROGRESS AVAILABLE DELETE_IN_PROGRESS NOT_AVAILABLE FLUSH_IN_PROGRESS
enum GatewayResponseType: DEFAULT_4XX DEFAULT_5XX RESOURCE_NOT_FOUND UNAUTHORIZED INVALID_API_KEY ACCESS_DENIED
    AUTHORIZER_FAILURE AUTHORIZER_CONFIGURATION_ERROR INVALID_SIGNATURE EXPIRED_TOKEN MISSING_AUTHENTICATION_TOKEN
    INTEGRATION_FAILURE INTEGRATION_TIMEOUT API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE BAD_REQUEST_PARAMETERS
    BAD_REQUEST_BODY REQUEST_TOO_LARGE THROTTLED QUOTA_EXCEEDED WAF_FILTERED
enum IntegrationType: HTTP AWS MOCK HTTP_PROXY AWS_PROXY
enum ConnectionType: INTERNET VPC_LINK
enum ContentHandlingStrategy: CONVERT_TO_BINARY CONVERT_TO_TEXT
enum ResponseTransferMode: BUFFERED STREAM
enum PutMode: merge overwrite
enum EndpointType: REGIONAL EDGE PRIVATE
enum IpAddressType: ipv4 dualstack
enum UnauthorizedCacheControlHeaderStrategy: FAIL_WITH_403 SUCCEED_WITH_RESPONSE_HEADER
    SUCCEED_WITHOUT_RESPONSE_HEADER
enum QuotaPeriodType: DAY WEEK MONTH
enum Op: add remove replace move copy test
shape ApiKey: id:s value:s name:s customerId:s description:s enabled:b createdDate:t lastUpdatedDate:t stageKeys:[s]
    tags:{s}
shape Authorizer: id:s name:s type:<AuthorizerType> providerARNs:[s] authType:s authorizerUri:s
    authorizerCredentials:s identitySource:s identityValidationExpression:s authorizerResultTtlInSeconds:i
shape Deployment: id:s description:s createdDate:t apiSummary:{{MethodSnapshot}}
shape Model: id:s name:s description:s schema:s contentType:s
shape RequestValidator: id:s name:s validateRequestBody:b validateRequestParameters:b
shape Resource: id:s parentId:s pathPart:s path:s resourceMethods:{Method}
shape RestApi: id:s name:s description:s createdDate:t version:s warnings:[s] binaryMediaTypes:[s]
    minimumCompressionSize:i apiKeySource:<ApiKeySourceType> endpointConfiguration:EndpointConfiguration policy:s
    tags:{s} disableExecuteApiEndpoint:b rootResourceId:s securityPolicy:<SecurityPolicy>
    endpointAccessMode:<EndpointAccessMode> apiStatus:<ApiStatus> apiStatusMessage:s
shape Stage: deploymentId:s clientCertificateId:s stageName:s description:s cacheClusterEnabled:b
    cacheClusterSize:<CacheClusterSize> cacheClusterStatus:<CacheClusterStatus> methodSettings:{MethodSetting}
    variables:{s} documentationVersion:s accessLogSettings:AccessLogSettings canarySettings:CanarySettings
    tracingEnabled:b webAclArn:s tags:{s} createdDate:t lastUpdatedDate:t
shape UsagePlan: id:s name:s description:s apiStages:[ApiStage] throttle:ThrottleSettings quota:QuotaSettings
    productCode:s tags:{s}
shape UsagePlanKey: id:s type:s value:s name:s
shape Account: cloudwatchRoleArn:s throttleSettings:ThrottleSettings features:[s] apiKeyVersion:s
shape ApiKeys: warnings:[s] position:s items=item:[ApiKey]
shape Authorizers: position:s items=item:[Authorizer]
shape Deployments: position:s items=item:[Deployment]
shape GatewayResponse: responseType:<GatewayResponseType> statusCode:s responseParameters:{s} responseTemplates:{s}
    defaultResponse:b
shape GatewayResponses: position:s items=item:[GatewayResponse]
shape Integration: type:<IntegrationType> httpMethod:s uri:s connectionType:<ConnectionType> connectionId:s
    credentials:s requestParameters:{s} requestTemplates:{s} passthroughBehavior:s
    contentHandling:<ContentHandlingStrategy> timeoutInMillis:i cacheNamespace:s cacheKeyParameters:[s]
    integrationResponses:{IntegrationResponse} tlsConfig:TlsConfig responseTransferMode:<ResponseTransferMode>
    integrationTarget:s
shape IntegrationResponse: statusCode:s selectionPattern:s responseParameters:{s} responseTemplates:{s}
    contentHandling:<ContentHandlingStrategy>
shape Method: httpMethod:s authorizationType:s authorizerId:s apiKeyRequired:b requestValidatorId:s operationName:s
    requestParameters:{b} requestModels:{s} methodResponses:{MethodResponse} methodIntegration:Integration
    authorizationScopes:[s]
shape MethodResponse: statusCode:s responseParameters:{b} responseModels:{s}
shape Models: position:s items=item:[Model]
shape RequestValidators: position:s items=item:[RequestValidator]
shape Resources: position:s items=item:[Resource]
shape RestApis: position:s items=item:[RestApi]
shape Stages: item:[Stage]
shape Tags: tags:{s}
shape UsagePlanKeys: position:s items=item:[UsagePlanKey]
shape UsagePlans: position:s items=item:[UsagePlan]
shape StageKey: restApiId:s stageName:s
shape DeploymentCanarySettings: percentTraffic:d stageVariableOverrides:{s} useStageCache:b
shape MethodSnapshot: authorizationType:s apiKeyRequired:b
shape EndpointConfiguration: types:[<EndpointType>] ipAddressType:<IpAddressType> vpcEndpointIds:[s]
shape CanarySettings: percentTraffic:d deploymentId:s stageVariableOverrides:{s} useStageCache:b
shape MethodSetting: metricsEnabled:b loggingLevel:s dataTraceEnabled:b throttlingBurstLimit:i throttlingRateLimit:d
    cachingEnabled:b cacheTtlInSeconds:i cacheDataEncrypted:b requireAuthorizationForCacheControl:b
    unauthorizedCacheControlHeaderStrategy:<UnauthorizedCacheControlHeaderStrategy>
shape AccessLogSettings: format:s destinationArn:s
shape ApiStage: apiId:s stage:s throttle:{ThrottleSettings}
shape ThrottleSettings: burstLimit:i rateLimit:d
shape QuotaSettings: limit:i offset:i period:<QuotaPeriodType>
shape TlsConfig: insecureSkipVerification:b
shape PatchOperation: op:<Op> path:s value:s from:s
)";

const char* const declarations_of_operations = R"(
CreateApiKey POST /apikeys 201 ApiKey: name:s description:s enabled:b generateDistinctId:b value:s
    stageKeys:[StageKey] customerId:s tags:{s}
CreateAuthorizer POST /restapis/{restapi_id}/authorizers 201 Authorizer: restApiId!@restapi_id:s name!:s
    type!:<AuthorizerType> providerARNs:[s] authType:s authorizerUri:s authorizerCredentials:s identitySource:s
    identityValidationExpression:s authorizerResultTtlInSeconds:i
CreateDeployment POST /restapis/{restapi_id}/deployments 201 Deployment: restApiId!@restapi_id:s stageName:s
    stageDescription:s description:s cacheClusterEnabled:b cacheClusterSize:<CacheClusterSize> variables:{s}
    canarySettings:DeploymentCanarySettings tracingEnabled:b
CreateModel POST /restapis/{restapi_id}/models 201 Model: restApiId!@restapi_id:s name!:s description:s schema:s
    contentType!:s
CreateRequestValidator POST /restapis/{restapi_id}/requestvalidators 201 RequestValidator: restApiId!@restapi_id:s
    name:s validateRequestBody:b validateRequestParameters:b
CreateResource POST /restapis/{restapi_id}/resources/{parent_id} 201 Resource: restApiId!@restapi_id:s
    parentId!@parent_id:s pathPart!:s
CreateRestApi POST /restapis 201 RestApi: name!:s description:s version:s cloneFrom:s binaryMediaTypes:[s]
    minimumCompressionSize:i apiKeySource:<ApiKeySourceType> endpointConfiguration:EndpointConfiguration policy:s
    tags:{s} disableExecuteApiEndpoint:b securityPolicy:<SecurityPolicy> endpointAccessMode:<EndpointAccessMode>
CreateStage POST /restapis/{restapi_id}/stages 201 Stage: restApiId!@restapi_id:s stageName!:s deploymentId!:s
    description:s cacheClusterEnabled:b cacheClusterSize:<CacheClusterSize> variables:{s} documentationVersion:s
    canarySettings:CanarySettings tracingEnabled:b tags:{s}
CreateUsagePlan POST /usageplans 201 UsagePlan: name!:s description:s apiStages:[ApiStage] throttle:ThrottleSettings
    quota:QuotaSettings tags:{s}
CreateUsagePlanKey POST /usageplans/{usageplanId}/keys 201 UsagePlanKey: usagePlanId!@usageplanId:s keyId!:s
    keyType!:s
DeleteApiKey DELETE /apikeys/{api_Key} 202 -: apiKey!@api_Key:s
DeleteAuthorizer DELETE /restapis/{restapi_id}/authorizers/{authorizer_id} 202 -: restApiId!@restapi_id:s
    authorizerId!@authorizer_id:s
DeleteDeployment DELETE /restapis/{restapi_id}/deployments/{deployment_id} 202 -: restApiId!@restapi_id:s
    deploymentId!@deployment_id:s
DeleteGatewayResponse DELETE /restapis/{restapi_id}/gatewayresponses/{response_type} 202 -: restApiId!@restapi_id:s
    responseType!@response_type:<GatewayResponseType>
DeleteIntegration DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration 204 -:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
DeleteIntegrationResponse DELETE
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code} 204 -:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s statusCode!@status_code:s
DeleteMethod DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method} 204 -:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
DeleteMethodResponse DELETE
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code} 204 -:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s statusCode!@status_code:s
DeleteModel DELETE /restapis/{restapi_id}/models/{model_name} 202 -: restApiId!@restapi_id:s modelName!@model_name:s
DeleteRequestValidator DELETE /restapis/{restapi_id}/requestvalidators/{requestvalidator_id} 202 -:
    restApiId!@restapi_id:s requestValidatorId!@requestvalidator_id:s
DeleteResource DELETE /restapis/{restapi_id}/resources/{resource_id} 202 -: restApiId!@restapi_id:s
    resourceId!@resource_id:s
DeleteRestApi DELETE /restapis/{restapi_id} 202 -: restApiId!@restapi_id:s
DeleteStage DELETE /restapis/{restapi_id}/stages/{stage_name} 202 -: restApiId!@restapi_id:s stageName!@stage_name:s
DeleteUsagePlan DELETE /usageplans/{usageplanId} 202 -: usagePlanId!@usageplanId:s
DeleteUsagePlanKey DELETE /usageplans/{usageplanId}/keys/{keyId} 202 -: usagePlanId!@usageplanId:s keyId!@keyId:s
FlushStageAuthorizersCache DELETE /restapis/{restapi_id}/stages/{stage_name}/cache/authorizers 202 -:
    restApiId!@restapi_id:s stageName!@stage_name:s
FlushStageCache DELETE /restapis/{restapi_id}/stages/{stage_name}/cache/data 202 -: restApiId!@restapi_id:s
    stageName!@stage_name:s
GetAccount GET /account 200 Account:
GetApiKey GET /apikeys/{api_Key} 200 ApiKey: apiKey!@api_Key:s includeValue?includeValue:b
GetApiKeys GET /apikeys 200 ApiKeys: position?position:s limit?limit:i nameQuery?name:s customerId?customerId:s
    includeValues?includeValues:b
GetAuthorizer GET /restapis/{restapi_id}/authorizers/{authorizer_id} 200 Authorizer: restApiId!@restapi_id:s
    authorizerId!@authorizer_id:s
GetAuthorizers GET /restapis/{restapi_id}/authorizers 200 Authorizers: restApiId!@restapi_id:s position?position:s
    limit?limit:i
GetDeployment GET /restapis/{restapi_id}/deployments/{deployment_id} 200 Deployment: restApiId!@restapi_id:s
    deploymentId!@deployment_id:s embed?embed:[s]
GetDeployments GET /restapis/{restapi_id}/deployments 200 Deployments: restApiId!@restapi_id:s position?position:s
    limit?limit:i
GetGatewayResponse GET /restapis/{restapi_id}/gatewayresponses/{response_type} 200 GatewayResponse:
    restApiId!@restapi_id:s responseType!@response_type:<GatewayResponseType>
GetGatewayResponses GET /restapis/{restapi_id}/gatewayresponses 200 GatewayResponses: restApiId!@restapi_id:s
    position?position:s limit?limit:i
GetIntegration GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration 200 Integration:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
GetIntegrationResponse GET
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code} 200
    IntegrationResponse: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    statusCode!@status_code:s
GetMethod GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method} 200 Method: restApiId!@restapi_id:s
    resourceId!@resource_id:s httpMethod!@http_method:s
GetMethodResponse GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code} 200
    MethodResponse: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    statusCode!@status_code:s
GetModel GET /restapis/{restapi_id}/models/{model_name} 200 Model: restApiId!@restapi_id:s modelName!@model_name:s
    flatten?flatten:b
GetModels GET /restapis/{restapi_id}/models 200 Models: restApiId!@restapi_id:s position?position:s limit?limit:i
GetRequestValidator GET /restapis/{restapi_id}/requestvalidators/{requestvalidator_id} 200 RequestValidator:
    restApiId!@restapi_id:s requestValidatorId!@requestvalidator_id:s
GetRequestValidators GET /restapis/{restapi_id}/requestvalidators 200 RequestValidators: restApiId!@restapi_id:s
    position?position:s limit?limit:i
GetResource GET /restapis/{restapi_id}/resources/{resource_id} 200 Resource: restApiId!@restapi_id:s
    resourceId!@resource_id:s embed?embed:[s]
GetResources GET /restapis/{restapi_id}/resources 200 Resources: restApiId!@restapi_id:s position?position:s
    limit?limit:i embed?embed:[s]
GetRestApi GET /restapis/{restapi_id} 200 RestApi: restApiId!@restapi_id:s
GetRestApis GET /restapis 200 RestApis: position?position:s limit?limit:i
GetStage GET /restapis/{restapi_id}/stages/{stage_name} 200 Stage: restApiId!@restapi_id:s stageName!@stage_name:s
GetStages GET /restapis/{restapi_id}/stages 200 Stages: restApiId!@restapi_id:s deploymentId?deploymentId:s
GetTags GET /tags/{resource_arn} 200 Tags: resourceArn!@resource_arn:s position?position:s limit?limit:i
GetUsagePlan GET /usageplans/{usageplanId} 200 UsagePlan: usagePlanId!@usageplanId:s
GetUsagePlanKey GET /usageplans/{usageplanId}/keys/{keyId} 200 UsagePlanKey: usagePlanId!@usageplanId:s keyId!@keyId:s
GetUsagePlanKeys GET /usageplans/{usageplanId}/keys 200 UsagePlanKeys: usagePlanId!@usageplanId:s position?position:s
    limit?limit:i nameQuery?name:s
GetUsagePlans GET /usageplans 200 UsagePlans: position?position:s keyId?keyId:s limit?limit:i
ImportRestApi POST /restapis?mode=import 201 RestApi: failOnWarnings?failonwarnings:b parameters?*:{s} body!$:y
PutGatewayResponse PUT /restapis/{restapi_id}/gatewayresponses/{response_type} 201 GatewayResponse:
    restApiId!@restapi_id:s responseType!@response_type:<GatewayResponseType> statusCode:s responseParameters:{s}
    responseTemplates:{s}
PutIntegration PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration 201 Integration:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s type!:<IntegrationType>
    integrationHttpMethod=httpMethod:s uri:s connectionType:<ConnectionType> connectionId:s credentials:s
    requestParameters:{s} requestTemplates:{s} passthroughBehavior:s cacheNamespace:s cacheKeyParameters:[s]
    contentHandling:<ContentHandlingStrategy> timeoutInMillis:i tlsConfig:TlsConfig
    responseTransferMode:<ResponseTransferMode> integrationTarget:s
PutIntegrationResponse PUT
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code} 201
    IntegrationResponse: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    statusCode!@status_code:s selectionPattern:s responseParameters:{s} responseTemplates:{s}
    contentHandling:<ContentHandlingStrategy>
PutMethod PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method} 201 Method: restApiId!@restapi_id:s
    resourceId!@resource_id:s httpMethod!@http_method:s authorizationType!:s authorizerId:s apiKeyRequired:b
    operationName:s requestParameters:{b} requestModels:{s} requestValidatorId:s authorizationScopes:[s]
PutMethodResponse PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code} 201
    MethodResponse: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    statusCode!@status_code:s responseParameters:{b} responseModels:{s}
PutRestApi PUT /restapis/{restapi_id} 200 RestApi: restApiId!@restapi_id:s mode?mode:<PutMode>
    failOnWarnings?failonwarnings:b parameters?*:{s} body!$:y
TagResource PUT /tags/{resource_arn} 204 -: resourceArn!@resource_arn:s tags!:{s}
UntagResource DELETE /tags/{resource_arn} 204 -: resourceArn!@resource_arn:s tagKeys!?tagKeys:[s]
UpdateAccount PATCH /account 200 Account: patchOperations:[PatchOperation]
UpdateApiKey PATCH /apikeys/{api_Key} 200 ApiKey: apiKey!@api_Key:s patchOperations:[PatchOperation]
UpdateAuthorizer PATCH /restapis/{restapi_id}/authorizers/{authorizer_id} 200 Authorizer: restApiId!@restapi_id:s
    authorizerId!@authorizer_id:s patchOperations:[PatchOperation]
UpdateDeployment PATCH /restapis/{restapi_id}/deployments/{deployment_id} 200 Deployment: restApiId!@restapi_id:s
    deploymentId!@deployment_id:s patchOperations:[PatchOperation]
UpdateGatewayResponse PATCH /restapis/{restapi_id}/gatewayresponses/{response_type} 200 GatewayResponse:
    restApiId!@restapi_id:s responseType!@response_type:<GatewayResponseType> patchOperations:[PatchOperation]
UpdateIntegration PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration 200
    Integration: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    patchOperations:[PatchOperation]
UpdateIntegrationResponse PATCH
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code} 200
    IntegrationResponse: restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s
    statusCode!@status_code:s patchOperations:[PatchOperation]
UpdateMethod PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method} 200 Method:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s patchOperations:[PatchOperation]
UpdateMethodResponse PATCH
    /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code} 201 MethodResponse:
    restApiId!@restapi_id:s resourceId!@resource_id:s httpMethod!@http_method:s statusCode!@status_code:s
    patchOperations:[PatchOperation]
UpdateModel PATCH /restapis/{restapi_id}/models/{model_name} 200 Model: restApiId!@restapi_id:s
    modelName!@model_name:s patchOperations:[PatchOperation]
UpdateRequestValidator PATCH /restapis/{restapi_id}/requestvalidators/{requestvalidator_id} 200 RequestValidator:
    restApiId!@restapi_id:s requestValidatorId!@requestvalidator_id:s patchOperations:[PatchOperation]
UpdateResource PATCH /restapis/{restapi_id}/resources/{resource_id} 200 Resource: restApiId!@restapi_id:s
    resourceId!@resource_id:s patchOperations:[PatchOperation]
UpdateRestApi PATCH /restapis/{restapi_id} 200 RestApi: restApiId!@restapi_id:s patchOperations:[PatchOperation]
UpdateStage PATCH /restapis/{restapi_id}/stages/{stage_name} 200 Stage: restApiId!@restapi_id:s
    stageName!@stage_name:s patchOperations:[PatchOperation]
UpdateUsagePlan PATCH /usageplans/{usageplanId} 200 UsagePlan: usagePlanId!@usageplanId:s
    patchOperations:[PatchOperation]
)";

const std::vector<std::string>& operations_not_implemented() {
  static const std::vector<std::string> names = {"CreateBasePathMapping",
                                                 "CreateDocumentationPart",
                                                 "CreateDocumentationVersion",
                                                 "CreateDomainName",
                                                 "CreateDomainNameAccessAssociation",
                                                 "CreateVpcLink",
                                                 "DeleteBasePathMapping",
                                                 "DeleteClientCertificate",
                                                 "DeleteDocumentationPart",
                                                 "DeleteDocumentationVersion",
                                                 "DeleteDomainName",
                                                 "DeleteDomainNameAccessAssociation",
                                                 "DeleteVpcLink",
                                                 "GenerateClientCertificate",
                                                 "GetBasePathMapping",
                                                 "GetBasePathMappings",
                                                 "GetClientCertificate",
                                                 "GetClientCertificates",
                                                 "GetDocumentationPart",
                                                 "GetDocumentationParts",
                                                 "GetDocumentationVersion",
                                                 "GetDocumentationVersions",
                                                 "GetDomainName",
                                                 "GetDomainNameAccessAssociations",
                                                 "GetDomainNames",
                                                 "GetExport",
                                                 "GetModelTemplate",
                                                 "GetSdk",
                                                 "GetSdkType",
                                                 "GetSdkTypes",
                                                 "GetUsage",
                                                 "GetVpcLink",
                                                 "GetVpcLinks",
                                                 "ImportApiKeys",
                                                 "ImportDocumentationParts",
                                                 "RejectDomainNameAccessAssociation",
                                                 "TestInvokeAuthorizer",
                                                 "TestInvokeMethod",
                                                 "UpdateBasePathMapping",
                                                 "UpdateClientCertificate",
                                                 "UpdateDocumentationPart",
                                                 "UpdateDocumentationVersion",
                                                 "UpdateDomainName",
                                                 "UpdateUsage",
                                                 "UpdateVpcLink"};
  return names;
}

}  // namespace thaw::apigateway
