#include "net/http.h"

#include <algorithm>

namespace thaw::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view Headers::name(size_t index) const {
  const Field& field = fields_[index];
  return std::string_view(text_).substr(field.name_at, field.name_size);
}
std::string_view Headers::value(size_t index) const {
  const Field& field = fields_[index];
  return std::string_view(text_).substr(field.value_at, field.value_size);
}

std::optional<std::string_view> Headers::get(std::string_view wanted) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (same_name(name(i), wanted)) return value(i);
  }
  return std::nullopt;
}

std::string_view Headers::get_or(std::string_view wanted, std::string_view otherwise) const {
  return get(wanted).value_or(otherwise);
}

std::vector<std::string_view> Headers::get_all(std::string_view wanted) const {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (same_name(name(i), wanted)) out.push_back(value(i));
  }
  return out;
}

void Headers::add(std::string_view name, std::string_view value) {
  Field field;
  // The views may point into text_ itself, so it grows before they are read.
  if (text_.capacity() < text_.size() + name.size() + value.size()) {
    std::string grown;
    grown.reserve(std::max<size_t>(2 * text_.capacity(), text_.size() + name.size() + value.size() + 256));
    grown = text_;
    field.name_at = static_cast<uint32_t>(grown.size());
    grown += name;
    field.value_at = static_cast<uint32_t>(grown.size());
    grown += value;
    text_.swap(grown);
  } else {
    field.name_at = static_cast<uint32_t>(text_.size());
    text_ += name;
    field.value_at = static_cast<uint32_t>(text_.size());
    text_ += value;
  }
  field.name_size = static_cast<uint32_t>(name.size());
  field.value_size = static_cast<uint32_t>(value.size());
  if (fields_.empty()) fields_.reserve(12);
  fields_.push_back(field);
}

void Headers::set(std::string_view name, std::string_view value) {
  std::string kept_name(name);
  std::string kept_value(value);
  remove(kept_name);
  add(kept_name, kept_value);
}

size_t Headers::remove(std::string_view wanted) {
  if (!contains(wanted)) return 0;
  Headers kept;
  std::string kept_name(wanted);
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (!same_name(name(i), kept_name)) kept.add(name(i), value(i));
  }
  size_t removed = fields_.size() - kept.fields_.size();
  *this = std::move(kept);
  return removed;
}

void Headers::clear() {
  text_.clear();
  fields_.clear();
}

Task<Result<std::string>> BodyReader::read_all(size_t limit_bytes) {
  auto too_large = [] { return fail("RequestEntityTooLarge", "The body is larger than allowed.", 413); };
  if (content_length().value_or(0) > limit_bytes) co_return too_large();
  std::string whole;
  while (true) {
    CO_TRY(std::string chunk, co_await read());
    if (chunk.empty()) co_return whole;
    if (whole.size() + chunk.size() > limit_bytes) co_return too_large();
    if (whole.empty()) {
      whole = std::move(chunk);
      // Room for the whole is taken step by step, so that a false Content-Length costs no memory.
      if (content_length().value_or(0) > whole.size()) whole.reserve(std::min<uint64_t>(*content_length(), 4 << 20));
    } else {
      whole += chunk;
    }
  }
}

const Headers& BodyReader::trailers() const {
  static const Headers none;
  return none;
}

Task<Result<std::string>> StringBody::read() { co_return std::exchange(bytes_, {}); }

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 300: return "Multiple Choices";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 418: return "I'm a teapot";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 424: return "Failed Dependency";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace thaw::net
