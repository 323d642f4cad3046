#include "services/transform/runs/sql_workspace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/runs/input_relations.h"

namespace tarn::transform {

uint64_t EngineLimits::CountedBytes() const {
  constexpr uint64_t kLeast = 16 << 20, kMost = 256 << 20;
  return memory_bytes - std::min(memory_bytes / 2, std::clamp(memory_bytes / 6, kLeast, kMost));
}

Result<std::unique_ptr<SqlWorkspace>> SqlWorkspace::Open(const EngineLimits& limits,
                                                         const std::filesystem::path& scratch,
                                                         const std::vector<std::filesystem::path>& readable) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = limits.CountedBytes();
  options.max_temp_bytes = limits.temp_bytes;
  options.threads = limits.threads;
  options.keep_order = limits.keep_order;
  options.temp_directory = scratch / "spill";
  options.functions = InputFunctions();
  options.reads_documents = true;
  options.counts_progress = false;
  options.allowed_directories = readable;
  options.allowed_directories.push_back(scratch);
  TARN_ASSIGN(auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(auto connection, instance->Connect());
  TARN_TRY(
      connection->Run("CREATE SCHEMA tarn; CREATE SCHEMA models; CREATE TABLE tarn.objects "
                      "(file VARCHAR, object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP)"));
  return std::unique_ptr<SqlWorkspace>(new SqlWorkspace(std::move(instance), std::move(connection)));
}

Result<std::vector<duckdb::Column>> SqlWorkspace::Columns(const std::string& relation) {
  TARN_ASSIGN(const auto empty, connection_->Execute("SELECT * FROM " + relation + " LIMIT 0"));
  return empty->columns();
}

Result<int64_t> SqlWorkspace::RowsOf(const std::string& relation) {
  TARN_ASSIGN(const auto rows, connection_->Rows("SELECT count(*) AS rows FROM " + relation));
  return rows.at(0).at("rows").get<int64_t>();
}

}  // namespace tarn::transform
