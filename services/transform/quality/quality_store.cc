#include "services/transform/quality/quality_store.h"

namespace tarn::transform {
namespace {

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
  return Ok();
}

Result<std::vector<StoredResult>> QualityStore::List(const QualityQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          "SELECT run_id, ordinal, transform, table_name, rule, severity, outcome, measured, threshold, "
          "rows_evaluated, failed_rows, message, checked_ms FROM quality_results "
          "WHERE (?1 = '' OR table_name = ?1) AND (?2 = '' OR run_id = ?2) AND (?3 = '' OR outcome = ?3) "
          "AND (?4 = '' OR run_id < ?4 OR (run_id = ?4 AND ordinal > ?5)) ORDER BY run_id DESC, ordinal "
          "LIMIT ?6"));
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
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          "SELECT table_name, run_id, transform, max(checked_ms), sum(outcome = 'passed'), sum(outcome = "
          "'failed'), "
          "sum(outcome = 'error') FROM quality_results WHERE (?1 = '' OR table_name = ?1) "
          "AND (?2 = '' OR run_id = ?2) AND (?3 = '' OR run_id < ?3 OR (run_id = ?3 AND table_name > ?4)) "
          "GROUP BY run_id, table_name ORDER BY run_id DESC, table_name LIMIT ?5"));
  select.Bind(1, query.table).Bind(2, query.run_id).Bind(3, query.after_run).Bind(4, query.after_table);
  select.Bind(5, query.limit);
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
