#include "services/ssm/api.h"

namespace thaw::ssm {

using api::Fields;

namespace {

const std::vector<std::string> kTypes = {"String", "StringList", "SecureString"};
const std::vector<std::string> kTiers = {"Standard", "Advanced", "Intelligent-Tiering"};
const std::vector<std::string> kResources = {"Document",    "ManagedInstance", "MaintenanceWindow",
                                             "Parameter",   "PatchBaseline",   "OpsItem",
                                             "OpsMetadata", "Automation",      "Association"};

template <class T>
void name(Fields& f) {
  f.add("Name", &T::Name).required().length(1, 2048);
}
template <class T>
void page(Fields& f, int max) {
  f.add("MaxResults", &T::MaxResults).range(1, max);
  f.add("NextToken", &T::NextToken);
}
template <class T>
void resource(Fields& f) {
  f.add("ResourceType", &T::ResourceType).required().one_of(kResources);
  f.add("ResourceId", &T::ResourceId).required();
}

}  // namespace

void Tag::describe(Fields& f) {
  f.add("Key", &Tag::Key).required().length(1, 128);
  f.add("Value", &Tag::Value).required().length(0, 256);
}
void Parameter::describe(Fields& f) {
  f.add("Name", &Parameter::Name);
  f.add("Type", &Parameter::Type);
  f.add("Value", &Parameter::Value);
  f.add("Version", &Parameter::Version);
  f.add("Selector", &Parameter::Selector);
  f.add("LastModifiedDate", &Parameter::LastModifiedDate);
  f.add("ARN", &Parameter::ARN);
  f.add("DataType", &Parameter::DataType);
}
void PutParameterInput::describe(Fields& f) {
  name<PutParameterInput>(f);
  f.add("Description", &PutParameterInput::Description).length(0, 1024);
  f.add("Value", &PutParameterInput::Value).required();
  f.add("Type", &PutParameterInput::Type).one_of(kTypes);
  f.add("KeyId", &PutParameterInput::KeyId).length(1, 256).pattern("^([a-zA-Z0-9:/_-]+)$");
  f.add("Overwrite", &PutParameterInput::Overwrite);
  f.add("AllowedPattern", &PutParameterInput::AllowedPattern).length(0, 1024);
  f.add("Tags", &PutParameterInput::Tags);
  f.add("Tier", &PutParameterInput::Tier).one_of(kTiers);
  f.add("Policies", &PutParameterInput::Policies).length(1, 4096);
  f.add("DataType", &PutParameterInput::DataType).length(0, 128);
}
void PutParameterOutput::describe(Fields& f) {
  f.add("Version", &PutParameterOutput::Version);
  f.add("Tier", &PutParameterOutput::Tier);
}
void GetParameterInput::describe(Fields& f) {
  name<GetParameterInput>(f);
  f.add("WithDecryption", &GetParameterInput::WithDecryption);
}
void GetParameterOutput::describe(Fields& f) { f.add("Parameter", &GetParameterOutput::parameter); }
void GetParametersInput::describe(Fields& f) {
  f.add("Names", &GetParametersInput::Names).required().length(1, 10).each_length(1, 2048);
  f.add("WithDecryption", &GetParametersInput::WithDecryption);
}
void GetParametersOutput::describe(Fields& f) {
  f.add("Parameters", &GetParametersOutput::Parameters);
  f.add("InvalidParameters", &GetParametersOutput::InvalidParameters);
}
void StringFilter::describe(Fields& f) {
  f.add("Key", &StringFilter::Key).required().length(1, 132).pattern("tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType");
  f.add("Option", &StringFilter::Option).length(1, 10);
  f.add("Values", &StringFilter::Values).length(1, 50).each_length(1, 1024);
}
void GetByPathInput::describe(Fields& f) {
  f.add("Path", &GetByPathInput::Path).required().length(1, 2048);
  f.add("Recursive", &GetByPathInput::Recursive);
  f.add("ParameterFilters", &GetByPathInput::ParameterFilters);
  f.add("WithDecryption", &GetByPathInput::WithDecryption);
  page<GetByPathInput>(f, 10);
}
void GetByPathOutput::describe(Fields& f) {
  f.add("Parameters", &GetByPathOutput::Parameters);
  f.add("NextToken", &GetByPathOutput::NextToken);
}
void NameInput::describe(Fields& f) { name<NameInput>(f); }
void NamesInput::describe(Fields& f) {
  f.add("Names", &NamesInput::Names).required().length(1, 10).each_length(1, 2048);
}
void DeleteParametersOutput::describe(Fields& f) {
  f.add("DeletedParameters", &DeleteParametersOutput::DeletedParameters);
  f.add("InvalidParameters", &DeleteParametersOutput::InvalidParameters);
}
void OldFilter::describe(Fields& f) {
  f.add("Key", &OldFilter::Key).required().one_of({"Name", "Type", "KeyId"});
  f.add("Values", &OldFilter::Values).required().length(1, 50).each_length(1, 1024);
}
void DescribeInput::describe(Fields& f) {
  f.add("Filters", &DescribeInput::Filters);
  f.add("ParameterFilters", &DescribeInput::ParameterFilters);
  page<DescribeInput>(f, 50);
  f.add("Shared", &DescribeInput::Shared);
}
void ParameterMetadata::describe(Fields& f) {
  f.add("Name", &ParameterMetadata::Name);
  f.add("ARN", &ParameterMetadata::ARN);
  f.add("Type", &ParameterMetadata::Type);
  f.add("KeyId", &ParameterMetadata::KeyId);
  f.add("LastModifiedDate", &ParameterMetadata::LastModifiedDate);
  f.add("LastModifiedUser", &ParameterMetadata::LastModifiedUser);
  f.add("Description", &ParameterMetadata::Description);
  f.add("AllowedPattern", &ParameterMetadata::AllowedPattern);
  f.add("Version", &ParameterMetadata::Version);
  f.add("Tier", &ParameterMetadata::Tier);
  f.add("Policies", &ParameterMetadata::Policies);
  f.add("DataType", &ParameterMetadata::DataType);
}
void DescribeOutput::describe(Fields& f) {
  f.add("Parameters", &DescribeOutput::Parameters);
  f.add("NextToken", &DescribeOutput::NextToken);
}
void HistoryInput::describe(Fields& f) {
  name<HistoryInput>(f);
  f.add("WithDecryption", &HistoryInput::WithDecryption);
  page<HistoryInput>(f, 50);
}
void HistoryEntry::describe(Fields& f) {
  f.add("Name", &HistoryEntry::Name);
  f.add("Type", &HistoryEntry::Type);
  f.add("KeyId", &HistoryEntry::KeyId);
  f.add("LastModifiedDate", &HistoryEntry::LastModifiedDate);
  f.add("LastModifiedUser", &HistoryEntry::LastModifiedUser);
  f.add("Description", &HistoryEntry::Description);
  f.add("Value", &HistoryEntry::Value);
  f.add("AllowedPattern", &HistoryEntry::AllowedPattern);
  f.add("Version", &HistoryEntry::Version);
  f.add("Labels", &HistoryEntry::Labels);
  f.add("Tier", &HistoryEntry::Tier);
  f.add("DataType", &HistoryEntry::DataType);
}
void HistoryOutput::describe(Fields& f) {
  f.add("Parameters", &HistoryOutput::Parameters);
  f.add("NextToken", &HistoryOutput::NextToken);
}
void LabelInput::describe(Fields& f) {
  name<LabelInput>(f);
  f.add("ParameterVersion", &LabelInput::ParameterVersion);
  f.add("Labels", &LabelInput::Labels).required().length(1, 10).each_length(1, 100);
}
void LabelOutput::describe(Fields& f) {
  f.add("InvalidLabels", &LabelOutput::InvalidLabels);
  f.add("ParameterVersion", &LabelOutput::ParameterVersion);
}
void UnlabelInput::describe(Fields& f) {
  name<UnlabelInput>(f);
  f.add("ParameterVersion", &UnlabelInput::ParameterVersion).required();
  f.add("Labels", &UnlabelInput::Labels).required().length(1, 10).each_length(1, 100);
}
void UnlabelOutput::describe(Fields& f) {
  f.add("RemovedLabels", &UnlabelOutput::RemovedLabels);
  f.add("InvalidLabels", &UnlabelOutput::InvalidLabels);
}
void AddTagsInput::describe(Fields& f) {
  resource<AddTagsInput>(f);
  f.add("Tags", &AddTagsInput::Tags).required().length(0, 1000);
}
void RemoveTagsInput::describe(Fields& f) {
  resource<RemoveTagsInput>(f);
  f.add("TagKeys", &RemoveTagsInput::TagKeys).required();
}
void ListTagsInput::describe(Fields& f) { resource<ListTagsInput>(f); }
void ListTagsOutput::describe(Fields& f) { f.add("TagList", &ListTagsOutput::TagList); }

}  // namespace thaw::ssm
