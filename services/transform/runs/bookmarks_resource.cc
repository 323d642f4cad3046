#include "services/transform/runs/bookmarks_resource.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/transform/runs/bookmark_store.h"
#include "services/transform/runs/transform_state.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json UnfinishedJson(const std::optional<BookmarkStore::Unfinished>& oldest) {
  if (!oldest) return nullptr;
  return {{"bucket", oldest->input.bucket},
          {"key", oldest->input.key},
          {"version", oldest->input.version},
          {"since", FormatRfc3339(oldest->seen_at)},
          {"age_ms", (Now() - oldest->seen_at).count()}};
}

json CountsJson(const std::map<InputState, int64_t>& counts) {
  json shown;
  for (const InputState state : {InputState::kWaiting, InputState::kPlanned, InputState::kPublished,
                                 InputState::kSkipped, InputState::kDead}) {
    const auto found = counts.find(state);
    shown[InputStateName(state)] = found == counts.end() ? 0 : found->second;
  }
  return shown;
}

json ScheduleJson(const Definition* definition, const TriggerClock::View& view) {
  if (!definition || !definition->triggers.schedule) return nullptr;
  json shown = {{"expression", definition->triggers.schedule->expression},
                {"next_firing", nullptr},
                {"last_firing", nullptr},
                {"last_run_id", nullptr}};
  if (view.next_firing) shown["next_firing"] = FormatRfc3339(*view.next_firing);
  if (view.state && view.state->last_firing) shown["last_firing"] = FormatRfc3339(*view.state->last_firing);
  if (view.state && !view.state->last_run_id.empty()) shown["last_run_id"] = view.state->last_run_id;
  return shown;
}

}  // namespace

Result<http::Response> BookmarksResource::Get(http::Request& request) {
  const std::string& name = request.PathParameter("name");
  TARN_ASSIGN(const auto transform, definitions_.Get(name));
  TARN_ASSIGN(const auto state, TransformStateStore(runs_.database()).Get(name));
  BookmarkStore bookmarks(runs_.database());
  TARN_ASSIGN(const auto counts, bookmarks.Counts(name, state.epoch));
  TARN_ASSIGN(const auto waiting, bookmarks.Oldest(name, state.epoch, InputState::kWaiting));
  TARN_ASSIGN(const auto planned, bookmarks.Oldest(name, state.epoch, InputState::kPlanned));
  TARN_ASSIGN(const int64_t cursor, runs_.Cursor(name));
  TARN_ASSIGN(const int64_t last, store_.LastSequence());
  TriggerClock::View view;
  if (transform.definition) {
    TARN_ASSIGN(view, clock_.Look(*transform.definition, Now()));
  }
  return http::Response::Json(200, {{"transform", name},
                                    {"counts", CountsJson(counts)},
                                    {"oldest_waiting", UnfinishedJson(waiting)},
                                    {"oldest_planned", UnfinishedJson(planned)},
                                    {"cursor", cursor},
                                    {"last_sequence", last},
                                    {"lag_events", std::max<int64_t>(0, last - cursor)},
                                    {"resets", state.epoch},
                                    {"reset_pending", state.scanning || state.replaces},
                                    {"publications", state.publications},
                                    {"schedule", ScheduleJson(transform.definition.get(), view)}});
}

Result<http::Response> BookmarksResource::Reset(http::Request& request) {
  std::string prefix;
  if (!request.body.empty()) {
    TARN_ASSIGN(const auto body, request.Json());
    tarn::json::ObjectReader reader(body);
    prefix = reader.OptionalString("prefix").value_or("");
    TARN_TRY(reader.Finish());
  }
  const std::string& name = request.PathParameter("name");
  TARN_ASSIGN(const auto answer, planner_.Reset(name, prefix));
  return http::Response::Json(202, {{"transform", name}, {"objects", answer.objects}, {"runs", answer.runs}});
}

}  // namespace tarn::transform
