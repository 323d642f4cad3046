#include "services/extract/runs/run_store.h"

#include <nlohmann/json.hpp>

#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::extract {
namespace {

constexpr int64_t kMaxInterruptions = 10;

/// Who waits for longer waits because a clock was wrong.
constexpr std::chrono::hours kLongestPause(25);

/// A run that was begun and put off is first in its source, as others would move the cursor under it.
const std::string kClaimable = R"sql(
  FROM runs LEFT JOIN (SELECT source AS busy_source, count(*) AS at_work FROM runs WHERE state = 'running' GROUP BY source)
    ON busy_source = source
  WHERE state = 'queued' AND (not_before IS NULL OR not_before <= ?1 OR not_before > ?2)
    AND (side_by_side = 1 OR (
      source NOT IN (SELECT source FROM runs WHERE state = 'running' AND side_by_side = 0)
      AND (started_at IS NOT NULL OR source NOT IN (
        SELECT source FROM runs WHERE state = 'queued' AND side_by_side = 0 AND started_at IS NOT NULL))))
  ORDER BY coalesce(at_work, 0), id LIMIT 1)sql";

const std::string kColumns =
    "id, source, trigger, overrides, state, cancel_requested, progress, counts, interruptions, pauses, "
    "created_at, started_at, finished_at, not_before, error_code, error_detail, error_where, traceparent, "
    "scheduled_for, window_from, window_to, backfill_id, side_by_side, problems, definition, start_cursor";

std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column) {
  const auto millis = row.OptionalInteger(column);
  return millis ? std::optional(FromUnixMillis(*millis)) : std::nullopt;
}

std::optional<int64_t> Millis(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

std::map<std::string, int64_t> ReadCounts(const std::string& text) {
  std::map<std::string, int64_t> counts;
  const auto object = json::Parse(text);
  if (!object.ok() || !object->is_object()) return counts;
  for (const auto& [name, value] : object->items()) {
    if (value.is_number_integer()) counts[name] = value.get<int64_t>();
  }
  return counts;
}

std::optional<Error> ReadError(const sqlite::Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return Error(static_cast<Code>(row.Integer(column)), row.Text(column + 1)).At(row.Text(column + 2));
}

std::string DumpProblems(const std::vector<Error>& problems) {
  auto list = nlohmann::json::array();
  for (const Error& problem : problems) {
    list.push_back({static_cast<int64_t>(problem.code()), problem.message(), problem.where()});
  }
  return json::Dump(list);
}

std::vector<Error> ReadProblems(const std::string& text) {
  std::vector<Error> problems;
  const auto list = json::Parse(text);
  if (!list.ok() || !list->is_array()) return problems;
  for (const auto& problem : *list) {
    problems.push_back(
        Error(static_cast<Code>(problem.at(0).get<int64_t>()), problem.at(1).get<std::string>())
            .At(problem.at(2).get<std::string>()));
  }
  return problems;
}

Run ReadRun(const sqlite::Statement& row) {
  Run run;
  run.id = row.Text(0);
  run.source = row.Text(1);
  run.trigger = row.Text(2);
  run.overrides = row.Text(3);
  run.state = ParseRunState(row.Text(4)).value_or(RunState::kFailed);
  run.cancel_requested = row.Integer(5) != 0;
  run.progress = row.Real(6);
  run.counts = ReadCounts(row.Text(7));
  run.interruptions = row.Integer(8);
  run.pauses = row.Integer(9);
  run.created_at = FromUnixMillis(row.Integer(10));
  run.started_at = OptionalTime(row, 11);
  run.finished_at = OptionalTime(row, 12);
  run.not_before = OptionalTime(row, 13);
  run.error = ReadError(row, 14);
  run.traceparent = row.Text(17);
  run.scheduled_for = OptionalTime(row, 18);
  const auto from = OptionalTime(row, 19), to = OptionalTime(row, 20);
  if (from && to) run.window = RunWindow{*from, *to};
  run.backfill_id = row.Text(21);
  run.side_by_side = row.Integer(22) != 0;
  run.problems = ReadProblems(row.Text(23));
  run.definition = row.Text(24);
  run.start_cursor = row.Text(25);
  return run;
}

Result<std::vector<Run>> ReadAll(sqlite::Statement& select) {
  std::vector<Run> runs;
  for (;;) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return runs;
    runs.push_back(ReadRun(select));
  }
}

Error NoSuchRun(const std::string& id) { return Error(Code::kNotFound, "there is no run " + id); }

}  // namespace

const std::string RunStore::kMigration = R"sql(
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    trigger TEXT NOT NULL,
    overrides TEXT NOT NULL,
    state TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}',
    interruptions INTEGER NOT NULL DEFAULT 0,
    pauses INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    not_before INTEGER,
    error_code INTEGER,
    error_detail TEXT,
    error_where TEXT,
    traceparent TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX runs_by_source ON runs (source, id);
  CREATE INDEX runs_by_state ON runs (state, id);
  CREATE TABLE run_objects (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    bucket TEXT NOT NULL,
    records INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    manifest INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
  ) WITHOUT ROWID;
  CREATE TABLE source_states (
    source TEXT PRIMARY KEY,
    state TEXT NOT NULL
  ) WITHOUT ROWID;
)sql";

const std::string RunStore::kSecondMigration = R"sql(
  ALTER TABLE runs ADD COLUMN scheduled_for INTEGER;
  ALTER TABLE runs ADD COLUMN window_from INTEGER;
  ALTER TABLE runs ADD COLUMN window_to INTEGER;
  ALTER TABLE runs ADD COLUMN backfill_id TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN side_by_side INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN problems TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE runs ADD COLUMN definition TEXT NOT NULL DEFAULT '';
  ALTER TABLE runs ADD COLUMN start_cursor TEXT NOT NULL DEFAULT '';
  CREATE UNIQUE INDEX runs_by_firing ON runs (source, scheduled_for) WHERE scheduled_for IS NOT NULL;
  CREATE INDEX runs_by_backfill ON runs (backfill_id, id) WHERE backfill_id <> '';
  CREATE INDEX runs_by_end ON runs (finished_at) WHERE finished_at IS NOT NULL;
  ALTER TABLE run_objects ADD COLUMN request TEXT NOT NULL DEFAULT '';
  ALTER TABLE source_states RENAME COLUMN state TO notes;
  ALTER TABLE source_states ADD COLUMN cursor TEXT NOT NULL DEFAULT '';
)sql";

Result<std::vector<Run>> RunStore::Create(const std::vector<NewRun>& wanted, int64_t max_queued) {
  std::vector<Run> created;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto count, database_.Prepare("SELECT count(*) FROM runs WHERE state = 'queued' AND "
                                              "(backfill_id = '') = ?"));
    TARN_TRY(count.Bind(1, wanted.front().backfill_id.empty() ? 1 : 0).Step());
    if (count.Integer(0) + static_cast<int64_t>(wanted.size()) > max_queued) {
      return Error(Code::kResourceExhausted, "too many runs are waiting already; try again later");
    }
    for (const NewRun& run : wanted) {
      std::optional<Run> before;
      if (run.scheduled_for) {
        TARN_ASSIGN(before, OfFiring(run.source, *run.scheduled_for));
      }
      if (!before) {
        TARN_ASSIGN(before, Insert(run));
      }
      created.push_back(*std::move(before));
    }
    return Ok();
  }));
  return created;
}

Result<std::optional<Run>> RunStore::OfFiring(const std::string& source, Timestamp scheduled_for) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT " + kColumns + " FROM runs WHERE source = ? AND scheduled_for = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, source).Bind(2, ToUnixMillis(scheduled_for)).Step());
  return found ? std::optional(ReadRun(select)) : std::nullopt;
}

Result<std::vector<Run>> RunStore::Unfinished(const std::string& source) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns +
                                             " FROM runs WHERE state IN ('queued', 'running') "
                                             "AND source = ? AND backfill_id = '' ORDER BY id LIMIT 1000"));
  return ReadAll(select.Bind(1, source));
}

Result<Run> RunStore::Insert(const NewRun& new_run) {
  Run run;
  run.id = NewUlid();
  run.source = new_run.source;
  run.trigger = new_run.trigger;
  run.overrides = new_run.overrides;
  run.created_at = Now();
  run.traceparent = new_run.traceparent;
  run.scheduled_for = new_run.scheduled_for;
  run.window = new_run.window;
  run.backfill_id = new_run.backfill_id;
  run.side_by_side = new_run.side_by_side;
  TARN_ASSIGN(
      auto insert,
      database_.Prepare("INSERT INTO runs (id, source, trigger, overrides, state, created_at, traceparent, "
                        "scheduled_for, window_from, window_to, backfill_id, side_by_side) "
                        "VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, run.id).Bind(2, run.source).Bind(3, run.trigger).Bind(4, run.overrides);
  insert.Bind(5, ToUnixMillis(run.created_at)).Bind(6, run.traceparent).Bind(7, Millis(run.scheduled_for));
  if (run.window) {
    insert.Bind(8, ToUnixMillis(run.window->from)).Bind(9, ToUnixMillis(run.window->to));
  } else {
    insert.BindNull(8).BindNull(9);
  }
  TARN_TRY(insert.Bind(10, run.backfill_id).Bind(11, run.side_by_side ? 1 : 0).Run());
  return run;
}

Result<Run> RunStore::Get(const std::string& id) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns + " FROM runs WHERE id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return NoSuchRun(id);
  return ReadRun(select);
}

Result<std::vector<Run>> RunStore::List(const ListRequest& request) {
  const auto lock = database_.Lock();
  std::string sql = "SELECT " + kColumns + " FROM runs WHERE (?1 = '' OR id < ?1)";
  if (!request.source.empty()) sql += " AND source = ?2";
  if (request.state) sql += " AND state = ?3";
  if (!request.backfill_id.empty()) sql += " AND backfill_id = ?4";
  TARN_ASSIGN(auto select,
              database_.Prepare(sql + " ORDER BY id DESC LIMIT " + std::to_string(request.limit)));
  select.Bind(1, request.after);
  if (!request.source.empty()) select.Bind(2, request.source);
  if (request.state) select.Bind(3, RunStateName(*request.state));
  if (!request.backfill_id.empty()) select.Bind(4, request.backfill_id);
  return ReadAll(select);
}

Result<std::optional<Run>> RunStore::Claim(Timestamp now) {
  std::optional<Run> claimed;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns + kClaimable));
    select.Bind(1, ToUnixMillis(now)).Bind(2, ToUnixMillis(now + kLongestPause));
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return Ok();
    Run run = ReadRun(select);
    run.state = RunState::kRunning;
    run.not_before.reset();
    run.error.reset();
    if (!run.started_at) run.started_at = now;
    TARN_ASSIGN(auto update,
                database_.Prepare("UPDATE runs SET state = 'running', started_at = ?, not_before = NULL, "
                                  "error_code = NULL WHERE id = ?"));
    TARN_TRY(update.Bind(1, ToUnixMillis(*run.started_at)).Bind(2, run.id).Run());
    claimed = std::move(run);
    return Ok();
  }));
  return claimed;
}

Result<std::optional<Timestamp>> RunStore::NextStart(Timestamp now) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(
                               "SELECT min(not_before) FROM runs WHERE state = 'queued' AND not_before > ?"));
  TARN_TRY(select.Bind(1, ToUnixMillis(now)).Step());
  return OptionalTime(select, 0);
}

Status RunStore::Pin(const Run& run) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE runs SET definition = ?, start_cursor = ? WHERE id = ?"));
  return update.Bind(1, run.definition).Bind(2, run.start_cursor).Bind(3, run.id).Run();
}

Status RunStore::SaveProgress(const Run& run) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto update, database_.Prepare("UPDATE runs SET progress = ?, counts = ? WHERE id = ?"));
  return update.Bind(1, run.progress).Bind(2, json::Dump(run.counts)).Bind(3, run.id).Run();
}

Status RunStore::SaveState(const Run& run, const std::optional<std::string>& cursor) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(
        auto update,
        database_.Prepare(
            "UPDATE runs SET state = ?, progress = ?, counts = ?, pauses = ?, finished_at = ?, "
            "not_before = ?, error_code = ?, error_detail = ?, error_where = ?, problems = ? WHERE id = ?"));
    update.Bind(1, RunStateName(run.state)).Bind(2, run.progress).Bind(3, json::Dump(run.counts));
    update.Bind(4, run.pauses).Bind(5, Millis(run.finished_at)).Bind(6, Millis(run.not_before));
    if (run.error) {
      update.Bind(7, static_cast<int64_t>(run.error->code()))
          .Bind(8, run.error->message())
          .Bind(9, run.error->where());
    } else {
      update.BindNull(7).BindNull(8).BindNull(9);
    }
    TARN_TRY(update.Bind(10, DumpProblems(run.problems)).Bind(11, run.id).Run());
    if (cursor) TARN_TRY(SaveCursor(run.source, *cursor));
    TARN_ASSIGN(auto cancel, database_.Prepare("UPDATE runs SET state = 'cancelled', finished_at = ? "
                                               "WHERE id = ? AND state = 'queued' AND cancel_requested = 1"));
    return cancel.Bind(1, ToUnixMillis(Now())).Bind(2, run.id).Run();
  });
}

Status RunStore::AddObjects(const Run& run, const std::vector<RunObject>& objects) {
  return database_.Transact([&]() -> Status {
    int64_t added = 0;
    for (const RunObject& object : objects) {
      TARN_ASSIGN(auto insert,
                  database_.Prepare("INSERT OR IGNORE INTO run_objects (run_id, key, bucket, records, bytes, "
                                    "etag, manifest, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
      insert.Bind(1, run.id)
          .Bind(2, object.key)
          .Bind(3, object.bucket)
          .Bind(4, object.records)
          .Bind(5, object.bytes);
      TARN_TRY(insert.Bind(6, object.etag).Bind(7, object.manifest ? 1 : 0).Bind(8, object.request).Run());
      added += database_.Changes();
    }
    if (added > 0) {
      TARN_ASSIGN(auto alive,
                  database_.Prepare("UPDATE runs SET interruptions = 0, pauses = 0 WHERE id = ?"));
      TARN_TRY(alive.Bind(1, run.id).Run());
    }
    return SaveProgress(run);
  });
}

Result<std::vector<RunObject>> RunStore::ListObjects(const std::string& run_id, const std::string& prefix,
                                                     const std::string& after, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          "SELECT bucket, key, records, bytes, etag, manifest, request FROM run_objects WHERE run_id = ?1 "
          "AND key > ?2 AND key >= ?3 AND key < ?4 ORDER BY key LIMIT ?5"));
  // No UTF-8 has the byte 0xff: this is behind every key with the prefix.
  select.Bind(1, run_id).Bind(2, after).Bind(3, prefix).Bind(4, prefix + '\xff').Bind(5, limit);
  std::vector<RunObject> objects;
  for (;;) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.push_back({select.Text(0), select.Text(1), select.Integer(2), select.Integer(3), select.Text(4),
                       select.Integer(5) != 0, select.Text(6)});
  }
}

Result<Run> RunStore::RequestCancel(const std::string& id) {
  std::optional<Run> result;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(Run run, Get(id));
    if (IsFinal(run.state)) {
      return Error(Code::kConflict, "the run has ended already: " + std::string(RunStateName(run.state)));
    }
    run.cancel_requested = true;
    if (run.state == RunState::kQueued) {
      run.state = RunState::kCancelled;
      run.finished_at = Now();
      run.not_before.reset();
    }
    TARN_ASSIGN(auto update,
                database_.Prepare("UPDATE runs SET cancel_requested = 1, state = ?, finished_at = ?, "
                                  "not_before = ? WHERE id = ?"));
    update.Bind(1, RunStateName(run.state)).Bind(2, Millis(run.finished_at)).Bind(3, Millis(run.not_before));
    TARN_TRY(update.Bind(4, id).Run());
    result = std::move(run);
    return Ok();
  }));
  return *std::move(result);
}

Result<int64_t> RunStore::RecoverInterrupted() {
  int64_t recovered = 0;
  TARN_TRY(database_.Transact([&]() -> Status {
    const std::string now = std::to_string(ToUnixMillis(Now()));
    TARN_TRY(database_.Execute("UPDATE runs SET state = 'cancelled', finished_at = " + now +
                               " WHERE state = 'running' AND cancel_requested = 1"));
    TARN_TRY(database_.Execute("UPDATE runs SET state = 'failed', finished_at = " + now +
                               ", error_code = " + std::to_string(static_cast<int>(Code::kInternal)) +
                               ", error_detail = 'the process died in this run too often', error_where = '' "
                               "WHERE state = 'running' AND interruptions >= " +
                               std::to_string(kMaxInterruptions)));
    TARN_TRY(database_.Execute(
        "UPDATE runs SET state = 'queued', interruptions = interruptions + 1 WHERE state = 'running'"));
    recovered = database_.Changes();
    return Ok();
  }));
  return recovered;
}

Result<int64_t> RunStore::Prune(Timestamp before, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE finished_at < ? "
                                "ORDER BY finished_at LIMIT ?)"));
  TARN_TRY(remove.Bind(1, ToUnixMillis(before)).Bind(2, limit).Run());
  return database_.Changes();
}

Result<std::string> RunStore::LoadText(const char* sql, const std::string& source) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  TARN_ASSIGN(const bool found, select.Bind(1, source).Step());
  return found ? select.Text(0) : std::string();
}

Result<std::string> RunStore::LoadCursor(const std::string& source) {
  return LoadText("SELECT cursor FROM source_states WHERE source = ?", source);
}

Result<std::string> RunStore::LoadNotes(const std::string& source) {
  return LoadText("SELECT notes FROM source_states WHERE source = ?", source);
}

Status RunStore::SaveNotes(const std::string& source, const std::string& notes) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert, database_.Prepare("INSERT INTO source_states (source, notes) VALUES (?1, ?2) "
                                             "ON CONFLICT (source) DO UPDATE SET notes = ?2"));
  return upsert.Bind(1, source).Bind(2, notes).Run();
}

Status RunStore::ResetCursor(const std::string& source) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto busy, database_.Prepare(
                               "SELECT 1 FROM runs WHERE source = ? AND state IN ('queued', 'running') AND "
                               "started_at IS NOT NULL AND window_from IS NULL LIMIT 1"));
    TARN_ASSIGN(const bool found, busy.Bind(1, source).Step());
    if (found) {
      return Error(Code::kConflict,
                   "a run of this source is under way, and its end would set the cursor again; wait for it "
                   "or cancel it");
    }
    return SaveCursor(source, "");
  });
}

Status RunStore::SaveCursor(const std::string& source, const std::string& cursor) {
  TARN_ASSIGN(auto upsert,
              database_.Prepare("INSERT INTO source_states (source, notes, cursor) VALUES (?1, '', ?2) "
                                "ON CONFLICT (source) DO UPDATE SET cursor = ?2"));
  return upsert.Bind(1, source).Bind(2, cursor).Run();
}

}  // namespace tarn::extract
