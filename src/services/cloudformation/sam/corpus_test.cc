// The recorded cases of the SAM service: a template and the CloudFormation, or the error, that it becomes. Read from
// $THAW_CORPORA, else ../shared/corpora beside the repository; skipped when absent.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/yaml.h"
#include "services/cloudformation/sam/transform.h"

namespace thaw::sam {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  if (const char* root = std::getenv("THAW_CORPORA")) return fs::path(root) / "sam";
  for (fs::path at = fs::current_path(); at != at.root_path(); at = at.parent_path())
    if (fs::exists(at / "shared/corpora/sam")) return at / "shared/corpora/sam";
  return "../shared/corpora/sam";
}

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// A text that is the same for values that differ in the order of list items or in how a number is written.
std::string canonical(const Json& value) {
  if (value.is_number()) {
    auto number = value.to_double();
    return number ? std::to_string(*number) : value.number_text();
  }
  std::vector<std::string> parts;
  if (value.is_array()) {
    for (auto& item : value.items()) parts.push_back(canonical(item));
  } else if (value.is_object()) {
    for (auto& member : value.members()) parts.push_back(Json(member.key).dump() + ":" + canonical(member.value));
  } else {
    return value.dump();
  }
  std::sort(parts.begin(), parts.end());
  std::string out(1, value.is_array() ? '[' : '{');
  for (auto& part : parts) (out += part) += ',';
  return out + (value.is_array() ? ']' : '}');
}

TransformOptions options() {
  TransformOptions out;
  out.region = "ap-southeast-1";
  out.parameters = Json::object({{"param1", "value1"}, {"param2", "value2"}});
  // The recordings were made with a stand-in for the application repository that knows everything.
  out.find_application = [](const std::string& id, const std::string&) -> std::expected<std::string, std::string> {
    if (id == "no-access" || id == "non-existent" || id == "invalid-semver")
      return std::unexpected("Cannot access application: " + id + ".");
    return "https://awsserverlessrepo-changesets-xxx.s3.amazonaws.com/signed-url";
  };
  return out;
}

struct Count {
  int agree = 0;
  int all = 0;
  std::vector<std::string> differ;
  double share() const { return all == 0 ? 0 : 100.0 * agree / all; }
  void print(const char* what) const {
    fmt::print("{}: {} of {} agree ({:.1f}%)\n", what, agree, all, share());
    for (auto& name : differ) fmt::print("  differs: {}\n", name);
  }
};

bool agrees(const fs::path& input, const Json& expected, bool is_error) {
  auto parsed = parse_yaml(read(input));
  if (!parsed) {
    fmt::print("{}: {}\n", input.stem().string(), parsed.error().str());
    return false;
  }
  TransformOptions given = options();
  given.pass_metadata = input.stem() == "translate_convert_metadata";  // recorded with this switched on
  auto got = transform(parsed->value, given);
  // For looking at differences: what came out of each template.
  if (const char* folder = std::getenv("THAW_SAM_DUMP")) {
    std::ofstream out(fs::path(folder) / (input.stem().string() + ".json"));
    if (got)
      out << got->dump_pretty();
    else
      out << Json::object({{"errorMessage", got.error().summary()}}).dump_pretty();
  }
  if (is_error) return !got && got.error().summary() == expected.get("errorMessage").string_or("");
  return got && canonical(*got) == canonical(expected);
}

TEST(SamCorpus, agrees_with_the_recordings) {
  const fs::path root = corpus();
  if (!fs::exists(root / "input")) GTEST_SKIP() << "SKIPPED: corpus absent (" << root << ")";
  std::vector<fs::path> inputs;
  for (auto& entry : fs::directory_iterator(root / "input")) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  Count good, bad;
  for (auto& input : inputs) {
    auto expected = Json::parse(read(root / "output" / (input.stem().string() + ".json")));
    ASSERT_TRUE(expected.has_value()) << input;
    const bool is_error = input.stem().string().starts_with("error_");
    Count& count = is_error ? bad : good;
    ++count.all;
    if (agrees(input, *expected, is_error))
      ++count.agree;
    else
      count.differ.push_back(input.stem().string());
  }
  good.print("templates");
  bad.print("errors");
  EXPECT_GE(good.share(), 99.5);
  EXPECT_GE(bad.share(), 99.0);
}

}  // namespace
}  // namespace thaw::sam
