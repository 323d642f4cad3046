#include "services/query/engine/poison_probe.h"

#include <algorithm>

namespace tarn::query {
namespace {

using std::chrono::steady_clock;

constexpr uint64_t kProbeMemoryBytes = 256 << 20;

// The rows of one file as its table gives them.
Result<std::string> FileQuery(const table_view::BoundTable& table, size_t file,
                              std::span<const std::filesystem::path> paths) {
  catalog_client::TableSnapshot one;
  one.database = table.snapshot.database;
  one.table = table.snapshot.table;
  one.columns = table.snapshot.columns;
  one.files = {table.snapshot.files[file]};
  return table_view::TableQuery(one, paths.subspan(file, 1));
}

Status ReadAll(duckdb::Connection& connection, const std::string& sql, steady_clock::time_point deadline,
               std::stop_token cancelled) {
  TARN_ASSIGN(const auto stream, connection.Execute(sql, {}, cancelled));
  while (steady_clock::now() < deadline) {
    TARN_ASSIGN(const auto chunk, stream->Next());
    if (!chunk) break;
  }
  return Ok();
}

}  // namespace

std::optional<std::string> FindPoison(const std::vector<table_view::BoundTable>& tables,
                                      const PinnedFiles& files, const duckdb::InstanceOptions& options,
                                      std::chrono::milliseconds patience, std::stop_token cancelled) {
  const auto deadline = steady_clock::now() + patience;
  duckdb::InstanceOptions alone = options;
  alone.threads = 1;
  alone.memory_limit_bytes = std::min(options.memory_limit_bytes, kProbeMemoryBytes);
  alone.temp_directory.clear();
  const auto instance = duckdb::Instance::Open(alone);
  if (!instance.ok()) return std::nullopt;
  const auto connection = (*instance)->Connect();
  if (!connection.ok()) return std::nullopt;
  for (size_t table = 0; table < tables.size(); ++table) {
    const auto paths = files.OfTable(table);
    for (size_t file = 0; file < paths.size(); ++file) {
      if (steady_clock::now() >= deadline || cancelled.stop_requested()) return std::nullopt;
      const auto sql = FileQuery(tables[table], file, paths);
      if (!sql.ok()) continue;
      const auto read = ReadAll(**connection, *sql, deadline, cancelled);
      if (!read.ok() && (*instance)->broken()) return files.ObjectName(table, file);
    }
  }
  return std::nullopt;
}

}  // namespace tarn::query
