#include "tests/unit/services/transform/transform_rig.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "common/catalog_client/catalog_client.h"
#include "common/object_store/local_object_store.h"
#include "services/transform/schema.h"

namespace tarn::transform {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message() + " at " + result.error().where());
  return std::move(result).value();
}

void Must(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error().message() + " at " + status.error().where());
}

}  // namespace

TransformRig::TransformRig() { Reopen(); }
TransformRig::~TransformRig() = default;

void TransformRig::Reopen(RunnerOptions options) {
  planner_.reset();
  runner_.reset();
  definitions_.reset();
  runs_.reset();
  dead_letters_.reset();
  database_.reset();
  store_.reset();
  std::filesystem::create_directories(directory_ / "pipelines");
  store_ = Must(object_store::OpenLocalStore({directory_ / "lake", "transform"}));
  Must(store_->EnsureBucket("raw"));
  Must(store_->EnsureBucket("transformed"));
  database_ = Must(sqlite::Database::Open(directory_ / "transform.db"));
  Must(database_->Migrate(Migrations()));
  if (!sql_check_) sql_check_ = Must(SqlCheck::Open());
  definitions_ = std::make_unique<DefinitionStore>(directory_ / "pipelines", *sql_check_);
  Must(definitions_->Reload());
  runs_ = std::make_unique<RunStore>(*database_);
  dead_letters_ = std::make_unique<DeadLetterStore>(*database_);
  runner_options_ = options;
  runner_ = std::make_unique<Runner>(*store_, *dead_letters_, options, catalog_.get());
  planner_ =
      std::make_unique<Planner>(*store_, *runs_, *dead_letters_, *definitions_, [this] { ++times_planned_; });
}

void TransformRig::UseCatalog(const std::string& url, std::chrono::milliseconds timeout) {
  runner_.reset();
  catalog_ = std::make_unique<catalog_client::CatalogClient>(url, timeout);
  runner_ = std::make_unique<Runner>(*store_, *dead_letters_, runner_options_, catalog_.get());
}

void TransformRig::MakeDue(const std::string& run_id) {
  const auto lock = database_->Lock();
  auto update = Must(database_->Prepare("UPDATE runs SET not_before_ms = 0 WHERE id = ?"));
  Must(update.Bind(1, run_id).Run());
}

void TransformRig::WritePipelineFile(const std::string& name, const std::string& text) {
  const auto file = directory_ / "pipelines" / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

void TransformRig::UsePipeline(const std::string& name) {
  std::filesystem::copy(std::filesystem::path(TARN_SOURCE_DIR) / "deploy/pipelines" / name,
                        directory_ / "pipelines" / name, std::filesystem::copy_options::recursive);
  Load();
}

void TransformRig::Load() {
  Must(definitions_->Reload());
  for (const auto& transform : definitions_->List()) {
    if (transform.load_error) {
      throw std::runtime_error(transform.name + ": " + transform.load_error->message() + " at " +
                               transform.load_error->where());
    }
  }
}

object_store::ObjectInfo TransformRig::Put(const std::string& key, const std::string& content,
                                           const std::string& bucket) {
  return Must(store_->Put(bucket, key, content));
}

void TransformRig::PlanEvents() {
  while (true) {
    const int64_t cursor = Must(runs_->Cursor(""));
    const auto page = Must(store_->ReadEvents(cursor, {}, 1000));
    if (page.last_sequence <= cursor) break;
    Must(planner_->HandlePage(page));
  }
}

std::vector<Run> TransformRig::CarryOutRuns() {
  std::vector<Run> ended;
  for (const auto& definition : definitions_->Runnable()) {
    while (auto run = Must(runs_->TakeNext(definition->name, Now()))) {
      const auto inputs = Must(runs_->InputsToTake(run->id, *definition));
      auto report = runner_->Execute(*run, inputs, *definition, {});
      if (!report.ok()) report = runner_->GiveUp(*run, inputs, report.error());
      if (report.ok() && report->state == RunState::kQueued) {
        Must(runs_->PutBack(run->id, *report->error, Now() + std::chrono::hours(1)));
      } else {
        Must(runs_->Finish(run->id, Must(std::move(report)), [&] {
          return Firings(*runs_, *definitions_).AfterPublication(definition->name);
        }));
      }
      ended.push_back(Must(runs_->Get(run->id)));
    }
  }
  return ended;
}

Run TransformRig::PlanAndRun() {
  PlanEvents();
  auto ended = CarryOutRuns();
  EXPECT_EQ(ended.size(), 1u);
  return ended.empty() ? Run() : std::move(ended.back());
}

std::vector<std::string> TransformRig::Keys(const std::string& bucket, const std::string& prefix) {
  object_store::ListRequest request;
  request.bucket = bucket;
  request.prefix = prefix;
  std::vector<std::string> keys;
  for (const auto& object : Must(store_->List(request)).objects) keys.push_back(object.key);
  return keys;
}

std::string TransformRig::Reading(const std::string& table, std::unique_ptr<object_store::Pin>& pin) {
  std::string prefix = table + "/";
  prefix[table.find('.')] = '/';
  object_store::ListRequest request;
  request.bucket = "transformed";
  request.prefix = prefix;
  std::vector<object_store::ObjectVersion> versions;
  for (const auto& object : Must(store_->List(request)).objects)
    versions.push_back({object.bucket, object.key, object.version});
  if (versions.empty()) throw std::runtime_error("nothing is published for " + table);
  pin = Must(store_->PinFiles(versions));
  std::vector<std::string> files;
  for (const auto& file : pin->files()) files.push_back(file.string());
  const bool csv = versions.front().key.ends_with(".csv");
  return (csv ? "read_csv(" : "read_parquet(") + duckdb::QuoteLiteralList(files) +
         (csv ? ", all_varchar = true)" : ")");
}

nlohmann::json TransformRig::Rows(const std::string& table) {
  std::unique_ptr<object_store::Pin> pin;
  const std::string source = Reading(table, pin);
  duckdb::InstanceOptions options;
  options.allowed_directories = {pin->directory()};
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto connection = Must(instance->Connect());
  const auto stream = Must(connection->Execute("SELECT * FROM " + source + " ORDER BY ALL"));
  nlohmann::json rows = nlohmann::json::array();
  while (const auto chunk = Must(stream->Next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) {
      nlohmann::json values = nlohmann::json::array();
      for (size_t column = 0; column < stream->columns().size(); ++column) {
        values.push_back(chunk->IsNull(row, column) ? nlohmann::json() : chunk->Json(row, column));
      }
      rows.push_back(std::move(values));
    }
  }
  return rows;
}

std::vector<std::string> TransformRig::Columns(const std::string& table) {
  std::unique_ptr<object_store::Pin> pin;
  const std::string source = Reading(table, pin);
  duckdb::InstanceOptions options;
  options.allowed_directories = {pin->directory()};
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto connection = Must(instance->Connect());
  const auto stream = Must(connection->Execute("SELECT * FROM " + source + " LIMIT 0"));
  std::vector<std::string> columns;
  for (const auto& column : stream->columns()) columns.push_back(column.name + " " + column.type);
  return columns;
}

std::string ItemsKey(int second, const std::string& name) {
  const std::string two_digits = (second < 10 ? "0" : "") + std::to_string(second);
  return "items/run=20260101T0000" + two_digits + "Z_x/" + name + ".json";
}

}  // namespace tarn::transform
