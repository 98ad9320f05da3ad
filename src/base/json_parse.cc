// Boost.JSON reads the text and tells this file what it finds: in its events, unlike in its values, numbers keep
// their text and repeated members stay. Only this source sees the library, whose definitions are compiled here.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace thaw {
namespace {

// Builds a Json from the events of one document. Open containers lie on a stack, and with each open object the key
// whose value comes next.
class Builder {
 public:
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;
  static constexpr size_t max_object_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_array_size = max_object_size;
  static constexpr size_t max_key_size = max_object_size;
  static constexpr size_t max_string_size = max_object_size;

  Json take() { return std::move(done_); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open(Json(Json::Object()));
    open_.back().members().reserve(usual_size);
    return true;
  }
  bool on_object_end(size_t, error_code&) { return close(); }
  bool on_array_begin(error_code&) {
    open(Json(Json::Array()));
    open_.back().items().reserve(usual_size);
    return true;
  }
  bool on_array_end(size_t, error_code&) { return close(); }
  bool on_key_part(string_view part, size_t, error_code&) { return append(part); }
  bool on_key(string_view rest, size_t, error_code&) {
    append(rest);
    keys_.push_back(std::move(text_));
    text_.clear();
    return true;
  }
  bool on_string_part(string_view part, size_t, error_code&) { return append(part); }
  bool on_string(string_view rest, size_t, error_code&) {
    append(rest);
    put(Json(std::move(text_)));
    text_.clear();
    return true;
  }
  bool on_number_part(string_view part, error_code&) { return append(part); }
  bool on_int64(int64_t, string_view rest, error_code&) { return number(rest); }
  bool on_uint64(uint64_t, string_view rest, error_code&) { return number(rest); }
  bool on_double(double, string_view rest, error_code&) { return number(rest); }
  bool on_bool(bool value, error_code&) { return put(Json(value)); }
  bool on_null(error_code&) { return put(Json()); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  static constexpr size_t usual_size = 4;  // of an object or array: most need no other allocation

  bool append(string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool number(string_view rest) {
    append(rest);
    put(Json::number(std::move(text_)));
    text_.clear();
    return true;
  }
  bool open(Json container) {
    open_.push_back(std::move(container));
    return true;
  }
  bool close() {
    Json whole = std::move(open_.back());
    open_.pop_back();
    return put(std::move(whole));
  }
  bool put(Json value) {
    if (open_.empty()) {
      done_ = std::move(value);
    } else if (Json& container = open_.back(); container.is_array()) {
      container.items().push_back(std::move(value));
    } else {
      container.members().push_back({std::move(keys_.back()), std::move(value)});
      keys_.pop_back();
    }
    return true;
  }

  std::vector<Json> open_;
  std::vector<std::string> keys_;
  std::string text_;  // of a string, key or number that came in parts
  Json done_;
};

}  // namespace

std::expected<Json, std::string> Json::parse(std::string_view text, int max_depth) {
  boost::json::parse_options options;
  options.max_depth = static_cast<size_t>(max_depth < 0 ? 0 : max_depth);
  boost::json::basic_parser<Builder> parser(options);
  boost::json::error_code error;
  size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error) return std::unexpected(error.message());
  if (read < text.size()) return std::unexpected("trailing content after the JSON value");
  return parser.handler().take();
}

}  // namespace thaw
