#include "tests/sql/evolution/evolving_table.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/catalog_client/snapshot_message.h"
#include "common/table_view/readable_files.h"
#include "common/table_view/table_view.h"
#include "services/catalog/crawlers/key_names.h"
#include "services/catalog/crawlers/partition_values.h"
#include "services/catalog/tables/snapshot_message.h"

namespace tarn::catalog {
namespace {

constexpr const char* kBucket = "lake";

struct Engine {
  explicit Engine(const std::filesystem::path& directory) {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory};
    instance = std::move(duckdb::Instance::Open(options)).value();
    connection = std::move(instance->Connect()).value();
  }

  std::unique_ptr<duckdb::Instance> instance;
  std::unique_ptr<duckdb::Connection> connection;  // after the instance, which outlives it
};

CommitContext Context(int64_t number) { return {"crawl", FromUnixMillis(1'700'000'000'000 + number * 1000)}; }

Result<std::string> JsonLines(duckdb::ResultStream& stream) {
  std::string lines;
  while (true) {
    TARN_ASSIGN(const auto chunk, stream.Next());
    if (!chunk) return lines;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      nlohmann::json values = nlohmann::json::array();
      for (size_t column = 0; column < stream.columns().size(); ++column)
        values.push_back(chunk->Json(row, column));
      lines += values.dump() + '\n';
    }
  }
}

}  // namespace

std::filesystem::path EvolvingTable::PathOf(const std::string& key, const std::string& object_version) const {
  return directory_.path() / object_version / key;
}

std::filesystem::path EvolvingTable::NewPath(const std::string& file) {
  Delete(file);
  deleted_.pop_back();
  const std::string key = "s/t/" + file;
  live_[key] = "v" + std::to_string(++puts_);
  written_.push_back(key);
  const auto path = PathOf(key, live_[key]);
  std::filesystem::create_directories(path.parent_path());
  return path;
}

void EvolvingTable::Write(const std::string& file, const std::string& text) {
  std::ofstream(NewPath(file), std::ios::binary) << text;
}

void EvolvingTable::WriteParquet(const std::string& file, const std::string& sql,
                                 const std::string& field_ids) {
  const auto path = NewPath(file);
  const Engine engine(directory_.path());
  const Status written = engine.connection->Run("COPY (" + sql + ") TO " +
                                                duckdb::QuoteLiteral(path.string()) + " (FORMAT parquet" +
                                                (field_ids.empty() ? "" : ", FIELD_IDS " + field_ids) + ")");
  if (!written.ok()) throw std::runtime_error(written.error().message());
}

void EvolvingTable::Delete(const std::string& file) {
  const std::string key = "s/t/" + file;
  if (const auto live = live_.find(key); live != live_.end()) {
    if (!versioned_) std::filesystem::remove(PathOf(key, live->second));
    live_.erase(live);
  }
  std::erase(written_, key);
  deleted_.push_back(key);
}

Result<TableChange> EvolvingTable::Change(const SchemaPolicy& policy) {
  TableChange change;
  change.name = name;
  change.policy = policy;
  for (const std::string& key : written_) {
    std::vector<std::string_view> folders = PathSegments(key);
    const auto format = FormatOfName(folders.back());
    folders.pop_back();
    const auto partition = PartitionOf({}, folders);
    const std::string& version = live_.at(key);
    auto inspection = inspector_.Inspect(PathOf(key, version), *format);
    if (!inspection.ok()) return Error(inspection.error().code(), key + ": " + inspection.error().message());
    auto layout = std::make_shared<FileLayout>(inspection->layout);
    TARN_ASSIGN(layout->partition, PartitionColumns({}, partition));
    change.added.push_back({kBucket, key, version, std::filesystem::file_size(PathOf(key, version)),
                            inspection->rows, Timestamp(), partition, std::move(layout),
                            inspection->statistics});
  }
  for (const std::string& key : deleted_) change.removed.push_back({kBucket, key});
  return change;
}

Result<TableReport> EvolvingTable::Plan(const SchemaPolicy& policy) {
  TARN_ASSIGN(const TableChange change, Change(policy));
  TARN_ASSIGN(auto reports, catalog.tables->Plan({change}, Context(version())));
  return reports.at(0);
}

Result<TableReport> EvolvingTable::Commit(const SchemaPolicy& policy) {
  TARN_ASSIGN(const TableChange change, Change(policy));
  TARN_ASSIGN(auto reports,
              catalog.tables->Commit({change}, Context(version()), [](const auto&) { return Ok(); }));
  written_.clear();
  deleted_.clear();
  return reports.at(0);
}

Result<TableReport> EvolvingTable::Rollback(int64_t to) {
  const auto find_missing = [&](const std::vector<DataFile>& files) -> Result<std::vector<DataFile>> {
    std::vector<DataFile> missing;
    for (const DataFile& file : files) {
      if (!std::filesystem::exists(PathOf(file.key, file.version))) missing.push_back(file);
    }
    return missing;
  };
  return catalog.tables->Rollback(name, to, Context(version()), find_missing);
}

std::vector<std::string> EvolvingTable::Schema() const {
  std::vector<std::string> columns;
  const auto table = catalog.tables->GetTable(name);
  if (!table.ok()) return columns;
  for (const Column& column : table->columns)
    columns.push_back(column.name + ' ' + column.type + (column.partition_key ? " key" : ""));
  return columns;
}

int64_t EvolvingTable::version() const {
  const auto table = catalog.tables->GetTable(name);
  return table.ok() ? table->version : 0;
}

bool EvolvingTable::deprecated() const {
  const auto table = catalog.tables->GetTable(name);
  return table.ok() && table->deprecated_at.has_value();
}

Result<std::string> EvolvingTable::Query(const std::string& sql, int64_t at) {
  TableRef wanted{name};
  if (at > 0) wanted.version = at;
  TARN_ASSIGN(auto resolved, catalog.tables->Resolve({wanted}));
  if (!resolved.at(0)) return Error(Code::kNotFound, "there is no such table");
  TARN_ASSIGN(const std::string bytes, SnapshotMessage(*std::move(resolved[0])));
  v1::TableSnapshot message;
  if (!message.ParseFromString(bytes)) return Error(Code::kInternal, "not a message");
  TARN_ASSIGN(auto snapshot, catalog_client::ReadSnapshot(message));
  std::vector<std::filesystem::path> paths;
  for (const auto& file : snapshot.files) paths.push_back(PathOf(file.key, file.version));
  table_view::DecodedText text{decoded_, directory_.path()};
  TARN_TRY(table_view::MakeReadable(snapshot.files, paths, text));
  TARN_ASSIGN(const std::string view, table_view::CreateTableView({"", "t", std::move(snapshot)}, paths));
  const Engine engine(directory_.path());
  TARN_TRY(engine.connection->Run(view));
  TARN_ASSIGN(const auto stream, engine.connection->Execute(sql));
  return JsonLines(*stream);
}

}  // namespace tarn::catalog
