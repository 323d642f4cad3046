#include "services/transform/runs/bookmark_store.h"

#include <string_view>

namespace tarn::transform {
namespace {

constexpr const char* kInsert =
    "INSERT INTO bookmarks (transform, bucket, key, version, epoch, state, run_id, size_bytes, "
    "last_modified_ms, "
    "seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (transform, bucket, key, version) DO UPDATE "
    "SET "
    "epoch = excluded.epoch, state = excluded.state, run_id = excluded.run_id, seen_ms = excluded.seen_ms ";

// Each of these states has a partial index. Left alone, SQLite would rather look through all of a transform.
std::string UnfinishedRows(InputState state) {
  const std::string name = InputStateName(state);
  return "SELECT bucket, key, version, size_bytes, last_modified_ms, state, seen_ms FROM bookmarks INDEXED "
         "BY "
         "bookmarks_" +
         name + " WHERE state = '" + name + "' AND transform = ?1 AND epoch = ?2 ";
}

void BindVersion(sqlite::Statement& statement, const std::string& transform, const RunInput& input) {
  statement.Bind(1, transform).Bind(2, input.bucket).Bind(3, input.key).Bind(4, input.version);
}

void BindInsert(sqlite::Statement& insert, const std::string& transform, int64_t epoch, const RunInput& input,
                InputState state, const std::string& run_id) {
  BindVersion(insert, transform, input);
  insert.Bind(5, epoch).Bind(6, InputStateName(state)).Bind(7, run_id);
  insert.Bind(8, static_cast<int64_t>(input.size_bytes)).Bind(9, ToUnixMillis(input.last_modified));
  insert.Bind(10, ToUnixMillis(Now()));
}

RunInput ReadInput(const sqlite::Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Text(2),
          static_cast<uint64_t>(row.Integer(3)),
          FromUnixMillis(row.Integer(4)),
          ParseInputState(row.Text(5))};
}

}  // namespace

Result<bool> BookmarkStore::Note(const std::string& transform, int64_t epoch, const RunInput& input,
                                 InputState state, const std::string& run_id) {
  static const std::string sql = std::string(kInsert) + "WHERE bookmarks.epoch < excluded.epoch";
  TARN_ASSIGN(auto insert, database_.Prepare(sql));
  BindInsert(insert, transform, epoch, input, state, run_id);
  TARN_TRY(insert.Run());
  return database_.Changes() > 0;
}

Status BookmarkStore::Claim(const std::string& transform, int64_t epoch, const RunInput& input,
                            const std::string& run_id) {
  static const std::string sql =
      std::string(kInsert) +
      "WHERE bookmarks.epoch < excluded.epoch OR bookmarks.state IN ('waiting', 'skipped', "
      "'dead')";
  TARN_ASSIGN(auto insert, database_.Prepare(sql));
  BindInsert(insert, transform, epoch, input, InputState::kPlanned, run_id);
  return insert.Run();
}

Status BookmarkStore::Settle(const std::string& transform, int64_t epoch, const RunInput& input,
                             InputState state, const std::string& run_id) {
  const bool published = state == InputState::kPublished;
  TARN_ASSIGN(
      auto update,
      database_.Prepare(
          published ? "UPDATE bookmarks SET state = ?6, run_id = ?7 WHERE transform = ?1 AND bucket = "
                      "?2 AND key = ?3 AND version = ?4 AND epoch = ?5"
                    : "UPDATE bookmarks SET state = ?6 WHERE transform = ?1 AND bucket = ?2 AND key = "
                      "?3 AND version = ?4 AND epoch = ?5 AND run_id = ?7 AND state = 'planned'"));
  BindVersion(update, transform, input);
  return update.Bind(5, epoch).Bind(6, InputStateName(state)).Bind(7, run_id).Run();
}

Status BookmarkStore::Disown(const std::string& transform, int64_t epoch, const std::string& run_id) {
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE bookmarks INDEXED BY bookmarks_waiting SET run_id = '' WHERE "
                                "state = 'waiting' AND transform = ? AND epoch = ? AND run_id = ?"));
  return update.Bind(1, transform).Bind(2, epoch).Bind(3, run_id).Run();
}

Result<bool> BookmarkStore::IsPublished(const std::string& transform, int64_t epoch, const RunInput& input) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT 1 FROM bookmarks WHERE transform = ? AND bucket = ? AND key = ? "
                                "AND version = ? AND epoch = ? AND state = 'published'"));
  BindVersion(select, transform, input);
  return select.Bind(5, epoch).Step();
}

Result<std::vector<RunInput>> BookmarkStore::ListWaiting(const std::string& transform, int64_t epoch,
                                                         Waiting which, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(UnfinishedRows(InputState::kWaiting) +
                                             "AND (run_id = '' OR ?3 = 0) ORDER BY seen_ms LIMIT ?4"));
  select.Bind(1, transform).Bind(2, epoch).Bind(3, which == Waiting::kNeverTaken ? 1 : 0).Bind(4, limit);
  std::vector<RunInput> waiting;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return waiting;
    waiting.push_back(ReadInput(select));
  }
}

Result<std::map<InputState, int64_t>> BookmarkStore::Counts(const std::string& transform, int64_t epoch) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT state, count FROM bookmark_counts WHERE transform = ? AND epoch = "
                                "? AND count > 0"));
  select.Bind(1, transform).Bind(2, epoch);
  std::map<InputState, int64_t> counts;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return counts;
    counts[ParseInputState(select.Text(0))] = select.Integer(1);
  }
}

Result<std::optional<BookmarkStore::Unfinished>> BookmarkStore::Oldest(const std::string& transform,
                                                                       int64_t epoch, InputState state) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(UnfinishedRows(state) + "ORDER BY seen_ms LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform).Bind(2, epoch).Step());
  if (!found) return std::optional<Unfinished>();
  return std::optional(Unfinished{ReadInput(select), FromUnixMillis(select.Integer(6))});
}

}  // namespace tarn::transform
