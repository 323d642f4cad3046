#include "services/transform/runs/run.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace tarn::transform {
namespace {

using nlohmann::json;

constexpr std::array kRunStates = {std::pair{RunState::kQueued, "queued"},
                                   std::pair{RunState::kRunning, "running"},
                                   std::pair{RunState::kSucceeded, "succeeded"},
                                   std::pair{RunState::kPartiallySucceeded, "partially_succeeded"},
                                   std::pair{RunState::kFailed, "failed"},
                                   std::pair{RunState::kUnchanged, "unchanged"},
                                   std::pair{RunState::kCancelled, "cancelled"}};
constexpr std::array kTriggers = {
    std::pair{Trigger::kEvent, "event"},       std::pair{Trigger::kRequest, "request"},
    std::pair{Trigger::kRedrive, "redrive"},   std::pair{Trigger::kSchedule, "schedule"},
    std::pair{Trigger::kUpstream, "upstream"}, std::pair{Trigger::kBackfill, "backfill"},
    std::pair{Trigger::kReset, "reset"}};
constexpr std::array kInputStates = {
    std::pair{InputState::kWaiting, "waiting"}, std::pair{InputState::kPlanned, "planned"},
    std::pair{InputState::kPublished, "published"}, std::pair{InputState::kSkipped, "skipped"},
    std::pair{InputState::kDead, "dead"}};

template <class Names, class Value>
const char* NameIn(const Names& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "";
}

template <class Names>
auto ValueIn(const Names& names, std::string_view name) -> std::optional<decltype(names[0].first)> {
  for (const auto& [value, known] : names) {
    if (name == known) return value;
  }
  return std::nullopt;
}

// A report only ever holds names that CodeName gave.
Code CodeFromName(const std::string& name) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    if (name == CodeName(static_cast<Code>(code))) return static_cast<Code>(code);
  }
  return Code::kInternal;
}

json OutputToJson(const RunOutput& output) {
  json objects = json::array();
  for (const RunObject& object : output.objects) objects.push_back({object.key, object.size_bytes});
  return {{"table", output.table}, {"model", output.model}, {"mode", output.mode},
          {"rows", output.rows},   {"key", output.key},     {"size_bytes", output.size_bytes},
          {"objects", objects}};
}

RunOutput OutputFromJson(const json& value) {
  RunOutput output{value.at("table"),
                   value.at("model"),
                   value.at("mode"),
                   value.at("rows"),
                   value.at("key"),
                   value.at("size_bytes"),
                   {}};
  // Reports of before there were partitions have one object at most.
  if (!value.contains("objects") && !output.key.empty()) output.objects = {{output.key, output.size_bytes}};
  for (const json& object : value.value("objects", json::array()))
    output.objects.push_back({object.at(0), object.at(1)});
  return output;
}

template <class T>
json OrNull(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

std::optional<int64_t> NumberOrNothing(const json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<int64_t>());
}

json ModelToJson(const ModelReport& model) {
  return {{"name", model.name},
          {"hash", model.hash},
          {"materialised", model.materialised},
          {"rows", OrNull(model.rows)},
          {"bytes", OrNull(model.bytes)},
          {"duration_ms", model.duration_ms},
          {"depends_on", model.depends_on}};
}

ModelReport ModelFromJson(const json& value) {
  return {value.at("name"),
          value.value("hash", ""),
          value.at("materialised"),
          NumberOrNothing(value.at("rows")),
          NumberOrNothing(value.at("bytes")),
          value.at("duration_ms"),
          value.at("depends_on")};
}

}  // namespace

const char* RunStateName(RunState state) { return NameIn(kRunStates, state); }
std::optional<RunState> ParseRunState(std::string_view name) {
  if (const auto state = ValueIn(kRunStates, name)) return *state;
  return std::nullopt;
}
const char* TriggerName(Trigger trigger) { return NameIn(kTriggers, trigger); }
Trigger ParseTrigger(std::string_view name) { return ValueIn(kTriggers, name).value_or(Trigger::kRequest); }
const char* InputStateName(InputState state) { return NameIn(kInputStates, state); }
InputState ParseInputState(std::string_view name) {
  return ValueIn(kInputStates, name).value_or(InputState::kPlanned);
}

json ErrorToJson(const std::optional<Error>& error) {
  if (!error) return nullptr;
  return {{"code", CodeName(error->code())}, {"detail", error->message()}, {"where", error->where()}};
}

std::optional<Error> ErrorFromJson(const json& value) {
  if (!value.is_object()) return std::nullopt;
  return Error(CodeFromName(value.value("code", "")), value.value("detail", "")).At(value.value("where", ""));
}

json RunReport::ToJson() const {
  json value = {{"state", RunStateName(state)}, {"counts", counts}, {"timings_ms", timings_ms}};
  value["outputs"] = json::array();
  for (const RunOutput& output : outputs) value["outputs"].push_back(OutputToJson(output));
  value["models"] = json::array();
  for (const ModelReport& model : models) value["models"].push_back(ModelToJson(model));
  value["tables"] = json::array();
  for (const TableVersion& table : tables)
    value["tables"].push_back({{"table", table.table}, {"version", table.version}});
  value["quality"] = json::array();
  for (const QualityResult& result : quality) value["quality"].push_back(result.ToJson());
  value["lineage"] = lineage.ToJson();
  value["inputs"] = json::array();
  for (const InputState input : inputs) value["inputs"].push_back(InputStateName(input));
  value["error"] = ErrorToJson(error);
  return value;
}

Result<RunReport> RunReport::FromJson(const json& value) {
  RunReport report;
  if (value.empty()) return report;
  try {
    report.state = ParseRunState(value.at("state").get<std::string>()).value_or(RunState::kSucceeded);
    report.counts = value.at("counts").get<std::map<std::string, int64_t>>();
    report.timings_ms = value.at("timings_ms").get<std::map<std::string, int64_t>>();
    for (const json& output : value.at("outputs")) report.outputs.push_back(OutputFromJson(output));
    for (const json& model : value.value("models", json::array()))
      report.models.push_back(ModelFromJson(model));
    for (const json& table : value.value("tables", json::array()))
      report.tables.push_back({table.at("table"), table.at("version")});
    for (const json& result : value.value("quality", json::array()))
      report.quality.push_back(QualityResult::FromJson(result));
    if (value.contains("lineage")) report.lineage = LineageReport::FromJson(value.at("lineage"));
    for (const json& input : value.at("inputs"))
      report.inputs.push_back(ParseInputState(input.get<std::string>()));
    report.error = ErrorFromJson(value.at("error"));
  } catch (const json::exception&) {
    return Error(Code::kInternal, "a run's report cannot be read");
  }
  return report;
}

}  // namespace tarn::transform
