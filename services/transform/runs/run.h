#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"
#include "services/transform/lineage/lineage_report.h"
#include "services/transform/quality/quality_result.h"

namespace tarn::transform {

enum class RunState { kQueued, kRunning, kSucceeded, kPartiallySucceeded, kFailed, kUnchanged, kCancelled };
const char* RunStateName(RunState state);
std::optional<RunState> ParseRunState(std::string_view name);

/// Why there is a run.
enum class Trigger {
  kEvent,     ///< objects were committed
  kRequest,   ///< somebody asked for it, or for these objects
  kRedrive,   ///< somebody asked for a dead letter's object again
  kSchedule,  ///< its time came
  kUpstream,  ///< a transform that it builds on published
  kBackfill,  ///< somebody asked for all objects below a prefix
  kReset,     ///< everything is processed again
};
const char* TriggerName(Trigger trigger);
Trigger ParseTrigger(std::string_view name);

/// What became of one object of a run, or of a version that a transform has seen.
enum class InputState {
  kWaiting,  ///< no run takes it yet, or its run was cancelled and a later one shall take it
  kPlanned,
  kPublished,  ///< its rows are in the outputs
  kSkipped,    ///< the version was deleted or replaced before the run read it, or somebody said so
  kDead,       ///< it could not be read: there is a dead letter
};
const char* InputStateName(InputState state);
InputState ParseInputState(std::string_view name);

/// One version of an object that a run takes.
struct RunInput {
  std::string bucket;
  std::string key;
  std::string version;
  uint64_t size_bytes = 0;
  Timestamp last_modified;
  InputState state = InputState::kPlanned;
};

/// An object that a run published.
struct RunObject {
  std::string key;
  uint64_t size_bytes = 0;
};

/// One table that a run published.
struct RunOutput {
  std::string table;
  std::string model;
  std::string mode;
  int64_t rows =
      0;            ///< of the new objects: after a merge all rows of the table, or of the partitions in them
  std::string key;  ///< of the first new object; empty if there was nothing to publish
  uint64_t size_bytes = 0;  ///< of all of them
  std::vector<RunObject> objects = {};
};

/// What came of one model of a run.
struct ModelReport {
  std::string name;
  std::string hash;                     ///< of its text
  bool materialised = false;            ///< else it was computed as a part of what refers to it
  std::optional<int64_t> rows;          ///< of a materialised one
  std::optional<int64_t> bytes;         ///< that it took in the engine's memory and temporary files, about
  int64_t duration_ms = 0;              ///< of a materialised one
  std::vector<std::string> depends_on;  ///< models by name, "input", "input('x')", "table('db.t')"
};

/// A cataloged table that a run read, at one version.
struct TableVersion {
  std::string table;  ///< "database.table"
  int64_t version = 0;
};

/// What a run did. It is published together with the outputs, so that a run that dies after its commit still
/// knows.
struct RunReport {
  RunState state = RunState::kSucceeded;
  std::map<std::string, int64_t> counts;
  std::map<std::string, int64_t> timings_ms;
  std::vector<RunOutput> outputs;
  std::vector<ModelReport> models;
  LineageReport lineage;
  std::vector<TableVersion> tables;    ///< that {{ table() }} read
  std::vector<QualityResult> quality;  ///< of each rule
  std::vector<InputState> inputs;      ///< by ordinal
  std::optional<Error> error;

  nlohmann::json ToJson() const;
  /// Errors: kInternal if it is not what ToJson made.
  static Result<RunReport> FromJson(const nlohmann::json& value);
};

/// What the inputs of a cancelled run shall do.
enum class CancelMode {
  kWait,  ///< wait for a firing, or for somebody who starts a run
  kSkip,  ///< count as dealt with
};

struct Run {
  std::string id;
  std::string transform;
  Trigger trigger = Trigger::kEvent;
  RunState state = RunState::kQueued;
  int64_t attempt = 0;  ///< tries that failed before this one
  int64_t input_count = 0;
  uint64_t input_bytes = 0;
  std::string cause = "{}";  ///< a JSON object that says more about the trigger
  bool replaces = false;  ///< drops the rows of tables that it appends to, and those set aside of them: the
                          ///< first one after a reset
  std::optional<CancelMode> cancel;  ///< somebody asked for its end
  Timestamp created_at, not_before;
  std::optional<Timestamp> started_at, finished_at;
  std::string traceparent;
  RunReport report;            ///< of a finished run
  std::optional<Error> error;  ///< of the last try
};

/// {"code","detail","where"}, or null.
nlohmann::json ErrorToJson(const std::optional<Error>& error);
/// Reads what ErrorToJson made; nothing if it is null or something else.
std::optional<Error> ErrorFromJson(const nlohmann::json& value);

}  // namespace tarn::transform
