#include "services/extract/runs/backfill.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::extract {
namespace {

constexpr int64_t kMaxParts = 1'000;

Timestamp ReadTime(json::ObjectReader& reader, std::string_view name) {
  const auto time = ParseRfc3339(reader.RequiredString(name));
  if (time.ok()) return *time;
  reader.Fail(name, "expected a time as in RFC 3339, like 2026-02-03T00:00:00Z");
  return {};
}

}  // namespace

Result<Backfill> ParseBackfill(const nlohmann::json& json, const std::string& pointer) {
  if (!json.is_object()) return Error(Code::kInvalidArgument, "expected an object").At(pointer);
  json::ObjectReader reader(json, pointer);
  Backfill backfill;
  backfill.window.from = ReadTime(reader, "from");
  backfill.window.to = ReadTime(reader, "to");
  if (const auto split = reader.OptionalString("split")) {
    const auto duration = config::ParseDuration(*split);
    if (!duration.ok())
      reader.Fail("split", duration.error().message());
    else if (duration->count() <= 0)
      reader.Fail("split", "must be more than nothing");
    else
      backfill.split = *duration;
  }
  if (backfill.window.from >= backfill.window.to) reader.Fail("to", "must be after from");
  TARN_TRY(reader.Finish());
  const auto length = backfill.window.to - backfill.window.from;
  if (backfill.split.count() > 0 &&
      (length - std::chrono::milliseconds(1)) / backfill.split + 1 > kMaxParts) {
    return Error(Code::kInvalidArgument,
                 "more than " + std::to_string(kMaxParts) + " parts; take longer ones")
        .At(pointer + "/split");
  }
  return backfill;
}

std::vector<RunWindow> Parts(const Backfill& backfill) {
  if (backfill.split.count() == 0) return {backfill.window};
  std::vector<RunWindow> parts;
  for (Timestamp from = backfill.window.from; from < backfill.window.to; from += backfill.split) {
    parts.push_back({from, std::min(from + backfill.split, backfill.window.to)});
  }
  return parts;
}

std::vector<RunStore::NewRun> RunsOf(const Backfill& backfill, const std::string& source,
                                     const std::string& overrides) {
  const std::string id = NewUlid();
  std::vector<RunStore::NewRun> runs;
  for (const RunWindow& window : Parts(backfill)) {
    RunStore::NewRun run;
    run.source = source;
    run.trigger = "backfill";
    run.overrides = overrides;
    run.window = window;
    run.backfill_id = id;
    run.side_by_side = true;
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace tarn::extract
