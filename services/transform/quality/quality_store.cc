#include "services/transform/quality/quality_store.h"

#include <chrono>

namespace tarn::transform {
namespace {

constexpr std::chrono::days kKept(90);
constexpr int64_t kForgottenBesides = 1'000;

// Only the conditions that are asked for, so that SQLite can choose an index by them. `behind` is the
// column in which a page goes on within a run.
std::string Where(const QualityQuery& query, const std::string& behind) {
  std::string where = "WHERE true";
  if (!query.table.empty()) where += " AND table_name = ?1";
  if (!query.run_id.empty()) where += " AND run_id = ?2";
  if (!query.outcome.empty()) where += " AND outcome = ?3";
  if (!query.after_run.empty()) where += " AND run_id <= ?4 AND (run_id < ?4 OR " + behind + " > ?5)";
  return where;
}

StoredResult FromRow(const sqlite::Statement& row) {
  StoredResult stored{row.Text(0), row.Integer(1), row.Text(2), {}};
  QualityResult& result = stored.result;
  result.table = row.Text(3);
  result.rule = row.Text(4);
  result.severity = ParseSeverity(row.Text(5));
  result.outcome = ParseOutcome(row.Text(6)).value_or(dqdl::Outcome::kError);
  if (!row.IsNull(7)) result.measured = row.Real(7);
  result.threshold = row.Text(8);
  result.rows_evaluated = row.OptionalInteger(9);
  result.failed_rows = row.OptionalInteger(10);
  result.message = row.Text(11);
  result.checked_at = FromUnixMillis(row.Integer(12));
  return stored;
}

}  // namespace

Status QualityStore::Record(const std::string& run_id, const std::string& transform,
                            const std::vector<QualityResult>& results) {
  const auto lock = database_.Lock();
  {
    TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM quality_results WHERE run_id = ?"));
    TARN_TRY(remove.Bind(1, run_id).Run());
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const QualityResult& result = results[i];
    TARN_ASSIGN(auto insert,
                database_.Prepare("INSERT INTO quality_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                  "?, ?)"));
    insert.Bind(1, run_id).Bind(2, static_cast<int64_t>(i)).Bind(3, transform).Bind(4, result.table);
    insert.Bind(5, result.rule)
        .Bind(6, SeverityName(result.severity))
        .Bind(7, dqdl::OutcomeName(result.outcome));
    insert.Bind(8, result.measured).Bind(9, result.threshold).Bind(10, result.rows_evaluated);
    insert.Bind(11, result.failed_rows).Bind(12, result.message).Bind(13, ToUnixMillis(result.checked_at));
    TARN_TRY(insert.Run());
  }
  return results.empty() ? Ok() : ForgetOlderThan(results[0].checked_at - kKept, results.size());
}

// Bounded, but by more than what was just recorded, so that the table shrinks to what is to be kept.
Status QualityStore::ForgetOlderThan(Timestamp time, size_t recorded) {
  TARN_ASSIGN(
      auto remove,
      database_.Prepare("DELETE FROM quality_results WHERE (run_id, ordinal) IN (SELECT run_id, ordinal "
                        "FROM quality_results WHERE checked_ms < ? ORDER BY checked_ms LIMIT ?)"));
  return remove.Bind(1, ToUnixMillis(time)).Bind(2, kForgottenBesides + static_cast<int64_t>(recorded)).Run();
}

Result<std::vector<StoredResult>> QualityStore::List(const QualityQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          "SELECT run_id, ordinal, transform, table_name, rule, severity, outcome, measured, threshold, "
          "rows_evaluated, failed_rows, message, checked_ms FROM quality_results " +
          Where(query, "ordinal") + " ORDER BY run_id DESC, ordinal LIMIT ?6"));
  select.Bind(1, query.table).Bind(2, query.run_id).Bind(3, query.outcome);
  select.Bind(4, query.after_run).Bind(5, query.after_ordinal).Bind(6, query.limit);
  std::vector<StoredResult> results;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return results;
    results.push_back(FromRow(select));
  }
}

Result<std::vector<TableScore>> QualityStore::Scores(const QualityQuery& query) {
  const auto lock = database_.Lock();
  const std::string where = Where(query, "table_name");
  // Each run has a score at least, so no more runs than scores are looked at.
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT table_name, run_id, transform, max(checked_ms), sum(outcome = 'passed'), "
                        "sum(outcome = 'failed'), sum(outcome = 'error') FROM quality_results " +
                        where + " AND run_id IN (SELECT DISTINCT run_id FROM quality_results " + where +
                        " ORDER BY run_id DESC LIMIT ?6) "
                        "GROUP BY run_id, table_name ORDER BY run_id DESC, table_name LIMIT ?6"));
  select.Bind(1, query.table).Bind(2, query.run_id).Bind(3, query.outcome);
  select.Bind(4, query.after_run).Bind(5, query.after_table).Bind(6, query.limit);
  std::vector<TableScore> scores;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return scores;
    TableScore score{select.Text(0), select.Text(1), select.Text(2), FromUnixMillis(select.Integer(3)), {}};
    score.score = {select.Integer(4), select.Integer(5), select.Integer(6)};
    scores.push_back(std::move(score));
  }
}

}  // namespace tarn::transform
