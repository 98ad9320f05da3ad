#include "services/lambda/names.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace thaw::lambda {

std::unexpected<Error> invalid_parameter(std::string words) {
  return fail(Error{"InvalidParameterValueException", std::move(words), 400, Json::object({{"Type", "User"}})});
}
std::unexpected<Error> function_not_found(const std::string& arn) {
  return fail(Error{"ResourceNotFoundException", "Function not found: " + arn, 404, Json::object({{"Type", "User"}})});
}

std::unexpected<Error> mapping_not_found() {
  return fail(Error{"ResourceNotFoundException", "The resource you requested does not exist.", 404,
                    Json::object({{"Type", "User"}})});
}

std::string function_arn(const AccountId& account, const Region& region, std::string_view name,
                         std::string_view qualifier) {
  std::string out = "arn:aws:lambda:" + region.str() + ":" + account.str() + ":function:" + std::string(name);
  if (!qualifier.empty()) out += ":" + std::string(qualifier);
  return out;
}
std::string layer_arn(const AccountId& account, const Region& region, std::string_view layer) {
  return "arn:aws:lambda:" + region.str() + ":" + account.str() + ":layer:" + std::string(layer);
}

Result<FunctionRef> parse_function(std::string_view text, const std::optional<std::string>& qualifier,
                                   const AccountId& account, const Region& region) {
  std::string_view rest = text;
  std::string named_account, named_region;
  if (rest.starts_with("arn:")) {
    auto arn = Arn::parse(rest);
    if (!arn || arn->service != "lambda") return invalid_parameter("Invalid function name: " + std::string(text));
    named_account = arn->account;
    named_region = arn->region;
    rest = rest.substr(rest.size() - arn->resource.size());
  } else if (rest.size() > 13 && rest[12] == ':' && AccountId::parse(rest.substr(0, 12))) {
    named_account = rest.substr(0, 12);
    rest.remove_prefix(13);
  }
  if (rest.starts_with("function:")) rest.remove_prefix(9);
  size_t colon = rest.find(':');
  FunctionRef out{std::string(rest.substr(0, colon)), ""};
  if (colon != std::string_view::npos) out.qualifier = rest.substr(colon + 1);
  if (!named_region.empty() && named_region != region.str()) return function_not_found(std::string(text));
  if (!named_account.empty() && named_account != account.str())
    return fail("AccessDeniedException", "The function " + std::string(text) + " belongs to another account.", 403);
  if (qualifier && !qualifier->empty()) {
    if (!out.qualifier.empty() && out.qualifier != *qualifier)
      return invalid_parameter("The derived qualifier from the function name does not match the specified qualifier.");
    out.qualifier = *qualifier;
  }
  return out;
}

std::optional<LayerRef> parse_layer_version(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || arn->service != "lambda" || !arn->resource.starts_with("layer:")) return std::nullopt;
  std::string_view rest = std::string_view(arn->resource).substr(6);
  size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  LayerRef out{arn->account, arn->region, std::string(rest.substr(0, colon)), 0};
  std::string_view digits = rest.substr(colon + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.version);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

std::string layer_name_of(std::string_view text) {
  auto arn = Arn::parse(text);
  if (!arn || !arn->resource.starts_with("layer:")) return std::string(text);
  std::string_view rest = std::string_view(arn->resource).substr(6);
  return std::string(rest.substr(0, rest.find(':')));
}

bool is_version_number(std::string_view qualifier) {
  return !qualifier.empty() && std::ranges::all_of(qualifier, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace thaw::lambda
