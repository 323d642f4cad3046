#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"
#include "services/transform/quality/dqdl/plan.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What a run found out about one rule of one table.
struct QualityResult {
  std::string table;  ///< "database.table"
  std::string rule;   ///< on one line
  Severity severity = Severity::kFail;
  dqdl::Outcome outcome = dqdl::Outcome::kError;
  std::optional<double> measured;
  std::string
      threshold;  ///< what the measured value is compared with, "> 0.9"; empty: every row must keep the rule
  std::optional<int64_t> rows_evaluated, failed_rows;
  std::string message;  ///< why it did not pass
  Timestamp checked_at;

  nlohmann::json ToJson() const;
  /// Throws nlohmann::json::exception for what ToJson did not make.
  static QualityResult FromJson(const nlohmann::json& value);
};

/// "passed", "failed" or "error"; nothing for any other name.
std::optional<dqdl::Outcome> ParseOutcome(std::string_view name);

/// How many rules there are, by outcome.
struct QualityScore {
  int64_t passed = 0, failed = 0, errors = 0;

  void Add(dqdl::Outcome outcome);
  int64_t rules() const { return passed + failed + errors; }
  /// Passed rules of all rules, 0 to 1; 1 if there are none.
  double score() const;
};

QualityScore ScoreOf(const std::vector<QualityResult>& results);

}  // namespace tarn::transform
