#pragma once

#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/query/dialect/syntax.h"
#include "services/query/dialect/tokenizer.h"

namespace tarn::query {

/// Reads a query of Athena (Trino's grammar, https://trino.io/docs/current/sql/select.html). Whatever it does
/// not know is an error. Errors: kUnprocessable with where() = "line L, column C"; also for more than 200
/// levels of nesting.
Result<ParsedStatement> ParseStatement(std::string_view sql, const std::vector<Token>& tokens);

}  // namespace tarn::query
