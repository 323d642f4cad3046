#include "services/transform/runs/sql_workspace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

// Schema-qualified names cannot be hidden by a CTE of the model.
constexpr const char* kInput = "tarn.input";
constexpr size_t kRowsPerInsert = 500;

std::string ModelTable(const std::string& model) { return "models." + QuoteIdentifier(model); }

std::string Render(const Definition& definition, const Template& sql) {
  return sql.Render([&](const TemplateMark& mark) -> std::string {
    switch (mark.kind) {
      case TemplateMark::Kind::kInput:
        return kInput;
      case TemplateMark::Kind::kRef:
        return ModelTable(mark.argument);
      case TemplateMark::Kind::kParam:
        return definition.parameters.at(mark.argument);
    }
    return "";
  });
}

std::string WithoutSemicolon(std::string sql) {
  while (!sql.empty() && std::string_view("; \t\r\n").find(sql.back()) != std::string_view::npos)
    sql.pop_back();
  return sql;
}

std::string FileList(const std::vector<InputFile>& files) {
  std::vector<std::string> names;
  for (const InputFile& file : files) names.push_back(file.file.string());
  return duckdb::QuoteLiteralList(names);
}

// What the engine reads from the files, as columns of `f`, and the column that names the file.
struct Reading {
  std::string columns, source, file_column;
};

Reading ReadingOf(Format format, const std::vector<InputFile>& files) {
  switch (format) {
    case Format::kJson:
      // A byte order mark is not JSON, but some writers put it there.
      return {"CAST(ltrim(f.content, chr(65279)) AS JSON) AS document", "read_text(" + FileList(files) + ")",
              "filename"};
    case Format::kNdjson:
      return {"f.json AS document", "read_ndjson_objects(" + FileList(files) + ", filename = true)",
              "filename"};
    case Format::kCsv:
      return {"f.* EXCLUDE (_file)",
              "read_csv(" + FileList(files) + ", filename = '_file', union_by_name = true)", "_file"};
    case Format::kParquet:
      return {"f.* EXCLUDE (_file)",
              "read_parquet(" + FileList(files) + ", filename = '_file', union_by_name = true)", "_file"};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SqlWorkspace>> SqlWorkspace::Open(const EngineLimits& limits,
                                                         const std::filesystem::path& scratch,
                                                         const std::vector<std::filesystem::path>& readable) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = limits.memory_bytes;
  options.max_temp_bytes = limits.temp_bytes;
  options.threads = limits.threads;
  options.temp_directory = scratch / "spill";
  options.allowed_directories = readable;
  options.allowed_directories.push_back(scratch);
  TARN_ASSIGN(auto instance, duckdb::Instance::Open(options));
  TARN_ASSIGN(auto connection, instance->Connect());
  TARN_TRY(
      connection->Run("CREATE SCHEMA tarn; CREATE SCHEMA models; CREATE TABLE tarn.objects "
                      "(file VARCHAR, object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP)"));
  return std::unique_ptr<SqlWorkspace>(new SqlWorkspace(std::move(instance), std::move(connection)));
}

Status SqlWorkspace::LoadInputs(Format format, const std::vector<InputFile>& files,
                                std::stop_token cancelled) {
  if (files.empty()) {
    return connection_->Run(std::string("CREATE TABLE ") + kInput +
                                " (object_key VARCHAR, object_version VARCHAR, "
                                "object_time TIMESTAMP, document JSON)",
                            cancelled);
  }
  for (size_t begin = 0; begin < files.size(); begin += kRowsPerInsert) {
    std::vector<std::string> rows;
    for (size_t i = begin; i < std::min(begin + kRowsPerInsert, files.size()); ++i) {
      const InputFile& file = files[i];
      rows.push_back("(" + QuoteLiteral(file.file.string()) + ", " + QuoteLiteral(file.key) + ", " +
                     QuoteLiteral(file.version) + ", epoch_ms(" + std::to_string(ToUnixMillis(file.time)) +
                     "))");
    }
    TARN_TRY(connection_->Run("INSERT INTO tarn.objects VALUES " + Joined(rows), cancelled));
  }
  const Reading reading = ReadingOf(format, files);
  const Status made = connection_->Run(std::string("CREATE VIEW ") + kInput +
                                           " AS SELECT o.object_key, o.object_version, o.object_time, " +
                                           reading.columns + " FROM " + reading.source +
                                           " f JOIN tarn.objects o ON o.file = f." + reading.file_column,
                                       cancelled);
  if (!made.ok()) return InPlace("input", made.error());
  return Ok();
}

Status SqlWorkspace::BuildModels(const Definition& definition, std::stop_token cancelled) {
  for (const Model& model : definition.models) {
    // On one line with the model's first, so that the engine's line numbers are the file's.
    const Status built = connection_->Run(
        "CREATE TABLE " + ModelTable(model.name) + " AS " + Render(definition, model.sql), cancelled);
    if (!built.ok()) return InPlace(model.file, built.error());
  }
  return Ok();
}

Result<std::map<std::string, int64_t>> SqlWorkspace::Counts(const Definition& definition) {
  std::map<std::string, int64_t> counts;
  for (const Count& count : definition.counts) {
    const std::string place = "counts." + count.name;
    // The cast refuses what is no whole number, the subquery more than one row or column.
    const auto rows = connection_->Rows("SELECT CAST((" + WithoutSemicolon(Render(definition, count.sql)) +
                                        "\n) AS BIGINT) AS value");
    if (!rows.ok()) return InPlace(place, rows.error());
    const auto& value = rows->at(0).at("value");
    counts[count.name] = value.is_null() ? 0 : value.get<int64_t>();
  }
  return counts;
}

Result<std::vector<duckdb::Column>> SqlWorkspace::Columns(const std::string& relation) {
  TARN_ASSIGN(const auto empty, connection_->Execute("SELECT * FROM " + relation + " LIMIT 0"));
  return empty->columns();
}

Result<int64_t> SqlWorkspace::RowsOf(const std::string& relation) {
  TARN_ASSIGN(const auto rows, connection_->Rows("SELECT count(*) AS rows FROM " + relation));
  return rows.at(0).at("rows").get<int64_t>();
}

std::string SqlWorkspace::ModelRows(const std::string& model) { return ModelTable(model); }

}  // namespace tarn::transform
