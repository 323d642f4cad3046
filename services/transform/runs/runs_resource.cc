#include "services/transform/runs/runs_resource.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/json/json.h"
#include "services/transform/lineage/transform_graph.h"
#include "services/transform/runs/manifest.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

json OptionalTime(const std::optional<Timestamp>& time) { return time ? json(FormatRfc3339(*time)) : json(); }

bool HasEnded(const Run& run) { return run.state != RunState::kQueued && run.state != RunState::kRunning; }

json DurationMs(const Run& run) {
  if (!run.started_at) return nullptr;
  return (run.finished_at.value_or(Now()) - *run.started_at).count();
}

json OutputJson(const RunOutput& output) {
  json objects = json::array();
  for (const RunObject& object : output.objects) {
    objects.push_back({{"bucket", kPublishBucket}, {"key", object.key}, {"size_bytes", object.size_bytes}});
  }
  return {{"table", output.table},
          {"model", output.model},
          {"mode", output.mode},
          {"rows", output.rows},
          {"objects", objects}};
}

json QualityJson(const Run& run) {
  const QualityScore score = ScoreOf(run.report.quality);
  return {{"rules", score.rules()},
          {"passed", score.passed},
          {"failed", score.failed},
          {"errors", score.errors},
          {"score", score.rules() == 0 ? json() : json(score.score())}};
}

json TablesJson(const Run& run) {
  json tables = json::array();
  for (const TableVersion& table : run.report.tables)
    tables.push_back({{"table", table.table}, {"version", table.version}});
  return tables;
}

json RunJson(const Run& run) {
  json counts = run.report.counts;
  counts["objects"] = run.input_count;
  counts["bytes"] = run.input_bytes;
  json outputs = json::array();
  for (const RunOutput& output : run.report.outputs) outputs.push_back(OutputJson(output));
  return {{"id", run.id},
          {"transform", run.transform},
          {"trigger", TriggerName(run.trigger)},
          {"cause", json::parse(run.cause, nullptr, false)},
          {"state", RunStateName(run.state)},
          {"attempt", run.attempt + 1},
          {"progress", HasEnded(run) ? 1.0 : 0.0},
          {"phase", nullptr},
          {"waits_for", nullptr},
          {"cancel_requested", run.cancel && !HasEnded(run)},
          {"counts", counts},
          {"outputs", outputs},
          {"tables", TablesJson(run)},
          {"quality", QualityJson(run)},
          {"timings_ms", run.report.timings_ms},
          {"created_at", FormatRfc3339(run.created_at)},
          {"started_at", OptionalTime(run.started_at)},
          {"finished_at", OptionalTime(run.finished_at)},
          {"duration_ms", DurationMs(run)},
          {"error", ErrorToJson(run.error)}};
}

json InputJson(const RunInput& input) {
  return {{"bucket", input.bucket},
          {"key", input.key},
          {"version", input.version},
          {"size_bytes", input.size_bytes},
          {"state", InputStateName(input.state)}};
}

Result<std::vector<Planner::ObjectName>> ReadObjects(const json& list) {
  if (list.empty()) return Error(Code::kInvalidArgument, "expected at least one object").At("/objects");
  if (list.size() > Planner::kMaxObjects) {
    return Error(Code::kInvalidArgument, "at most " + std::to_string(Planner::kMaxObjects) + " objects")
        .At("/objects");
  }
  std::vector<Planner::ObjectName> objects;
  for (size_t i = 0; i < list.size(); ++i) {
    tarn::json::ObjectReader reader(list[i], "/objects/" + std::to_string(i));
    Planner::ObjectName name{reader.RequiredString("bucket"), reader.RequiredString("key")};
    TARN_TRY(reader.Finish());
    objects.push_back(std::move(name));
  }
  return objects;
}

// The first run, and the ids of all.
Result<http::Response> AcceptedRuns(RunStore& runs, const std::vector<std::string>& ids) {
  TARN_ASSIGN(const Run first, runs.Get(ids.front()));
  json shown = RunJson(first);
  shown["runs"] = ids;
  http::Response response = http::Response::Json(202, shown);
  response.headers.Set("Location", "/v1/runs/" + ids.front());
  return response;
}

Result<CancelMode> ReadCancelMode(const http::Request& request) {
  if (request.body.empty()) return CancelMode::kWait;
  TARN_ASSIGN(const auto body, request.Json());
  tarn::json::ObjectReader reader(body);
  const std::string inputs = reader.OptionalString("inputs").value_or("wait");
  if (inputs != "wait" && inputs != "skip") reader.Fail("inputs", "expected \"wait\" or \"skip\"");
  TARN_TRY(reader.Finish());
  return inputs == "skip" ? CancelMode::kSkip : CancelMode::kWait;
}

}  // namespace

Result<http::Response> AcceptedRun(RunStore& runs, const std::string& id) {
  TARN_ASSIGN(const Run run, runs.Get(id));
  http::Response response = http::Response::Json(202, RunJson(run));
  response.headers.Set("Location", "/v1/runs/" + id);
  return response;
}

Result<http::Response> RunsResource::Create(http::Request& request) {
  TARN_ASSIGN(const auto body, request.Json());
  tarn::json::ObjectReader reader(body);
  const json* objects = reader.OptionalArray("objects");
  const auto prefix = reader.OptionalString("prefix");
  TARN_TRY(reader.Finish());
  if (objects && prefix) return Error(Code::kInvalidArgument, "expected either \"objects\" or \"prefix\"");
  const std::string& transform = request.PathParameter("name");
  if (objects) {
    TARN_ASSIGN(const auto names, ReadObjects(*objects));
    TARN_ASSIGN(const std::string id, planner_.PlanObjects(transform, names));
    return AcceptedRuns(runs_, {id});
  }
  TARN_ASSIGN(const auto ids, prefix ? planner_.PlanPrefix(transform, *prefix) : planner_.PlanNow(transform));
  return AcceptedRuns(runs_, ids);
}

Result<http::Response> RunsResource::Cancel(http::Request& request) {
  TARN_ASSIGN(const CancelMode mode, ReadCancelMode(request));
  TARN_ASSIGN(const Run run, runs_.Cancel(request.PathParameter("id"), mode));
  if (run.cancel && control_.interrupt) control_.interrupt(run.id);
  return http::Response::Json(202, Shown(run));
}

// With what is known of a run that has not ended.
json RunsResource::Shown(const Run& run) const {
  json shown = RunJson(run);
  if (run.state == RunState::kQueued) {
    if (const auto reason = planner_.WhatItWaitsFor(run)) shown["waits_for"] = *reason;
  }
  const auto progress =
      run.state == RunState::kRunning && control_.progress ? control_.progress(run.id) : std::nullopt;
  if (!progress) return shown;
  shown["progress"] = progress->fraction;
  shown["phase"] = {{"name", progress->phase}, {"done", progress->done}, {"total", progress->total}};
  return shown;
}

Result<http::Response> RunsResource::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  RunQuery query;
  query.transform = request.Query("transform").value_or("");
  query.state = request.Query("state").value_or("");
  if (!query.state.empty() && !ParseRunState(query.state)) {
    return Error(Code::kInvalidArgument, "there is no such state: " + query.state).At("query:state");
  }
  query.before_id = page.after;
  query.limit = page.limit + 1;
  TARN_ASSIGN(const auto runs, runs_.List(query));
  json items = json::array();
  for (const Run& run : runs) {
    if (static_cast<int64_t>(items.size()) < page.limit) items.push_back(Shown(run));
  }
  const bool more = static_cast<int64_t>(runs.size()) > page.limit;
  return http::PageResponse(std::move(items), more ? runs[runs.size() - 2].id : "");
}

Result<http::Response> RunsResource::Get(http::Request& request) {
  TARN_ASSIGN(const Run run, runs_.Get(request.PathParameter("id")));
  TARN_ASSIGN(const auto inputs, runs_.Inputs(run.id));
  json body = Shown(run);
  body["inputs"] = json::array();
  for (const RunInput& input : inputs) body["inputs"].push_back(InputJson(input));
  body["quality"]["results"] = json::array();
  body["models"] = RunModelsJson(run.report);
  body["definition"] = run.report.lineage.definition;
  body["inputs_by_name"] = json::object();
  for (const auto& [name, count] : run.report.lineage.inputs)
    body["inputs_by_name"][name.empty() ? "input" : name] = {{"objects_published", count}};
  for (const QualityResult& result : run.report.quality)
    body["quality"]["results"].push_back(result.ToJson());
  return http::Response::Json(200, body);
}

}  // namespace tarn::transform
