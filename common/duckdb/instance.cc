#include <system_error>

#include "common/duckdb/database.h"
#include "common/duckdb/document_source.h"
#include "common/duckdb/engine_error.h"
#include "common/duckdb/scalar_registration.h"
#include "common/logging/log.h"

namespace tarn::duckdb {
namespace {

namespace fs = std::filesystem;

class EngineInstance : public Instance {
 public:
  explicit EngineInstance(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  Result<std::unique_ptr<Connection>> Connect() override { return OpenConnection(database_); }
  bool broken() const override { return database_->broken; }

 private:
  std::shared_ptr<Database> database_;
};

std::string Bytes(uint64_t bytes) { return std::to_string(bytes) + "B"; }

// What must be known before the database opens.
Result<ConfigHandle> MakeConfig(const InstanceOptions& options) {
  duckdb_config raw = nullptr;
  if (duckdb_create_config(&raw) != DuckDBSuccess) return Error(Code::kInternal, "the SQL engine has no configuration");
  ConfigHandle config(raw);
  const std::pair<const char*, std::string> settings[] = {
      {"threads", std::to_string(options.threads)},
      {"memory_limit", Bytes(options.memory_limit_bytes)},
      {"temp_directory", options.temp_directory.string()},
      {"preserve_insertion_order", options.keep_order ? "true" : "false"},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  };
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(raw, name, value.c_str()) != DuckDBSuccess) {
      return Error(Code::kInvalidArgument, std::string("the SQL engine does not take ") + name + " = " + value);
    }
  }
  return config;
}

Result<std::string> PathList(const std::vector<fs::path>& paths) {
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::error_code failure;
    const fs::path absolute = fs::absolute(path, failure);
    if (path.empty() || failure) return Error(Code::kInvalidArgument, "not a path that SQL may be allowed to use: " + path.string());
    texts.push_back(absolute.lexically_normal().string());
  }
  return QuoteLiteralList(texts);
}

// What can be set only on an open database, in this order: the allowed paths before external access goes off,
// the lock last. The two progress settings are each connection's own and stay free.
Result<std::string> LockDown(const InstanceOptions& options) {
  TARN_ASSIGN(const std::string directories, PathList(options.allowed_directories));
  TARN_ASSIGN(const std::string paths, PathList(options.allowed_paths));
  return "SET GLOBAL errors_as_json = true;"
         "SET GLOBAL TimeZone = 'UTC';"
         // So that HUGEINT, UUID, BIT and TIMETZ keep their values and names in Arrow.
         "SET GLOBAL arrow_lossless_conversion = true;"
         "SET GLOBAL max_temp_directory_size = '" + Bytes(options.max_temp_bytes) + "';"
         // So that a COPY that parts its rows makes one file of each part; the default makes more from 100 parts on.
         "SET GLOBAL partitioned_write_max_open_files = 400;"
         "SET GLOBAL allowed_directories = " + directories + ";"
         "SET GLOBAL allowed_paths = " + paths + ";"
         "SET GLOBAL enable_external_access = false;"
         "SET GLOBAL allowed_configs = ['enable_progress_bar', 'enable_progress_bar_print'];"
         "SET GLOBAL lock_configuration = true;";
}

Result<std::unique_ptr<Instance>> OpenDatabase(const char* file, const InstanceOptions& options) {
  TARN_ASSIGN(ConfigHandle config, MakeConfig(options));
  TARN_ASSIGN(const std::string lock_down, LockDown(options));
  auto database = std::make_shared<Database>(options.threads, options.memory_limit_bytes);
  database->counts_progress = options.counts_progress;
  duckdb_database handle = nullptr;
  char* message = nullptr;
  if (duckdb_open_ext(file, &handle, config.get(), &message) != DuckDBSuccess) {
    log::Failure("the SQL engine cannot open its database", {{"detail", TakeString(message)}});
    return Error(Code::kInternal, "the SQL engine cannot open its database");
  }
  database->handle.reset(handle);

  duckdb_connection connection = nullptr;
  if (duckdb_connect(handle, &connection) != DuckDBSuccess) return Error(Code::kInternal, "the SQL engine takes no connection");
  const ConnectionHandle owner(connection);
  for (const auto& function : options.functions) TARN_TRY(Register(connection, function));
  if (options.reads_documents) TARN_TRY(RegisterDocuments(connection, database->documents));
  if (options.writes_streams) TARN_TRY(RegisterStreamSource(connection, database->streams));
  ResultHandle result;
  if (duckdb_query(connection, lock_down.c_str(), result.get()) != DuckDBSuccess) {
    const char* detail = duckdb_result_error(result.get());
    log::Failure("the SQL engine refuses its settings", {{"detail", detail ? detail : ""}});
    return Error(Code::kInvalidArgument, "the SQL engine does not take these options");
  }
  return std::unique_ptr<Instance>(std::make_unique<EngineInstance>(std::move(database)));
}

}  // namespace

Result<std::unique_ptr<Instance>> Instance::Open(const InstanceOptions& options) { return OpenDatabase(nullptr, options); }

Result<std::unique_ptr<Instance>> Instance::OpenFile(const fs::path& file, const InstanceOptions& options) {
  return OpenDatabase(file.c_str(), options);
}

}  // namespace tarn::duckdb
