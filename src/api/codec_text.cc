// Text forms of scalars: headers, labels, query strings, form bodies and XML.
#include <charconv>

#include "api/codec.h"
#include "base/text.h"

namespace thaw::api {
namespace {

std::unexpected<Error> wrong(const std::string& text, const char* wanted) {
  return fail("SerializationException", "'" + text.substr(0, 128) + "' can not be converted to " + wanted);
}

TimeFormat time_format(const Use& use, TimeFormat otherwise) {
  return use.time == TimeFormat::by_protocol ? otherwise : use.time;
}

Result<Json> parse_time(const std::string& text, TimeFormat format) {
  if (Json::is_number_text(text)) return Json::number(text);
  std::optional<Time> time = format == TimeFormat::http_date ? parse_http_date(text) : parse_iso8601(text);
  if (!time) time = format == TimeFormat::http_date ? parse_iso8601(text) : parse_http_date(text);
  if (!time) return wrong(text, "a Timestamp");
  return time_to_json(*time);
}

}  // namespace

Result<Json> text_to_canonical(std::string text, const Use& use, TimeFormat default_time) {
  switch (use.shape->kind) {
    case Kind::boolean:
      if (equal_ignoring_case(text, "true")) return Json(true);
      if (equal_ignoring_case(text, "false")) return Json(false);
      return wrong(text, "a Boolean");
    case Kind::integer: {
      std::string_view digits = trim(text);
      int64_t value = 0;
      auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      if (error != std::errc() || end != digits.data() + digits.size() || digits.empty())
        return wrong(text, "an Integer");
      return Json(value);
    }
    case Kind::real:
      if (text == "NaN" || text == "Infinity" || text == "-Infinity") return Json(std::move(text));
      if (!Json::is_number_text(text)) return wrong(text, "a Double");
      return Json::number(std::move(text));
    case Kind::blob: {
      auto bytes = base64_decode(trim(text));
      if (!bytes) return wrong(text, "a Blob");
      return Json(std::move(*bytes));
    }
    case Kind::timestamp: return parse_time(text, time_format(use, default_time));
    default: return Json(std::move(text));
  }
}

std::string canonical_to_text(const Json& value, const Use& use, TimeFormat default_time) {
  switch (use.shape->kind) {
    case Kind::blob: return base64_encode(value.string_or(""));
    case Kind::timestamp: {
      TimeFormat format = time_format(use, default_time);
      if (format == TimeFormat::epoch_seconds) return value.is_number() ? value.number_text() : "0";
      Time time = detail::load_time(value);
      return format == TimeFormat::http_date ? http_date(time) : iso8601(time);
    }
    default:
      if (value.is_string()) return value.as_string();
      if (value.is_null()) return "";
      return value.dump();
  }
}

Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text, bool plus_is_space) {
  constexpr size_t pairs_max = 20'000;
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    size_t end = text.find('&');
    std::string_view pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (pair.empty()) continue;
    if (out.size() >= pairs_max) return fail("MalformedQueryString", "The query string contains too many parameters.");
    size_t equals = pair.find('=');
    auto name = uri_decode(pair.substr(0, equals), plus_is_space);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : uri_decode(pair.substr(equals + 1), plus_is_space);
    if (!name || !value) return fail("MalformedQueryString", "The query string contains a syntax error.");
    out.push_back({std::move(*name), std::move(*value)});
  }
  return out;
}

}  // namespace thaw::api
