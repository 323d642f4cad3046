#include "services/transform/runs/retention.h"

#include <string>
#include <vector>

namespace tarn::transform {
namespace {

Result<std::vector<std::string>> EndedRuns(sqlite::Database& database, Timestamp cutoff, int64_t limit) {
  TARN_ASSIGN(auto select,
              database.Prepare("SELECT id FROM runs WHERE finished_ms IS NOT NULL AND finished_ms < ? "
                               "ORDER BY finished_ms LIMIT ?"));
  select.Bind(1, ToUnixMillis(cutoff)).Bind(2, limit);
  std::vector<std::string> ids;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return ids;
    ids.push_back(select.Text(0));
  }
}

// Returns how many rows went.
Result<int64_t> DeleteOf(sqlite::Database& database, const char* sql, const std::string& run_id,
                         int64_t limit) {
  TARN_ASSIGN(auto remove, database.Prepare(sql));
  TARN_TRY(remove.Bind(1, run_id).Bind(2, limit).Run());
  return database.Changes();
}

}  // namespace

Result<bool> Retention::PruneStep(Timestamp cutoff) {
  int64_t removed = 0;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(removed, PruneRuns(cutoff, kStep));
    if (removed >= kStep) return Ok();
    TARN_ASSIGN(const int64_t letters, PruneLetters(cutoff, kStep - removed));
    removed += letters;
    return Ok();
  }));
  return removed > 0;
}

// A run goes last, when nothing refers to it any more.
Result<int64_t> Retention::PruneRuns(Timestamp cutoff, int64_t budget) {
  TARN_ASSIGN(const auto ids, EndedRuns(database_, cutoff, budget));
  int64_t removed = 0;
  for (const std::string& id : ids) {
    for (const char* sql :
         {"DELETE FROM run_inputs WHERE run_id = ?1 AND ordinal IN (SELECT ordinal FROM run_inputs "
          "WHERE run_id = ?1 LIMIT ?2)",
          "DELETE FROM quality_results WHERE run_id = ?1 AND ordinal IN (SELECT ordinal FROM "
          "quality_results WHERE run_id = ?1 LIMIT ?2)",
          "DELETE FROM runs WHERE id = ?1 AND ?2 > 0"}) {
      TARN_ASSIGN(const int64_t rows, DeleteOf(database_, sql, id, budget - removed));
      removed += rows;
      if (removed >= budget) return removed;
    }
  }
  return removed;
}

Result<int64_t> Retention::PruneLetters(Timestamp cutoff, int64_t budget) {
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE "
                                "resolved_ms IS NOT NULL AND resolved_ms < ? LIMIT ?)"));
  TARN_TRY(remove.Bind(1, ToUnixMillis(cutoff)).Bind(2, budget).Run());
  return database_.Changes();
}

}  // namespace tarn::transform
