#pragma once

#include <duckdb.h>

#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::duckdb {

/// A failure as the engine tells it. Its instances are set to `errors_as_json`, so the text is a JSON object with
/// exception_type, exception_message and, where it knows one, the position in the SQL; it may follow a prefix.
struct EngineError {
  duckdb_error_type type = DUCKDB_ERROR_INVALID;  ///< DUCKDB_ERROR_INVALID: to be told from the text
  std::string text;
};

/// Re-words a failure for callers; `sql` is what the position counts in. Sets `*fatal` if the instance refuses
/// work from now on.
Error Translate(const EngineError& failure, std::string_view sql, bool* fatal);

}  // namespace tarn::duckdb
