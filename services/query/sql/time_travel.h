#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::query {

/// A table at a former version, under a name that only its statement knows.
struct FormerTable {
  std::string alias;  ///< "songs@1", in lower case
  std::string name;   ///< in lower case
  std::optional<int64_t> version{};
  std::optional<Timestamp> as_of{};
};

/// A statement without FOR VERSION AS OF and FOR TIMESTAMP AS OF.
struct PresentStatement {
  std::string sql;
  std::vector<FormerTable> tables;
};

/// Takes `name FOR VERSION AS OF 3` and `name FOR TIMESTAMP AS OF TIMESTAMP '2026-01-01 00:00:00'` out of a
/// statement of any dialect: the table gets a name of its own and keeps the old one as its alias, unless it
/// has another. A timestamp without a zone is of UTC; CURRENT_TIMESTAMP - INTERVAL '1' DAY is one, too.
/// Positions in the statement stay where they can. Errors: kUnprocessable with where() = "line L, column C".
Result<PresentStatement> TakeFormerTables(const std::string& sql);

}  // namespace tarn::query
