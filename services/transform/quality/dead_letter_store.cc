#include "services/transform/quality/dead_letter_store.h"

#include "common/ids/ulid.h"

namespace tarn::transform {
namespace {

constexpr const char* kColumns =
    "SELECT id, run_id, transform, bucket, key, version, reason, byte_offset, created_ms, redrive_run_id "
    "FROM dead_letters ";

DeadLetter FromRow(const sqlite::Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Text(2),
          row.Text(3),
          row.Text(4),
          row.Text(5),
          row.Text(6),
          row.OptionalInteger(7),
          FromUnixMillis(row.Integer(8)),
          row.Text(9)};
}

}  // namespace

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
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          std::string(kColumns) +
          "WHERE id > ?1 AND (?2 = '' OR transform = ?2) AND (?3 = '' OR run_id = ?3) ORDER BY id LIMIT ?4"));
  select.Bind(1, query.after_id).Bind(2, query.transform).Bind(3, query.run_id).Bind(4, query.limit);
  std::vector<DeadLetter> letters;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return letters;
    letters.push_back(FromRow(select));
  }
}

Result<DeadLetter> DeadLetterStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(std::string(kColumns) + "WHERE id = ?"));
  select.Bind(1, id);
  TARN_ASSIGN(const bool found, select.Step());
  if (!found) return Error(Code::kNotFound, "there is no dead letter " + id);
  return FromRow(select);
}

Status DeadLetterStore::MarkRedriven(const std::string& id, const std::string& run_id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update,
              database_.Prepare(
                  "UPDATE dead_letters SET redrive_run_id = ? WHERE id = ? AND redrive_run_id IS NULL"));
  update.Bind(1, run_id).Bind(2, id);
  TARN_TRY(update.Run());
  if (database_.Changes() == 0)
    return Error(Code::kConflict, "the dead letter has been redriven already: " + id);
  return Ok();
}

}  // namespace tarn::transform
