// Dynamic references: {{resolve:service:...}}.
#include "base/text.h"
#include "services/cloudformation/executor.h"

namespace thaw::cloudformation {
namespace {

constexpr std::string_view opening = "{{resolve:";

Task<Result<std::string>> resolve_ssm(Api& api, std::vector<std::string> parts, bool secure) {
  if (parts.size() < 2 || parts.size() > 3)
    co_return fail(template_error("Incorrect format is used in the following SSM reference"));
  std::string name = parts[1];
  if (parts.size() == 3 && !parts[2].empty()) name += ":" + parts[2];
  Json input = Json::object({{"Name", name}, {"WithDecryption", secure}});
  CO_TRY(Json answer, co_await api.call("ssm", "GetParameter", std::move(input)));
  co_return answer.get("Parameter").get("Value").string_or("");
}

// secretsmanager:id:SecretString:json-key:stage:version; an id may be an ARN with six colons of its own.
Task<Result<std::string>> resolve_secret(Api& api, std::vector<std::string> parts) {
  size_t at = 1;
  std::string id;
  if (parts.size() > 7 && parts[1] == "arn") {
    id = join(std::vector<std::string>(parts.begin() + 1, parts.begin() + 8), ":");
    at = 8;
  } else if (parts.size() > 1) {
    id = parts[1];
    at = 2;
  }
  auto part = [&](size_t index) { return at + index < parts.size() ? parts[at + index] : std::string(); };
  if (!part(0).empty() && part(0) != "SecretString") {
    co_return fail(template_error("The only supported secret-string value is SecretString"));
  }
  Json input = Json::object({{"SecretId", id}});
  if (!part(2).empty()) input.set("VersionStage", part(2));
  if (!part(3).empty()) input.set("VersionId", part(3));
  CO_TRY(Json answer, co_await api.call("secretsmanager", "GetSecretValue", std::move(input)));
  std::string secret = answer.get("SecretString").string_or("");
  if (part(1).empty()) co_return secret;
  auto document = Json::parse(secret);
  const Json* found = document ? document->find(part(1)) : nullptr;
  if (!found) co_return fail(template_error("Could not find a value associated with JSONKey in SecretString"));
  co_return found->is_string() ? found->as_string() : found->dump();
}

Task<Result<std::string>> resolve_text(Api& api, std::string text) {
  std::string out;
  size_t at = 0;
  while (true) {
    size_t start = text.find(opening, at);
    size_t end = start == std::string::npos ? start : text.find("}}", start);
    if (end == std::string::npos) break;
    out.append(text, at, start - at);
    std::vector<std::string> parts;
    constexpr size_t verb = std::string_view("{{resolve:").size();
    for (std::string_view part : split(std::string_view(text).substr(start + verb, end - start - verb), ':'))
      parts.emplace_back(part);
    at = end + 2;
    std::string found;
    if (parts[0] == "ssm" || parts[0] == "ssm-secure") {
      CO_TRY(found, co_await resolve_ssm(api, parts, parts[0] == "ssm-secure"));
    } else if (parts[0] == "secretsmanager") {
      CO_TRY(found, co_await resolve_secret(api, parts));
    } else {
      co_return fail(
          template_error("Could not resolve the following dynamic reference: " + text.substr(start, end + 2 - start)));
    }
    out += found;
  }
  out.append(text, at);
  co_return out;
}

bool has_references(const Json& value) {
  if (value.is_string()) return value.as_string().find(opening) != std::string::npos;
  if (value.is_array()) {
    for (const Json& item : value.items()) {
      if (has_references(item)) return true;
    }
  } else if (value.is_object()) {
    for (const Json::Member& m : value.members()) {
      if (has_references(m.value)) return true;
    }
  }
  return false;
}

Task<Result<Json>> resolve_value(Api& api, Json value) {
  if (value.is_string()) {
    CO_TRY(std::string text, co_await resolve_text(api, value.as_string()));
    co_return Json(std::move(text));
  }
  if (value.is_array()) {
    for (Json& item : value.items()) {
      if (!has_references(item)) continue;
      CO_TRY(Json resolved, co_await resolve_value(api, item));
      item = std::move(resolved);
    }
  } else if (value.is_object()) {
    for (Json::Member& m : value.members()) {
      if (!has_references(m.value)) continue;
      CO_TRY(Json resolved, co_await resolve_value(api, m.value));
      m.value = std::move(resolved);
    }
  }
  co_return value;
}

}  // namespace

Task<Result<Json>> resolve_references(Api& api, Json value) {
  if (!has_references(value)) co_return value;
  co_return co_await resolve_value(api, std::move(value));
}

}  // namespace thaw::cloudformation
