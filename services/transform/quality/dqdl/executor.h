#pragma once

#include <stop_token>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/quality/dqdl/plan.h"

namespace tarn::dqdl {

/// Asks the plan's queries and judges its rules; a verdict for each, in order. A query whose values cannot be
/// computed together is asked for one after the other, so that a rule that fails on the data, or
/// needs more memory than there is, spoils no other. Errors: those that say nothing about a rule: kCancelled,
/// passing ones other than kResourceExhausted, kInternal.
Result<std::vector<Verdict>> Execute(const Plan& plan, duckdb::Connection& connection,
                                     std::stop_token cancelled);

}  // namespace tarn::dqdl
