#include "services/transform/runs/output_writer.h"

#include <algorithm>

#include "services/transform/runs/relation_names.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

std::string MergedTable(const Output& output) {
  return "tarn." + QuoteIdentifier("merged " + output.TableName());
}

Result<duckdb::Column> ColumnNamed(const std::vector<duckdb::Column>& columns, const std::string& name,
                                   const Output& output) {
  for (const duckdb::Column& column : columns) {
    if (column.name == name) return column;
  }
  return Error(Code::kUnprocessable, "the model " + output.model + " has no column " + name);
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

Status OutputWriter::MakeMerged(const Output& output, const std::vector<duckdb::Column>& state_columns,
                                const std::optional<std::filesystem::path>& earlier_state,
                                std::stop_token cancelled) {
  std::string rows = "SELECT " + QuotedList(NamesOf(state_columns)) + " FROM " + NewRows(output);
  if (earlier_state) {
    const std::string file = "read_parquet(" + QuoteLiteral(earlier_state->string()) + ")";
    TARN_ASSIGN(const auto earlier, workspace_.Columns(file));
    // The model may have changed since: its columns and types are the ones that count.
    std::vector<std::string> casts;
    for (const duckdb::Column& column : state_columns) {
      const std::string value = Contains(earlier, column.name) ? QuoteIdentifier(column.name) : "NULL";
      casts.push_back("CAST(" + value + " AS " + column.type + ")");
    }
    rows += " UNION ALL SELECT " + Joined(casts) + " FROM " + file;
  }
  return workspace_.connection().Run("CREATE TABLE " + MergedTable(output) + " AS SELECT * FROM (" + rows +
                              ") QUALIFY row_number() OVER (PARTITION BY " + QuotedList(output.key) +
                              " ORDER BY " + FullOrder(output, state_columns) + ") = 1",
                          cancelled);
}

std::string OutputWriter::NewRows(const Output& output) const {
  const auto replaced = new_rows_.find(output.TableName());
  return replaced == new_rows_.end() ? ModelRelation(output.model) : replaced->second;
}

void OutputWriter::ReplaceNewRows(const Output& output, std::string relation) {
  new_rows_[output.TableName()] = std::move(relation);
}

Result<std::vector<duckdb::Column>> OutputWriter::PublishedColumns(const Output& output) {
  TARN_ASSIGN(const auto model, workspace_.Columns(ModelRelation(output.model)));
  if (output.columns.empty()) return model;
  std::vector<duckdb::Column> columns;
  for (const std::string& name : output.columns) {
    TARN_ASSIGN(auto column, ColumnNamed(model, name, output));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<std::string> OutputWriter::PublishedRows(const Output& output, const OutputFiles& files,
                                                std::stop_token cancelled) {
  if (output.mode != Mode::kMerge) return NewRows(output);
  if (merged_.contains(output.TableName())) return MergedTable(output);
  const auto merge = [&]() -> Status {
    TARN_ASSIGN(const auto model_columns, workspace_.Columns(ModelRelation(output.model)));
    TARN_ASSIGN(const auto state_columns, StateColumns(output, model_columns));
    return MakeMerged(output, state_columns, files.earlier_state, cancelled);
  };
  if (const Status merged = merge(); !merged.ok())
    return InPlace("output " + output.TableName(), merged.error());
  merged_.insert(output.TableName());
  return MergedTable(output);
}

Result<int64_t> OutputWriter::WriteOutput(const Output& output, const OutputFiles& files,
                                          std::stop_token cancelled) {
  TARN_ASSIGN(const std::string rows, PublishedRows(output, files, cancelled));
  const auto write = [&]() -> Result<int64_t> {
    TARN_ASSIGN(const auto columns, PublishedColumns(output));
    const bool merge = output.mode == Mode::kMerge;
    const std::string from = " FROM " + rows + (merge ? " ORDER BY " + QuotedList(output.key) : "");
    const std::string published = "SELECT " + QuotedList(NamesOf(columns)) + from;
    TARN_TRY(workspace_.connection().Run(Copy(published, files.published, output.format), cancelled));
    TARN_ASSIGN(const int64_t count, workspace_.RowsOf(rows));
    if (!merge) return count;
    TARN_TRY(workspace_.connection().Run(Copy("SELECT *" + from, files.state, Format::kParquet), cancelled));
    merged_.erase(output.TableName());
    TARN_TRY(workspace_.connection().Run("DROP TABLE " + rows));
    return count;
  };
  auto written = write();
  if (!written.ok()) return InPlace("output " + output.TableName(), written.error());
  return written;
}

}  // namespace tarn::transform
