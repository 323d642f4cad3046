#include "services/transform/runs/firings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/tracing/trace_context.h"
#include "services/transform/runs/batcher.h"

namespace tarn::transform {

Result<std::vector<std::string>> Firings::Fire(const Definition& definition, Trigger trigger,
                                               const std::string& cause, const std::string& traceparent) {
  BatchOptions options;
  options.trigger = trigger;
  options.cause = cause;
  options.joins = trigger != Trigger::kRequest;
  options.max_objects = definition.batch.max_objects;
  options.max_bytes = definition.batch.max_bytes;
  options.not_before = Now();
  TARN_ASSIGN(auto batcher, Batcher::Open(runs_.database(), definition.name, options));
  if (definition.inputs.empty()) TARN_TRY(batcher.AddRun(traceparent));
  BookmarkStore bookmarks(runs_.database());
  TARN_ASSIGN(const auto waiting, bookmarks.ListWaiting(definition.name, batcher.state().epoch,
                                                        BookmarkStore::Waiting::kAll, kMaxObjects));
  for (const RunInput& input : waiting) TARN_TRY(batcher.Add(input, traceparent));
  return batcher.Close();
}

Status Firings::AfterPublication(const std::string& transform) {
  const auto definitions = definitions_.Runnable();
  for (const auto& definition : definitions) {
    const auto& upstream = definition->triggers.upstream;
    if (std::find(upstream.begin(), upstream.end(), transform) != upstream.end())
      TARN_TRY(CatchUp(*definition));
  }
  return Ok();
}

Status Firings::CatchUp(const Definition& definition) {
  TransformStateStore states(runs_.database());
  for (const std::string& upstream : definition.triggers.upstream) {
    TARN_ASSIGN(const auto state, states.Get(upstream));
    TARN_ASSIGN(const int64_t known, states.UpstreamCursor(definition.name, upstream));
    if (state.publications <= known) continue;
    const nlohmann::json cause = {{"upstream", upstream}, {"run_id", state.published_run}};
    TARN_ASSIGN(const auto fired, Fire(definition, Trigger::kUpstream, json::Dump(cause),
                                       TraceContext::Current().Traceparent()));
    (void)fired;
    TARN_TRY(states.SetUpstreamCursor(definition.name, upstream, state.publications));
  }
  return Ok();
}

}  // namespace tarn::transform
