#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// Makes sure that `sql` can stand between parentheses: that what opens in it (parentheses, quotes, comments)
/// closes in it too, in order, and that it holds no ";". Whether it is a condition is for the engine to say.
/// Errors: kInvalidArgument.
Status CheckClosed(std::string_view sql);

/// The names in `sql`, quoted ones without their quotes; keywords among them. Each once, sorted.
std::vector<std::string> NamesIn(std::string_view sql);

/// Names that a rule may use for other tables: those in the SQL of CustomSql, the tables of
/// ReferentialIntegrity and SchemaMatch. Not all of them need be tables.
std::vector<std::string> TableNames(const Rule& rule);

/// Quotes the name primary, which stands for the checked table in CustomSql but is a keyword of the engine.
std::string QuotePrimary(std::string_view sql);

}  // namespace tarn::dqdl
