#include "tests/unit/services/query/test_lake.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/object_store/local_object_store.h"
#include "common/text/lower_case.h"
#include "services/query/engine/duckdb_engine.h"
#include "services/query/formats/result_format.h"
#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

constexpr const char* kBucket = "transformed";

// Tests cannot go on without these; an exception ends the test with its message.
template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message());
  return std::move(result).value();
}

void Must(Status status) {
  if (!status.ok()) throw std::runtime_error(status.error().message());
}

}  // namespace

void FakeCatalog::Set(catalog_client::TableSnapshot table) {
  const std::scoped_lock lock(mutex_);
  tables_[table.database][table.table] = std::move(table);
}

Result<std::vector<std::optional<catalog_client::TableSnapshot>>> FakeCatalog::Resolve(
    const std::vector<catalog_client::TableRequest>& requests, int64_t, std::stop_token) {
  if (on_resolve) on_resolve(++calls_);
  const std::scoped_lock lock(mutex_);
  std::vector<std::optional<catalog_client::TableSnapshot>> snapshots;
  for (const auto& request : requests) {
    const auto& tables = tables_[text::LowerCase(request.name.database)];
    const auto found = tables.find(text::LowerCase(request.name.table));
    snapshots.push_back(found == tables.end() ? std::nullopt : std::optional(found->second));
  }
  return snapshots;
}

void FakeCatalog::SetView(catalog_client::View view) {
  const std::scoped_lock lock(mutex_);
  views_[view.name.database + '.' + view.name.table] = std::move(view);
}

Result<std::vector<catalog_client::ResolvedName>> FakeCatalog::ResolveNames(
    const std::vector<catalog_client::TableRequest>& requests, int64_t min_sequence, std::stop_token cancelled) {
  TARN_ASSIGN(auto names, Catalog::ResolveNames(requests, min_sequence, cancelled));
  const std::scoped_lock lock(mutex_);
  for (size_t i = 0; i < requests.size(); ++i) {
    const auto found = views_.find(text::LowerCase(requests[i].name.database + '.' + requests[i].name.table));
    if (found != views_.end()) names[i].view = found->second;
  }
  return names;
}

Result<std::vector<std::string>> FakeCatalog::ListDatabases() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, tables] : tables_) {
    if (!tables.empty()) names.push_back(name);
  }
  return names;
}

Result<std::vector<std::string>> FakeCatalog::ListTables(const std::string& database) {
  const std::scoped_lock lock(mutex_);
  const auto found = tables_.find(database);
  if (found == tables_.end() || found->second.empty()) return Error(Code::kNotFound, "there is no database " + database);
  std::vector<std::string> names;
  for (const auto& [name, table] : found->second) names.push_back(name);
  return names;
}

TestLake::TestLake() {
  store_ = Must(object_store::OpenLocalStore({directory_ / "lake", "query"}));
  Must(store_->EnsureBucket(kBucket));
  Must(store_->EnsureBucket("results"));
  gate_ = Must(sql_gate::Gate::Open(ExtensionFunctions()));
  DuckDbEngineOptions options;
  options.memory_bytes = 256 << 20;
  options.temp_directory = directory_ / "tmp";
  std::filesystem::create_directories(options.temp_directory);
  engine_ = Must(OpenDuckDbEngine(options, *store_));
  // Nobody listens there.
  const SystemTables::Urls urls{"http://127.0.0.1:9", "http://127.0.0.1:9", "http://127.0.0.1:9"};
  system_tables_ = std::make_unique<SystemTables>(urls, *store_, std::vector<SystemTable>());
  database_ = Must(sqlite::Database::Open(":memory:"));
  Must(database_->Migrate(
      {PreparedStatements::kMigration, WriteJournal::kMigration, WriteJournal::kRecordMigration}));
  prepared_ = std::make_unique<PreparedStatements>(*database_);
  journal_ = std::make_unique<WriteJournal>(*database_);
  rows_ = Must(RowWriter::Open(*store_));
  writer_ = std::make_unique<TableWriter>(TableWriter::Parts{*store_, catalog_, rest_, *rows_, *journal_});
  runner_ = std::make_unique<StatementRunner>(parts(), *engine_);
}

catalog_client::DataFile TestLake::PutFile(const std::string& key, const std::string& content, catalog_client::FileFormat format, std::vector<std::string> columns) {
  const auto info = Must(store_->Put(kBucket, key, content));
  catalog_client::DataFile file;
  file.bucket = kBucket;
  file.key = key;
  file.version = info.version;
  file.size_bytes = info.size_bytes;
  catalog_client::FileLayout layout;
  layout.format = format;
  if (format == catalog_client::FileFormat::kCsv) layout.csv = {",", "\"", "\"", true, 0, columns};
  for (auto& column : columns) layout.columns.push_back({column, column});
  file.layout = std::make_shared<const catalog_client::FileLayout>(std::move(layout));
  return file;
}

catalog_client::DataFile TestLake::PutParquet(const std::string& key, const std::string& sql, std::vector<std::string> columns) {
  duckdb::InstanceOptions options;
  options.allowed_directories = {directory_.path()};
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto path = directory_ / "new.parquet";
  Must(Must(instance->Connect())->Run("COPY (" + sql + ") TO " + duckdb::QuoteLiteral(path.string()) + " (FORMAT parquet)"));
  std::ifstream stream(path, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(stream)), {});
  return PutFile(key, content, catalog_client::FileFormat::kParquet, std::move(columns));
}

Result<std::string> TestLake::Run(const std::string& sql, const std::string& database, std::vector<duckdb::Parameter> parameters,
                                  Dialect dialect) {
  StatementRequest request;
  request.sql = sql;
  request.database = database;
  request.parameters = std::move(parameters);
  request.dialect = dialect;
  TARN_ASSIGN(auto started, runner_->Start(request, {}));
  std::string text;
  for (const auto& column : started.execution->columns()) text += (text.empty() ? "" : " | ") + column.name + ' ' + column.type;
  text += '\n';
  while (true) {
    TARN_ASSIGN(const auto chunk, started.execution->Next());
    if (!chunk) return text;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      AppendRowArray(*chunk, row, started.execution->columns().size(), text);
      text += '\n';
    }
  }
}

void AddGoldenTables(TestLake& lake) {
  // Two generations of files: the older lacks a column and has a narrower type.
  const auto older = lake.PutParquet("spotify/songs/a.parquet",
                                     "FROM (VALUES ('s1', 'One', 180000::INTEGER), ('s2', 'Two, \"too\"', 200000)) t(song_id, song_name, duration_ms)",
                                     {"song_id", "song_name", "duration_ms"});
  const auto newer = lake.PutParquet("spotify/songs/b.parquet",
                                     "SELECT 's3' AS song_id, NULL AS song_name, 240000::BIGINT AS duration_ms, 77 AS popularity",
                                     {"song_id", "song_name", "duration_ms", "popularity"});
  lake.catalog().Set({"spotify", "songs", 3,
                      {{"song_id", "VARCHAR"}, {"song_name", "VARCHAR"}, {"duration_ms", "BIGINT"}, {"popularity", "INTEGER"}},
                      {older, newer}});

  lake.catalog().Set({"spotify", "nothing", 1, {{"a", "BIGINT"}, {"b", "STRUCT(x DATE)[]"}}, {}});

  const std::string quoting = "id,text,amount,day\r\n1,\"a,b\",1.50,2026-02-03\r\n2,\"say \"\"hi\"\"\",-2,\r\n3,\"two\nlines\",,2024-12-31\r\n4,\"\",3,\r\n";
  lake.catalog().Set({"files", "quoting", 1,
                      {{"id", "BIGINT"}, {"text", "VARCHAR"}, {"amount", "DECIMAL(10,2)"}, {"day", "DATE"}},
                      {lake.PutFile("files/quoting/a.csv", quoting, catalog_client::FileFormat::kCsv, {"id", "text", "amount", "day"})}});

  auto semicolons = lake.PutFile("files/semicolons/a.csv", "a comment line\n1;'x;y'\n2;'it\\'s'\n", catalog_client::FileFormat::kCsv, {"a", "b"});
  auto dialect = *semicolons.layout;
  dialect.csv = {";", "'", "\\", false, 1, {"a", "b"}};
  semicolons.layout = std::make_shared<const catalog_client::FileLayout>(dialect);
  lake.catalog().Set({"files", "semicolons", 1, {{"a", "BIGINT"}, {"b", "VARCHAR"}}, {semicolons}});

  const std::string events = "{\"id\": 1, \"tags\": [\"x\", \"y\"], \"user\": {\"name\": \"Zoë\"}}\n{\"id\": 2, \"user\": null}\n";
  lake.catalog().Set({"files", "events", 1, {{"id", "BIGINT"}, {"tags", "VARCHAR[]"}, {"user", "STRUCT(\"name\" VARCHAR)"}, {"late", "DATE"}},
                      {lake.PutFile("files/events/a.ndjson", events, catalog_client::FileFormat::kJson, {"id", "tags", "user"})}});

  // Partitions stand in the path: country (text) and day (typed), one of them NULL.
  std::vector<catalog_client::DataFile> parts;
  const std::vector<std::vector<std::string>> values = {{"DE", "2026-01-01"}, {"DE", "2026-01-02"}, {"__HIVE_DEFAULT_PARTITION__", "2026-01-01"}};
  for (size_t i = 0; i < values.size(); ++i) {
    parts.push_back(lake.PutParquet("shop/sales/country=" + values[i][0] + "/day=" + values[i][1] + "/a.parquet",
                                    "SELECT " + std::to_string(i + 1) + " AS amount", {"amount"}));
    parts.back().partition_values = std::make_shared<const std::vector<std::string>>(values[i]);
  }
  lake.catalog().Set({"shop", "sales", 7, {{"amount", "INTEGER"}, {"country", "VARCHAR", true}, {"day", "DATE", true}}, parts});

  const auto odd = lake.PutParquet("odd/names/a.parquet", "SELECT 1 AS \"a \"\"b\"\"\", 2 AS \"select\", 3 AS \"Ünï\"", {"a \"b\"", "select", "Ünï"});
  lake.catalog().Set({"odd", "my table", 1, {{"a \"b\"", "INTEGER"}, {"select", "INTEGER"}, {"Ünï", "INTEGER"}}, {odd}});
}

}  // namespace tarn::query
