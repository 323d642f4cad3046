#include "services/transform/runs/sql_workspace.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

constexpr size_t kRowsPerInsert = 500;

std::string MergedTable(const Output& output) {
  return "tarn." + QuoteIdentifier("merged " + output.TableName());
}

Error InPlace(const std::string& place, const Error& error) {
  return Error(error.code(), error.message())
      .At(error.where().empty() ? place : place + ", " + error.where());
}

std::string Joined(const std::vector<std::string>& parts, const char* separator = ", ") {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : separator) + part;
  return joined;
}

std::string WithoutSemicolon(std::string sql) {
  while (!sql.empty() && std::string_view("; \t\r\n").find(sql.back()) != std::string_view::npos)
    sql.pop_back();
  return sql;
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(QuoteIdentifier(name));
  return Joined(quoted);
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

bool Contains(const std::vector<duckdb::Column>& columns, const std::string& name) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const duckdb::Column& column) { return column.name == name; });
}

Result<duckdb::Column> ColumnNamed(const std::vector<duckdb::Column>& columns, const std::string& name,
                                   const Output& output) {
  for (const duckdb::Column& column : columns) {
    if (column.name == name) return column;
  }
  return Error(Code::kUnprocessable, "the model " + output.model + " has no column " + name);
}

std::vector<std::string> NamesOf(const std::vector<duckdb::Column>& columns) {
  std::vector<std::string> names;
  for (const duckdb::Column& column : columns) names.push_back(column.name);
  return names;
}

// The published columns, then those that only the order and the key need.
Result<std::vector<duckdb::Column>> StateColumns(const Output& output,
                                                 const std::vector<duckdb::Column>& model) {
  std::vector<std::string> names = output.columns.empty() ? NamesOf(model) : output.columns;
  names.insert(names.end(), output.key.begin(), output.key.end());
  for (const OrderColumn& order : output.order_by) names.push_back(order.column);
  std::vector<duckdb::Column> columns;
  for (const std::string& name : names) {
    if (Contains(columns, name)) continue;
    TARN_ASSIGN(auto column, ColumnNamed(model, name, output));
    columns.push_back(std::move(column));
  }
  return columns;
}

// The order that decides which row of a key stays. The columns that order_by leaves out come last, so that
// the outcome never depends on the order in which rows arrive.
std::string FullOrder(const Output& output, const std::vector<duckdb::Column>& columns) {
  std::vector<std::string> terms;
  std::vector<std::string> ordered = output.key;
  for (const OrderColumn& order : output.order_by) {
    terms.push_back(QuoteIdentifier(order.column) + (order.descending ? " DESC" : " ASC") + " NULLS LAST");
    ordered.push_back(order.column);
  }
  for (const duckdb::Column& column : columns) {
    if (std::find(ordered.begin(), ordered.end(), column.name) != ordered.end()) continue;
    terms.push_back(QuoteIdentifier(column.name) + " ASC NULLS LAST");
  }
  return Joined(terms);
}

std::string CopyOptions(Format format) {
  return format == Format::kCsv ? "(FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"')"
                                : "(FORMAT parquet, COMPRESSION zstd)";
}

std::string Copy(const std::string& query, const std::filesystem::path& file, Format format) {
  return "COPY (" + query + ") TO " + QuoteLiteral(file.string()) + " " + CopyOptions(format);
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

Status SqlWorkspace::LoadInputs(const Definition& definition, const std::vector<InputFile>& files,
                                std::stop_token cancelled) {
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
  for (const Input& input : definition.inputs) {
    std::vector<InputFile> of_input;
    std::copy_if(files.begin(), files.end(), std::back_inserter(of_input),
                 [&](const InputFile& file) { return file.input == input.name; });
    TARN_TRY(LoadInput(input, of_input, cancelled));
  }
  return Ok();
}

Status SqlWorkspace::LoadInput(const Input& input, const std::vector<InputFile>& files,
                               std::stop_token cancelled) {
  if (files.empty()) {
    return connection_->Run("CREATE TABLE " + input.Relation() +
                                " (object_key VARCHAR, object_version VARCHAR, "
                                "object_time TIMESTAMP, document JSON)",
                            cancelled);
  }
  const Reading reading = ReadingOf(input.format, files);
  const Status made = connection_->Run(
      "CREATE VIEW " + input.Relation() + " AS SELECT o.object_key, o.object_version, o.object_time, " +
          reading.columns + " FROM " + reading.source + " f JOIN tarn.objects o ON o.file = f." +
          reading.file_column,
      cancelled);
  if (!made.ok()) return InPlace(input.name.empty() ? "input" : "input " + input.name, made.error());
  return Ok();
}

Status SqlWorkspace::BuildModels(const Definition& definition, std::stop_token cancelled) {
  for (const Model& model : definition.models) {
    // On one line with the model's first, so that the engine's line numbers are the file's.
    const Status built = connection_->Run(
        "CREATE TABLE " + ModelRelation(model.name) + " AS " + RenderSql(definition, model.sql, facts_), cancelled);
    if (!built.ok()) return InPlace(model.file, built.error());
  }
  return Ok();
}

Result<std::map<std::string, int64_t>> SqlWorkspace::Counts(const Definition& definition) {
  std::map<std::string, int64_t> counts;
  for (const Count& count : definition.counts) {
    const std::string place = "counts." + count.name;
    // The cast refuses what is no whole number, the subquery more than one row or column.
    const auto rows = connection_->Rows("SELECT CAST((" + WithoutSemicolon(RenderSql(definition, count.sql, facts_)) +
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

Status SqlWorkspace::MakeMerged(const Output& output, const std::vector<duckdb::Column>& state_columns,
                                const std::optional<std::filesystem::path>& earlier_state,
                                std::stop_token cancelled) {
  std::string rows = "SELECT " + QuotedList(NamesOf(state_columns)) + " FROM " + NewRows(output);
  if (earlier_state) {
    const std::string file = "read_parquet(" + QuoteLiteral(earlier_state->string()) + ")";
    TARN_ASSIGN(const auto earlier, Columns(file));
    // The model may have changed since: its columns and types are the ones that count.
    std::vector<std::string> casts;
    for (const duckdb::Column& column : state_columns) {
      const std::string value = Contains(earlier, column.name) ? QuoteIdentifier(column.name) : "NULL";
      casts.push_back("CAST(" + value + " AS " + column.type + ")");
    }
    rows += " UNION ALL SELECT " + Joined(casts) + " FROM " + file;
  }
  return connection_->Run("CREATE TABLE " + MergedTable(output) + " AS SELECT * FROM (" + rows +
                              ") QUALIFY row_number() OVER (PARTITION BY " + QuotedList(output.key) +
                              " ORDER BY " + FullOrder(output, state_columns) + ") = 1",
                          cancelled);
}

std::string SqlWorkspace::ModelRows(const std::string& model) { return ModelRelation(model); }

std::string SqlWorkspace::NewRows(const Output& output) const {
  const auto replaced = new_rows_.find(output.TableName());
  return replaced == new_rows_.end() ? ModelRelation(output.model) : replaced->second;
}

void SqlWorkspace::ReplaceNewRows(const Output& output, std::string relation) {
  new_rows_[output.TableName()] = std::move(relation);
}

Result<std::vector<duckdb::Column>> SqlWorkspace::PublishedColumns(const Output& output) {
  TARN_ASSIGN(const auto model, Columns(ModelRelation(output.model)));
  if (output.columns.empty()) return model;
  std::vector<duckdb::Column> columns;
  for (const std::string& name : output.columns) {
    TARN_ASSIGN(auto column, ColumnNamed(model, name, output));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::string> SqlWorkspace::PublishedRows(const Output& output, const OutputFiles& files,
                                                std::stop_token cancelled) {
  if (output.mode != Mode::kMerge) return NewRows(output);
  if (merged_.contains(output.TableName())) return MergedTable(output);
  const auto merge = [&]() -> Status {
    TARN_ASSIGN(const auto model_columns, Columns(ModelRelation(output.model)));
    TARN_ASSIGN(const auto state_columns, StateColumns(output, model_columns));
    return MakeMerged(output, state_columns, files.earlier_state, cancelled);
  };
  if (const Status merged = merge(); !merged.ok())
    return InPlace("output " + output.TableName(), merged.error());
  merged_.insert(output.TableName());
  return MergedTable(output);
}

Result<int64_t> SqlWorkspace::WriteOutput(const Output& output, const OutputFiles& files,
                                          std::stop_token cancelled) {
  TARN_ASSIGN(const std::string rows, PublishedRows(output, files, cancelled));
  const auto write = [&]() -> Result<int64_t> {
    TARN_ASSIGN(const auto columns, PublishedColumns(output));
    const bool merge = output.mode == Mode::kMerge;
    const std::string from = " FROM " + rows + (merge ? " ORDER BY " + QuotedList(output.key) : "");
    const std::string published = "SELECT " + QuotedList(NamesOf(columns)) + from;
    TARN_TRY(connection_->Run(Copy(published, files.published, output.format), cancelled));
    TARN_ASSIGN(const int64_t count, RowsOf(rows));
    if (!merge) return count;
    TARN_TRY(connection_->Run(Copy("SELECT *" + from, files.state, Format::kParquet), cancelled));
    merged_.erase(output.TableName());
    TARN_TRY(connection_->Run("DROP TABLE " + rows));
    return count;
  };
  auto written = write();
  if (!written.ok()) return InPlace("output " + output.TableName(), written.error());
  return written;
}

}  // namespace tarn::transform
