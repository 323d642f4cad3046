#pragma once

#include "common/http/message.h"
#include "services/catalog/tables/table_reader.h"

namespace tarn::catalog {

/// Reads which table and version a request is about: its path's {database} and {table}, and the query's
/// `version` or `as_of`. Errors: kInvalidArgument.
Result<TableRef> ReadVersionQuery(const http::Request& request);

/// Reads a version's number; `where` says where it stands. Errors: kInvalidArgument.
Result<int64_t> ParseVersion(const std::string& text, const std::string& where);

}  // namespace tarn::catalog
