#pragma once

#include <optional>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/rule_types.h"
#include "services/transform/quality/dqdl/ruleset.h"
#include "services/transform/quality/dqdl/token_stream.h"

namespace tarn::dqdl {

/// Reads "> 3", "not in [...]", "between now() and ...": what a rule of that kind takes. Nothing if there is
/// no condition where none is needed. Errors: kInvalidArgument with where() = "line <n>, column <n>".
Result<std::optional<Condition>> ParseCondition(TokenStream& tokens, RuleTraits::Takes takes);

/// Reads what follows "with threshold": a condition of numbers from 0 to 1.
Result<Condition> ParseThreshold(TokenStream& tokens);

}  // namespace tarn::dqdl
