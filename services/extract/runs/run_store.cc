#include "services/extract/runs/run_store.h"

#include <nlohmann/json.hpp>

#include "common/ids/ulid.h"
#include "common/json/json.h"
#include "services/extract/runs/run_row.h"

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

Error NoSuchRun(const std::string& id) { return Error(Code::kNotFound, "there is no run " + id); }

}  // namespace

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
              database_.Prepare("SELECT " + RunColumns() +
                                " FROM runs WHERE source = ? AND scheduled_for = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, source).Bind(2, ToUnixMillis(scheduled_for)).Step());
  return found ? std::optional(ReadRun(select)) : std::nullopt;
}

Result<std::vector<Run>> RunStore::Unfinished(const std::string& source) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + RunColumns() +
                                             " FROM runs WHERE state IN ('queued', 'running') "
                                             "AND source = ? AND backfill_id = '' ORDER BY id LIMIT 1000"));
  return ReadRuns(select.Bind(1, source));
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
  insert.Bind(5, ToUnixMillis(run.created_at)).Bind(6, run.traceparent);
  insert.Bind(7, OptionalMillis(run.scheduled_for));
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
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + RunColumns() + " FROM runs WHERE id = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
  if (!found) return NoSuchRun(id);
  return ReadRun(select);
}

Result<std::vector<Run>> RunStore::List(const ListRequest& request) {
  const auto lock = database_.Lock();
  std::string sql = "SELECT " + RunColumns() + " FROM runs WHERE (?1 = '' OR id < ?1)";
  if (!request.source.empty()) sql += " AND source = ?2";
  if (request.state) sql += " AND state = ?3";
  if (!request.backfill_id.empty()) sql += " AND backfill_id = ?4";
  TARN_ASSIGN(auto select,
              database_.Prepare(sql + " ORDER BY id DESC LIMIT " + std::to_string(request.limit)));
  select.Bind(1, request.after);
  if (!request.source.empty()) select.Bind(2, request.source);
  if (request.state) select.Bind(3, RunStateName(*request.state));
  if (!request.backfill_id.empty()) select.Bind(4, request.backfill_id);
  return ReadRuns(select);
}

Result<std::optional<Run>> RunStore::Claim(Timestamp now) {
  std::optional<Run> claimed;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto select, database_.Prepare("SELECT " + RunColumns() + kClaimable));
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
    update.Bind(4, run.pauses).Bind(5, OptionalMillis(run.finished_at));
    update.Bind(6, OptionalMillis(run.not_before));
    if (run.error) {
      update.Bind(7, static_cast<int64_t>(run.error->code()))
          .Bind(8, run.error->message())
          .Bind(9, run.error->where());
    } else {
      update.BindNull(7).BindNull(8).BindNull(9);
    }
    TARN_TRY(update.Bind(10, DumpProblems(run.problems)).Bind(11, run.id).Run());
    if (cursor) TARN_TRY(states_.SaveCursor(run.source, *cursor));
    TARN_ASSIGN(auto cancel, database_.Prepare("UPDATE runs SET state = 'cancelled', finished_at = ? "
                                               "WHERE id = ? AND state = 'queued' AND cancel_requested = 1"));
    return cancel.Bind(1, ToUnixMillis(Now())).Bind(2, run.id).Run();
  });
}

Status RunStore::AddObjects(const Run& run, const std::vector<RunObject>& objects) {
  return database_.Transact([&]() -> Status {
    TARN_ASSIGN(const int64_t added, objects_.Add(run.id, objects));
    if (added > 0) {
      TARN_ASSIGN(auto alive,
                  database_.Prepare("UPDATE runs SET interruptions = 0, pauses = 0 WHERE id = ?"));
      TARN_TRY(alive.Bind(1, run.id).Run());
    }
    return SaveProgress(run);
  });
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
    update.Bind(1, RunStateName(run.state)).Bind(2, OptionalMillis(run.finished_at));
    TARN_TRY(update.Bind(3, OptionalMillis(run.not_before)).Bind(4, id).Run());
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
    return states_.SaveCursor(source, "");
  });
}

}  // namespace tarn::extract
