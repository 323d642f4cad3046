#include "services/transform/runs/run_store.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {

Result<std::optional<Run>> RunStore::TakeNext(const std::string& transform, Timestamp now) {
  std::optional<Run> taken;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(const auto id, NextId(transform, now));
    if (!id) return Ok();
    TARN_ASSIGN(auto take,
                database_.Prepare(
                    "UPDATE runs SET state = 'running', started_ms = coalesce(started_ms, ?) WHERE id = ?"));
    TARN_TRY(take.Bind(1, ToUnixMillis(now)).Bind(2, *id).Run());
    TARN_ASSIGN(taken, Get(*id));
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
    taken->replaces = state.replaces && *id > state.reset_id;
    return Ok();
  }));
  return taken;
}

Result<std::optional<std::string>> RunStore::NextId(const std::string& transform, Timestamp now) {
  {
    TARN_ASSIGN(auto running,
                database_.Prepare("SELECT id FROM runs WHERE transform = ? AND state = 'running' "
                                  "ORDER BY id LIMIT 1"));
    TARN_ASSIGN(const bool found, running.Bind(1, transform).Step());
    if (found) return std::optional(running.Text(0));
  }
  TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
  if (state.scanning) return std::optional<std::string>();
  // Until the rows of before the reset are gone, others than its runs would show next to nothing in their
  // place.
  TARN_ASSIGN(
      auto queued,
      database_.Prepare(
          state.replaces ? "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND not_before_ms "
                           "<= ? ORDER BY trigger = 'reset' DESC, id LIMIT 1"
                         : "SELECT id FROM runs WHERE transform = ? AND state = 'queued' AND not_before_ms "
                           "<= ? ORDER BY id LIMIT 1"));
  TARN_ASSIGN(const bool found, queued.Bind(1, transform).Bind(2, ToUnixMillis(now)).Step());
  return found ? std::optional(queued.Text(0)) : std::nullopt;
}

Result<std::vector<RunInput>> RunStore::InputsToTake(const std::string& run_id,
                                                     const Definition& definition) {
  TARN_TRY(texts_.Keep(definition));
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto inputs, Inputs(run_id));
  if (!definition.appends()) return inputs;
  TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(definition.name));
  BookmarkStore bookmarks(database_);
  for (RunInput& input : inputs) {
    TARN_ASSIGN(const bool published, bookmarks.IsPublished(definition.name, state.epoch, input));
    if (published) input.state = InputState::kSkipped;
  }
  return inputs;
}

Result<std::optional<Timestamp>> RunStore::NextDue(const std::vector<std::string>& transforms) {
  const auto lock = database_.Lock();
  std::optional<Timestamp> due;
  for (const std::string& transform : transforms) {
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(transform));
    if (state.scanning) continue;
    TARN_ASSIGN(
        auto select,
        database_.Prepare("SELECT min(not_before_ms) FROM runs WHERE transform = ? AND state = 'queued'"));
    TARN_ASSIGN(const bool found, select.Bind(1, transform).Step());
    if (!found || select.IsNull(0)) continue;
    const Timestamp time = FromUnixMillis(select.Integer(0));
    if (!due || time < *due) due = time;
  }
  return due;
}

Result<bool> RunStore::Postpone(const std::string& id, const Error& error, Timestamp not_before) {
  return Requeue(id, error, not_before, 1);
}

Result<bool> RunStore::PutBack(const std::string& id, const Error& reason, Timestamp not_before) {
  return Requeue(id, reason, not_before, 0);
}

Result<bool> RunStore::Requeue(const std::string& id, const Error& error, Timestamp not_before,
                               int attempts) {
  bool postponed = false;
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(const Run run, Get(id));
    TARN_ASSIGN(const auto state, TransformStateStore(database_).Get(run.transform));
    // The reset has planned its objects: taken here as well, an append would have their rows twice.
    postponed = id > state.reset_id || run.input_count == 0;
    if (!postponed) {
      TARN_ASSIGN(const auto inputs, Inputs(id));
      TARN_ASSIGN(const bool ended, MarkEnded(run, ReplacedByReset(inputs)));
      (void)ended;
      return Ok();
    }
    TARN_ASSIGN(auto update,
                database_.Prepare(
                    "UPDATE runs SET state = 'queued', attempt = attempt + ?, not_before_ms = ?, error = ? "
                    "WHERE id = ? AND state = 'running'"));
    update.Bind(1, attempts).Bind(2, ToUnixMillis(not_before));
    return update.Bind(3, json::Dump(ErrorToJson(error))).Bind(4, id).Run();
  }));
  return postponed;
}

}  // namespace tarn::transform
