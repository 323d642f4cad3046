#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tarn {

/// Classifies a failure by what the caller can do about it. Each code maps to one HTTP status (`HttpStatus`).
enum class Code {
  kInvalidArgument,   ///< the input is wrong; the same call fails again
  kUnauthenticated,   ///< nobody proved who is asking
  kPermissionDenied,  ///< known, but not allowed
  kNotFound,          ///< the named thing does not exist
  kMethodNotAllowed,  ///< the thing exists, the operation on it does not
  kConflict,          ///< the current state forbids it (it exists already, it is defined by a file, it runs)
  kPreconditionFailed,  ///< a condition the caller set does not hold
  kTooLarge,            ///< over a size limit
  kUnsupportedMediaType,
  kUnprocessable,      ///< well-formed, but it cannot be done (SQL that does not bind, a corrupt file)
  kResourceExhausted,  ///< a quota or limit; later may work
  kCancelled,          ///< someone asked to stop
  kUnavailable,        ///< a dependency is away; retrying may work
  kDeadlineExceeded,   ///< it took too long
  kInternal,           ///< a defect or a broken machine; details are in the log
};

/// Returns the HTTP status that stands for `code` (RFC 9110; 499 is the common extension for a client that
/// left).
int HttpStatus(Code code);

/// Returns the code's name in snake_case, as used in problem documents and logs: "not_found".
const char* CodeName(Code code);

/// A failure as the caller may see it: no internal detail, no secrets.
class Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  /// Says where in the input the fault lies: a JSON pointer (RFC 6901), "query:limit", "header:Range", "line
  /// 3".
  Error At(std::string where) && {
    where_ = std::move(where);
    return std::move(*this);
  }

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& where() const { return where_; }

  /// True if the same call may succeed later without anyone changing the input.
  bool retryable() const {
    return code_ == Code::kUnavailable || code_ == Code::kDeadlineExceeded ||
           code_ == Code::kResourceExhausted;
  }

 private:
  Code code_;
  std::string message_;
  std::string where_;
};

/// Holds either a value or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success, or the reason for the lack of it.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

inline Status Ok() { return {}; }

}  // namespace tarn

/// Returns the error of `expression` from the enclosing function, if it has one.
#define TARN_TRY(expression)                                    \
  do {                                                          \
    if (auto tarn_status_ = (expression); !tarn_status_.ok()) { \
      return std::move(tarn_status_).error();                   \
    }                                                           \
  } while (false)

#define TARN_CONCAT_INNER_(a, b) a##b
#define TARN_CONCAT_(a, b) TARN_CONCAT_INNER_(a, b)
#define TARN_TRY_ASSIGN_(result, target, expression)  \
  auto result = (expression);                         \
  if (!result.ok()) return std::move(result).error(); \
  target = std::move(result).value()

/// Assigns the value of `expression` to `target` (which may be a declaration), or returns its error.
#define TARN_ASSIGN(target, expression) \
  TARN_TRY_ASSIGN_(TARN_CONCAT_(tarn_result_, __LINE__), target, expression)
