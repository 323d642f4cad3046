#include "tests/unit/services/extract/schedules/schedule_lab.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message());
  return *std::move(result);
}
void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error().message());
}

}  // namespace

Result<std::optional<std::string>> RunLedger::Find(const std::string& source, Timestamp scheduled_for) {
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].source == source && runs[i].scheduled_for == scheduled_for) {
      return std::optional("run-" + std::to_string(i));
    }
  }
  return std::optional<std::string>();
}

Result<std::string> RunLedger::Start(const std::string& source, Timestamp scheduled_for,
                                     schedule::Overlap overlap) {
  TARN_ASSIGN(const auto before, Find(source, scheduled_for));
  if (before) return *before;
  if (failure && starts_until_failure-- <= 0) return *failure;
  runs.push_back({source, scheduled_for, overlap, finish_at_once, false});
  return "run-" + std::to_string(runs.size() - 1);
}

Result<int64_t> RunLedger::CountUnfinished(const std::string& source) {
  return std::count_if(runs.begin(), runs.end(),
                       [&](const LedgerRun& run) { return run.source == source && !run.finished; });
}

Status RunLedger::CancelUnfinished(const std::string& source) {
  for (LedgerRun& run : runs) {
    if (run.source == source && !run.finished) run.cancelled = run.finished = true;
  }
  return Ok();
}

ScheduleLab::ScheduleLab(const char* first) : now(Must(ParseRfc3339(first))) { Open(); }

void ScheduleLab::Open() {
  scheduler.reset();
  database = Must(sqlite::Database::Open(home_ / "extract.db"));
  Must(database->Migrate({ScheduleStore::kMigration}));
  store = std::make_unique<ScheduleStore>(*database);
  const auto list = [this] {
    std::vector<ScheduledSource> sources;
    for (const auto& [name, definition] : definitions_) {
      sources.push_back({name, Must(schedule::Schedule::Parse(Must(json::Parse(definition)), "/schedule"))});
    }
    return sources;
  };
  scheduler = std::make_unique<Scheduler>(list, *store, ledger, metrics);
  Reload();
}

void ScheduleLab::Define(const std::string& name, const std::string& definition) {
  definitions_[name] = definition;
  Reload();
}

void ScheduleLab::Remove(const std::string& name) {
  definitions_.erase(name);
  Reload();
}

void ScheduleLab::Reload() { Must(scheduler->Reload(now)); }

void ScheduleLab::AdvanceTo(const char* text) {
  const Timestamp time = Must(ParseRfc3339(text));
  for (auto next = scheduler->RunDue(now); next && *next <= time; next = scheduler->RunDue(now)) {
    now = std::max(now, *next);
  }
  now = time;
  scheduler->RunDue(now);
}

void ScheduleLab::SetClock(const char* text) {
  now = Must(ParseRfc3339(text));
  scheduler->RunDue(now);
}

void ScheduleLab::Restart(const char* text) {
  now = Must(ParseRfc3339(text));
  Open();
  AdvanceTo(text);
}

void ScheduleLab::Mark() { marked_ = Must(store->LoadAll()); }

void ScheduleLab::RestartFromMark(const char* text) {
  Must(store->Save(marked_));
  Restart(text);
}

std::string ScheduleLab::Runs() const {
  std::string text;
  for (const auto& run : ledger.runs)
    text += (text.empty() ? "" : " ") + FormatRfc3339(run.scheduled_for).substr(0, 16);
  return text;
}

}  // namespace tarn::extract
