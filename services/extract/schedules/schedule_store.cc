#include "services/extract/schedules/schedule_store.h"

namespace tarn::extract {
namespace {

constexpr size_t kMaxReasonBytes = 1000;

const std::string kColumns =
    "name, timing, anchor_ms, handled_ms, paused_ms, last_scheduled_for_ms, last_handled_ms, last_outcome, "
    "last_run, "
    "last_reason";

std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column) {
  const auto ms = row.OptionalInteger(column);
  return ms ? std::optional(FromUnixMillis(*ms)) : std::nullopt;
}

ScheduleState ReadState(const sqlite::Statement& row) {
  ScheduleState state;
  state.name = row.Text(0);
  state.timing = row.Text(1);
  state.anchor = FromUnixMillis(row.Integer(2));
  state.handled = FromUnixMillis(row.Integer(3));
  state.paused_at = OptionalTime(row, 4);
  if (const auto scheduled_for = OptionalTime(row, 5)) {
    state.last = LastFiring{*scheduled_for, FromUnixMillis(row.Integer(6)),
                            static_cast<FiringOutcome>(row.Integer(7)), row.Text(8), row.Text(9)};
  }
  return state;
}

Status SaveOne(sqlite::Database& database, const ScheduleState& state) {
  TARN_ASSIGN(auto insert, database.Prepare("INSERT OR REPLACE INTO schedules (" + kColumns +
                                            ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
  insert.Bind(1, state.name).Bind(2, state.timing);
  insert.Bind(3, ToUnixMillis(state.anchor)).Bind(4, ToUnixMillis(state.handled));
  if (state.paused_at)
    insert.Bind(5, ToUnixMillis(*state.paused_at));
  else
    insert.BindNull(5);
  if (!state.last) {
    for (int column = 6; column <= 10; ++column) insert.BindNull(column);
    return insert.Run();
  }
  insert.Bind(6, ToUnixMillis(state.last->scheduled_for)).Bind(7, ToUnixMillis(state.last->handled_at));
  insert.Bind(8, static_cast<int>(state.last->outcome)).Bind(9, state.last->run_id);
  insert.Bind(10, std::string_view(state.last->reason).substr(0, kMaxReasonBytes));
  return insert.Run();
}

}  // namespace

const std::string ScheduleStore::kMigration = R"sql(
  CREATE TABLE schedules (
    name TEXT PRIMARY KEY,
    timing TEXT NOT NULL,
    anchor_ms INTEGER NOT NULL,
    handled_ms INTEGER NOT NULL,
    paused_ms INTEGER,
    last_scheduled_for_ms INTEGER,
    last_handled_ms INTEGER,
    last_outcome INTEGER,
    last_run TEXT,
    last_reason TEXT
  ) STRICT, WITHOUT ROWID;
)sql";

const char* FiringOutcomeName(FiringOutcome outcome) {
  switch (outcome) {
    case FiringOutcome::kStarted:
      return "started";
    case FiringOutcome::kSkipped:
      return "skipped";
    case FiringOutcome::kFailed:
      return "failed";
  }
  return "";
}

Result<std::vector<ScheduleState>> ScheduleStore::LoadAll() {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare("SELECT " + kColumns + " FROM schedules"));
  std::vector<ScheduleState> states;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return states;
    states.push_back(ReadState(select));
  }
}

Status ScheduleStore::Save(const std::vector<ScheduleState>& states) {
  if (states.empty()) return Ok();
  return database_.Transact([&]() -> Status {
    for (const ScheduleState& state : states) TARN_TRY(SaveOne(database_, state));
    return Ok();
  });
}

}  // namespace tarn::extract
