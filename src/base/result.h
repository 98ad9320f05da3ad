// Errors are values. `Result<T>` is what every fallible function of Thaw returns; an `Error` is an AWS error:
// the code and the words a client sees. Exceptions are for bugs and lost disks only.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/json.h"

namespace thaw {

// An error as AWS gives it. `code` is the error's shape name ("ResourceNotFoundException"), `message` its words,
// `status` the HTTP status. `details` (null, or an object) holds further members of the error's shape, such as
// DynamoDB's CancellationReasons.
struct Error {
  std::string code;
  std::string message;
  int status = 400;
  Json details = {};

  bool is_server_fault() const { return status >= 500; }
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string code, std::string message, int status = 400) {
  return std::unexpected<Error>(Error{std::move(code), std::move(message), status, {}});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace thaw

#define THAW_CONCAT_(a, b) a##b
#define THAW_CONCAT(a, b) THAW_CONCAT_(a, b)

// TRY(auto x, expr): declares x from the value of `expr` (a Result), or returns its error from the enclosing function.
// CO_TRY is the same inside a coroutine; `expr` may then contain one co_await.
// CHECK_OK / CO_CHECK_OK pass on the error of a Result<void>.
#define TRY_(tmp, decl, expr, ret)                        \
  auto tmp = (expr);                                      \
  if (!tmp) ret std::unexpected(std::move(tmp).error());  \
  decl = std::move(*tmp)
#define TRY(decl, expr) TRY_(THAW_CONCAT(try_, __COUNTER__), decl, expr, return)
#define CO_TRY(decl, expr) TRY_(THAW_CONCAT(try_, __COUNTER__), decl, expr, co_return)
#define CHECK_OK_(tmp, expr, ret) \
  if (auto tmp = (expr); !tmp) ret std::unexpected(std::move(tmp).error())
#define CHECK_OK(expr) CHECK_OK_(THAW_CONCAT(check_, __COUNTER__), expr, return)
#define CO_CHECK_OK(expr) CHECK_OK_(THAW_CONCAT(check_, __COUNTER__), expr, co_return)
