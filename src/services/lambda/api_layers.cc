#include "services/lambda/api.h"

namespace thaw::lambda {
namespace {

using api::Field;
using api::Fields;

Field layer_name(Field field) {
  return field.required().uri().length(1, 140).pattern(
      R"((arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+)");
}
Field max_items(Field field) { return field.query("MaxItems").range(1, 50); }
Field architectures(Field field) { return field.length(0, 2).each_one_of({"x86_64", "arm64"}); }

}  // namespace

void LayerContentInput::describe(Fields& f) {
  using Self = LayerContentInput;
  MEMBER(ZipFile);
  MEMBER(S3Bucket).length(3, 63);
  MEMBER(S3Key).length(1, 1024);
  MEMBER(S3ObjectVersion).length(1, 1024);
}
void PublishLayerVersionInput::describe(Fields& f) {
  using Self = PublishLayerVersionInput;
  layer_name(MEMBER(LayerName));
  MEMBER(Description).length(0, 256);
  MEMBER(Content).required();
  MEMBER(CompatibleRuntimes).length(0, 15);
  MEMBER(LicenseInfo).length(0, 512);
  architectures(MEMBER(CompatibleArchitectures));
}
void LayerContentOutput::describe(Fields& f) {
  using Self = LayerContentOutput;
  MEMBER(Location);
  MEMBER(CodeSha256);
  MEMBER(CodeSize);
}
void LayerVersion::describe(Fields& f) {
  using Self = LayerVersion;
  MEMBER(LayerVersionArn);
  MEMBER(Version);
  MEMBER(Description);
  MEMBER(CreatedDate);
  MEMBER(CompatibleRuntimes);
  MEMBER(CompatibleArchitectures);
  MEMBER(LicenseInfo);
}
void LayerVersionOutput::describe(Fields& f) {
  LayerVersion::describe(f);
  using Self = LayerVersionOutput;
  MEMBER(Content);
  MEMBER(LayerArn);
}
void LayerVersionInput::describe(Fields& f) {
  using Self = LayerVersionInput;
  layer_name(MEMBER(LayerName));
  MEMBER(VersionNumber).required().uri();
}
void LayerArnInput::describe(Fields& f) {
  f.add("Arn", &LayerArnInput::Arn).required().query("Arn").length(1, 140).pattern(
      R"(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)");
}
void ListLayersInput::describe(Fields& f) {
  using Self = ListLayersInput;
  MEMBER(CompatibleRuntime).query("CompatibleRuntime");
  MEMBER(CompatibleArchitecture).query("CompatibleArchitecture").one_of({"x86_64", "arm64"});
  MEMBER(Marker).query("Marker");
  max_items(MEMBER(MaxItems));
}
void Layer::describe(Fields& f) {
  using Self = Layer;
  MEMBER(LayerName);
  MEMBER(LayerArn);
  MEMBER(LatestMatchingVersion);
}
void ListLayersOutput::describe(Fields& f) {
  using Self = ListLayersOutput;
  MEMBER(NextMarker);
  MEMBER(Layers);
}
void ListLayerVersionsInput::describe(Fields& f) {
  using Self = ListLayerVersionsInput;
  layer_name(MEMBER(LayerName));
  MEMBER(CompatibleRuntime).query("CompatibleRuntime");
  MEMBER(CompatibleArchitecture).query("CompatibleArchitecture").one_of({"x86_64", "arm64"});
  MEMBER(Marker).query("Marker");
  max_items(MEMBER(MaxItems));
}
void ListLayerVersionsOutput::describe(Fields& f) {
  using Self = ListLayerVersionsOutput;
  MEMBER(NextMarker);
  MEMBER(LayerVersions);
}
void AddLayerPermissionInput::describe(Fields& f) {
  using Self = AddLayerPermissionInput;
  layer_name(MEMBER(LayerName));
  MEMBER(VersionNumber).required().uri();
  MEMBER(StatementId).required().length(1, 100).pattern("([a-zA-Z0-9-_]+)");
  MEMBER(Action).required().pattern("lambda:GetLayerVersion");
  MEMBER(Principal).required().pattern(R"(\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root)");
  MEMBER(OrganizationId).length(0, 34);
  MEMBER(RevisionId).query("RevisionId");
}
void AddLayerPermissionOutput::describe(Fields& f) {
  using Self = AddLayerPermissionOutput;
  MEMBER(Statement);
  MEMBER(RevisionId);
}
void RemoveLayerPermissionInput::describe(Fields& f) {
  using Self = RemoveLayerPermissionInput;
  layer_name(MEMBER(LayerName));
  MEMBER(VersionNumber).required().uri();
  MEMBER(StatementId).required().uri().length(1, 100);
  MEMBER(RevisionId).query("RevisionId");
}

}  // namespace thaw::lambda
