#include "services/transform/quality/dead_letter_store.h"

#include "common/ids/ulid.h"
#include "services/transform/quality/dead_letter_rows.h"

namespace tarn::transform {

Status DeadLetterStore::Record(const std::vector<DeadLetter>& letters) {
  if (letters.empty()) return Ok();
  return database_.Transact([&]() -> Status {
    for (const DeadLetter& letter : letters) {
      TARN_ASSIGN(auto insert,
                  database_.Prepare("INSERT INTO dead_letters (id, run_id, transform, bucket, key, version, "
                                    "reason, byte_offset, created_ms) "
                                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                    "ON CONFLICT (run_id, bucket, key, version) DO UPDATE SET reason = "
                                    "excluded.reason, byte_offset = excluded.byte_offset"));
      insert.Bind(1, NewUlid()).Bind(2, letter.run_id).Bind(3, letter.transform).Bind(4, letter.bucket);
      insert.Bind(5, letter.key).Bind(6, letter.version).Bind(7, letter.reason).Bind(8, letter.byte_offset);
      insert.Bind(9, ToUnixMillis(Now()));
      TARN_TRY(insert.Run());
    }
    return Ok();
  });
}

Result<std::vector<DeadLetter>> DeadLetterStore::List(const DeadLetterQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kLetterColumns) + LetterConditions(query) +
                                             "AND id > ?6 ORDER BY id LIMIT ?7"));
  BindLetterConditions(select, query);
  select.Bind(6, query.after_id).Bind(7, query.limit);
  std::vector<DeadLetter> letters;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return letters;
    letters.push_back(ReadLetter(select));
  }
}

Result<std::map<LetterState, int64_t>> DeadLetterStore::Count(const DeadLetterQuery& query) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare(
                  "SELECT resolved_ms IS NOT NULL, redrive_run_id IS NOT NULL, count(*) FROM dead_letters " +
                  LetterConditions(query) + "GROUP BY 1, 2"));
  BindLetterConditions(select, query);
  std::map<LetterState, int64_t> counts;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return counts;
    const LetterState unresolved = select.Integer(1) != 0 ? LetterState::kRedriving : LetterState::kOpen;
    counts[select.Integer(0) != 0 ? LetterState::kResolved : unresolved] += select.Integer(2);
  }
}

Result<std::map<std::string, int64_t>> DeadLetterStore::Unresolved() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT transform, count(*) FROM dead_letters WHERE resolved_ms IS NULL "
                                "GROUP BY transform"));
  std::map<std::string, int64_t> counts;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return counts;
    counts[select.Text(0)] = select.Integer(1);
  }
}

Result<DeadLetter> DeadLetterStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kLetterColumns) + "WHERE id = ?"));
  select.Bind(1, id);
  TARN_ASSIGN(const bool found, select.Step());
  if (!found) return Error(Code::kNotFound, "there is no dead letter " + id);
  return ReadLetter(select);
}

Status DeadLetterStore::Resolve(const std::string& id, const char* resolution) {
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE dead_letters SET resolved_ms = ?, resolution = ? WHERE id = ? AND "
                                "resolved_ms IS NULL"));
  return update.Bind(1, ToUnixMillis(Now())).Bind(2, resolution).Bind(3, id).Run();
}

Result<DeadLetter> DeadLetterStore::Acknowledge(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(const DeadLetter letter, Get(id));
  if (letter.state() == LetterState::kRedriving)
    return Error(Code::kConflict, "a run tries the dead letter's object again: " + letter.redrive_run_id);
  TARN_TRY(Resolve(id, "acknowledged"));
  return Get(id);
}

Result<int64_t> DeadLetterStore::AcknowledgeAll(const DeadLetterQuery& query) {
  int64_t acknowledged = 0;
  TARN_TRY(database_.Transact([&]() -> Status {
    DeadLetterQuery open = query;
    open.state = LetterState::kOpen;
    TARN_ASSIGN(const auto letters, List(open));
    for (const DeadLetter& letter : letters) TARN_TRY(Resolve(letter.id, "acknowledged"));
    acknowledged = static_cast<int64_t>(letters.size());
    return Ok();
  }));
  return acknowledged;
}

Status DeadLetterStore::Delete(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(const DeadLetter letter, Get(id));
  if (letter.state() == LetterState::kRedriving)
    return Error(Code::kConflict, "a run tries the dead letter's object again: " + letter.redrive_run_id);
  TARN_ASSIGN(auto remove, database_.Prepare("DELETE FROM dead_letters WHERE id = ?"));
  return remove.Bind(1, id).Run();
}

Status DeadLetterStore::MarkRedriven(const std::string& id, const std::string& run_id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE dead_letters SET redrive_run_id = ? WHERE id = ? AND "
                                             "redrive_run_id IS NULL AND resolved_ms IS NULL"));
  update.Bind(1, run_id).Bind(2, id);
  TARN_TRY(update.Run());
  if (database_.Changes() == 0)
    return Error(Code::kConflict, "the dead letter has been redriven or resolved already: " + id);
  return Ok();
}

Status DeadLetterStore::MarkGone(const std::string& id) { return Resolve(id, "gone"); }

Result<bool> DeadLetterStore::HasUnresolved(const std::string& transform) {
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT 1 FROM dead_letters WHERE transform = ? AND resolved_ms IS NULL "
                                "LIMIT 1"));
  return select.Bind(1, transform).Step();
}

// Versions are ULIDs: a letter of an older version is settled by what became of a newer one, as trying it
// again would take the newer one.
Status DeadLetterStore::Settle(const Run& run, const std::vector<RunInput>& inputs, const RunReport& report) {
  TARN_ASSIGN(const bool has_letters, HasUnresolved(run.transform));
  if (!has_letters) return Ok();
  for (size_t i = 0; i < inputs.size() && i < report.inputs.size(); ++i) {
    const bool published = report.inputs[i] == InputState::kPublished;
    if (!published && report.inputs[i] != InputState::kDead) continue;
    TARN_ASSIGN(auto resolve,
                database_.Prepare(
                    "UPDATE dead_letters SET resolved_ms = ?1, resolution = ?2 WHERE transform = ?3 AND "
                    "bucket = ?4 AND key = ?5 AND version <= ?6 AND resolved_ms IS NULL AND "
                    "(?7 OR run_id <> ?8)"));
    resolve.Bind(1, ToUnixMillis(Now()))
        .Bind(2, published ? "published" : "superseded")
        .Bind(3, run.transform);
    resolve.Bind(4, inputs[i].bucket).Bind(5, inputs[i].key).Bind(6, inputs[i].version);
    TARN_TRY(resolve.Bind(7, published ? 1 : 0).Bind(8, run.id).Run());
  }
  TARN_ASSIGN(auto reopen,
              database_.Prepare("UPDATE dead_letters SET redrive_run_id = NULL WHERE redrive_run_id = ? "
                                "AND resolved_ms IS NULL"));
  return reopen.Bind(1, run.id).Run();
}

}  // namespace tarn::transform
