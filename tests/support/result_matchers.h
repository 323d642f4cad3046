#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "common/result/result.h"

namespace tarn {

inline std::string Describe(const Error& error) {
  return std::string(CodeName(error.code())) + ": " + error.message() + " (" + error.where() + ")";
}

inline void PrintTo(const Error& error, std::ostream* out) { *out << Describe(error); }

/// Matches a Result that holds a value. On failure shows the error.
MATCHER(IsOk, negation ? "is an error" : "is ok") {
  if (!arg.ok()) *result_listener << Describe(arg.error());
  return arg.ok();
}

/// Matches a Result that holds an error of `code` whose message or place contains `text`.
MATCHER_P2(HasError, code, text,
           std::string("is an error ") + CodeName(code) + " that mentions " + std::string(text)) {
  if (arg.ok()) {
    *result_listener << "it is ok";
    return false;
  }
  *result_listener << Describe(arg.error());
  const bool mentions = arg.error().message().find(text) != std::string::npos ||
                        arg.error().where().find(text) != std::string::npos;
  return arg.error().code() == code && mentions;
}

}  // namespace tarn
