#include "services/extract/runs/run_row.h"

#include <map>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract {
namespace {

const std::string kColumns =
    "id, source, trigger, overrides, state, cancel_requested, progress, counts, interruptions, pauses, "
    "created_at, started_at, finished_at, not_before, error_code, error_detail, error_where, traceparent, "
    "scheduled_for, window_from, window_to, backfill_id, side_by_side, problems, definition, start_cursor";

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

}  // namespace

const std::string& RunColumns() { return kColumns; }

std::optional<Timestamp> OptionalTime(const sqlite::Statement& row, int column) {
  const auto millis = row.OptionalInteger(column);
  return millis ? std::optional(FromUnixMillis(*millis)) : std::nullopt;
}

std::optional<int64_t> OptionalMillis(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

std::string DumpProblems(const std::vector<Error>& problems) {
  auto list = nlohmann::json::array();
  for (const Error& problem : problems) {
    list.push_back({static_cast<int64_t>(problem.code()), problem.message(), problem.where()});
  }
  return json::Dump(list);
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

Result<std::vector<Run>> ReadRuns(sqlite::Statement& select) {
  std::vector<Run> runs;
  for (;;) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return runs;
    runs.push_back(ReadRun(select));
  }
}

}  // namespace tarn::extract
