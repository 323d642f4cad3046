#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::query {

/// What to do about a statement's error, in a sentence; empty if there is nothing to say beyond its message.
std::string HintFor(const Error& error);

/// {"code", "detail", "where", "line", "column", "hint"}; line and column are null unless the error tells
/// them.
nlohmann::json StatementErrorJson(const Error& error);

/// The problem document of a statement's error, with line, column and hint where there are any. Too many
/// statements: with Retry-After.
http::Response StatementProblem(const Error& error);

}  // namespace tarn::query
