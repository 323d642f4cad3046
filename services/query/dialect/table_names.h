#pragma once

#include <string_view>
#include <vector>

#include "services/query/dialect/athena_dialect.h"
#include "services/query/dialect/syntax.h"

namespace tarn::query {

/// The tables that a query names, each once, without its common tables; also refuses functions that the
/// dialect does not know. Errors: kUnprocessable with where().
Result<std::vector<AthenaTable>> NamesOf(const Query& query, std::string_view sql);

}  // namespace tarn::query
