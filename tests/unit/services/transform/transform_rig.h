#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/runs/planner.h"
#include "services/transform/runs/run_store.h"
#include "services/transform/runs/runner.h"
#include "services/transform/transforms/definition_store.h"
#include "tests/support/temp_directory.h"

namespace tarn::transform {

/// A transform service without its threads and its HTTP side: a real store, a real database, a folder of
/// pipelines. Reopen() does what a process does that starts after another one died.
class TransformRig {
 public:
  TransformRig();
  ~TransformRig();

  /// Writes `text` to `<pipelines>/<name>`.
  void WritePipelineFile(const std::string& name, const std::string& text);
  /// Copies a pipeline of the repository's deploy/pipelines.
  void UsePipeline(const std::string& name);
  /// Reads the pipelines and fails the test if one does not load.
  void Load();

  void Reopen(RunnerOptions options = {});
  /// Lets runs ask this catalog for tables; without it none answers.
  void UseCatalog(const std::string& url, std::chrono::milliseconds timeout = std::chrono::seconds(15));

  object_store::ObjectInfo Put(const std::string& key, const std::string& content,
                               const std::string& bucket = "raw");
  /// Hands the events since the last call to the planner.
  void PlanEvents();
  /// Takes and carries out runs until none is due. Returns them as they ended, in order.
  std::vector<Run> CarryOutRuns();
  /// Lets a run that waits be taken at once.
  void MakeDue(const std::string& run_id);
  /// PlanEvents and CarryOutRuns; fails the test unless there was exactly one run.
  Run PlanAndRun();

  /// The rows of a published table ("database.table"), sorted, as arrays of values in the order of the
  /// columns.
  nlohmann::json Rows(const std::string& table);
  /// The columns of a published table with their types: "song_id VARCHAR".
  std::vector<std::string> Columns(const std::string& table);
  std::vector<std::string> Keys(const std::string& bucket, const std::string& prefix);

  const TempDirectory& directory() const { return directory_; }
  object_store::ObjectStore& store() { return *store_; }
  sqlite::Database& database() { return *database_; }
  RunStore& runs() { return *runs_; }
  DeadLetterStore& dead_letters() { return *dead_letters_; }
  DefinitionStore& definitions() { return *definitions_; }
  Runner& runner() { return *runner_; }
  Planner& planner() { return *planner_; }
  int times_planned() const { return times_planned_; }

 private:
  std::string Reading(const std::string& table, std::unique_ptr<object_store::Pin>& pin);

  TempDirectory directory_;
  int times_planned_ = 0;
  std::unique_ptr<object_store::ObjectStore> store_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<SqlCheck> sql_check_;
  std::unique_ptr<DefinitionStore> definitions_;
  std::unique_ptr<RunStore> runs_;
  std::unique_ptr<DeadLetterStore> dead_letters_;
  RunnerOptions runner_options_;
  std::unique_ptr<catalog_client::Catalog> catalog_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<Planner> planner_;
};

/// A pipeline of one table: rows {"id", "value", "rank"} of the items of JSON objects {"items": [...]},
/// merged on id; the object's time decides, then the higher rank.
inline constexpr const char* kItemsYaml = R"(
name: items
input: {bucket: raw, prefix: items/, suffix: .json, format: json}
outputs:
  - table: shop.items
    model: items
    mode: merge
    key: [id]
    order_by: [extracted_at desc, rank desc]
    columns: [id, value]
counts:
  items: SELECT count(*) FROM {{ ref('items') }}
)";
inline constexpr const char* kItemsSql = R"(
SELECT (item->>'$.id') AS id, (item->>'$.value') AS value, CAST((item->>'$.rank') AS INTEGER) AS rank, extracted_at
FROM (SELECT object_time AS extracted_at, unnest(CAST((document->'$.items') AS JSON[])) AS item FROM {{ input }})
)";

/// A key of the items pipeline whose run was at that second of 2026-01-01.
std::string ItemsKey(int second, const std::string& name = "page");

}  // namespace tarn::transform
