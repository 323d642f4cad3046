#include "services/transform/runs/output_writer.h"

#include <algorithm>
#include <optional>

#include "services/transform/runs/partition_writer.h"
#include "services/transform/runs/partitions.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;

// Tells the rows that a merge took from the run from those that were there.
constexpr const char* kIsNew = "\"tarn: new\"";

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

void AddUnlessThere(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// What readers see, whether it is in the files or in their keys.
std::vector<std::string> PublishedNames(const Output& output, const std::vector<duckdb::Column>& model) {
  std::vector<std::string> names = output.columns.empty() ? NamesOf(model) : output.columns;
  for (const std::string& name : output.partition_by) AddUnlessThere(names, name);
  return names;
}

// The published columns, then those that only the order and the key need.
Result<std::vector<duckdb::Column>> StateColumns(const Output& output,
                                                 const std::vector<duckdb::Column>& model) {
  std::vector<std::string> names = PublishedNames(output, model);
  names.insert(names.end(), output.key.begin(), output.key.end());
  for (const OrderColumn& order : output.order_by) names.push_back(order.column);
  for (const OrderColumn& order : output.sort_by) names.push_back(order.column);
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
  // Of rows that are the same in everything the one that is there stays.
  terms.push_back(std::string(kIsNew) + " ASC");
  return Joined(terms);
}

}  // namespace

bool MergesByPartition(const Output& output) {
  return output.mode == Mode::kMerge && !output.partition_by.empty();
}

Status OutputWriter::MakeMerged(const Output& output, const std::vector<std::filesystem::path>& earlier_state,
                                std::stop_token cancelled) {
  TARN_ASSIGN(const auto model_columns, workspace_.Columns(ModelRelation(output.model)));
  TARN_ASSIGN(const auto state_columns, StateColumns(output, model_columns));
  std::string rows =
      "SELECT " + QuotedList(NamesOf(state_columns)) + ", true AS " + kIsNew + " FROM " + NewRows(output);
  if (!earlier_state.empty()) {
    std::vector<std::string> names;
    for (const auto& file : earlier_state) names.push_back(file.string());
    const std::string files = "read_parquet(" + duckdb::QuoteLiteralList(names) +
                              ", union_by_name = true, hive_partitioning = false)";
    TARN_ASSIGN(const auto earlier, workspace_.Columns(files));
    // The model may have changed since: its columns and types are the ones that count.
    std::vector<std::string> casts;
    for (const duckdb::Column& column : state_columns) {
      const std::string value = Contains(earlier, column.name) ? QuoteIdentifier(column.name) : "NULL";
      casts.push_back("CAST(" + value + " AS " + column.type + ")");
    }
    rows += " UNION ALL SELECT " + Joined(casts) + ", false FROM " + files;
  }
  return workspace_.connection().Run("CREATE TABLE " + MergedTable(output) + " AS SELECT * FROM (" + rows +
                                         ") QUALIFY row_number() OVER (PARTITION BY " +
                                         QuotedList(output.key) + " ORDER BY " +
                                         FullOrder(output, state_columns) + ") = 1",
                                     cancelled);
}

Result<std::set<std::string>> OutputWriter::TouchedPartitions(const Output& output,
                                                              std::stop_token cancelled) {
  TARN_ASSIGN(const auto paths,
              workspace_.connection().Execute(
                  "SELECT DISTINCT " + PartitionPath(output.partition_by) + " FROM (SELECT DISTINCT " +
                      QuotedList(output.partition_by) + " FROM " + NewRows(output) + ") LIMIT " +
                      std::to_string(kMaxPartitions + 1),
                  {}, std::move(cancelled)));
  std::set<std::string> touched;
  while (true) {
    TARN_ASSIGN(const auto chunk, paths->Next());
    if (!chunk) break;
    for (size_t row = 0; row < chunk->rows(); ++row) touched.insert(chunk->Text(row, 0));
  }
  if (touched.size() > kMaxPartitions) return TooManyPartitions(output.partition_by);
  return touched;
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
  std::vector<duckdb::Column> columns;
  for (const std::string& name : PublishedNames(output, model)) {
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
    std::optional<std::set<std::string>> touched;
    if (MergesByPartition(output)) {
      TARN_ASSIGN(touched, TouchedPartitions(output, cancelled));
    }
    TARN_ASSIGN(const auto earlier_state, files.earlier_state(touched));
    return MakeMerged(output, earlier_state, cancelled);
  };
  if (const Status merged = merge(); !merged.ok())
    return InPlace("output " + output.TableName(), merged.error());
  merged_.insert(output.TableName());
  return MergedTable(output);
}

Result<WrittenOutput> OutputWriter::WriteOutput(const Output& output, const OutputFiles& files,
                                                std::stop_token cancelled) {
  TARN_ASSIGN(const std::string rows, PublishedRows(output, files, cancelled));
  if (files.may_stay) {
    TARN_ASSIGN(const bool stays, ChangesNothing(output, cancelled));
    if (stays) {
      WrittenOutput kept;
      kept.stays = true;
      TARN_ASSIGN(kept.rows, workspace_.RowsOf(rows));
      TARN_TRY(DropMerged(output));
      return kept;
    }
  }
  std::error_code failed;
  if (!std::filesystem::create_directory(files.directory, failed))
    return Error(Code::kInternal, "the directory for an output cannot be made");
  auto written = Write(output, rows, files.directory, cancelled);
  if (!written.ok()) return InPlace("output " + output.TableName(), written.error());
  return written;
}

Result<bool> OutputWriter::ChangesNothing(const Output& output, std::stop_token cancelled) {
  TARN_ASSIGN(const auto found, workspace_.connection().Execute(
                                    "SELECT 1 FROM " + MergedTable(output) + " WHERE " + kIsNew + " LIMIT 1",
                                    {}, std::move(cancelled)));
  TARN_ASSIGN(const auto chunk, found->Next());
  return !chunk || chunk->rows() == 0;
}

Status OutputWriter::DropMerged(const Output& output) {
  merged_.erase(output.TableName());
  return workspace_.connection().Run("DROP TABLE " + MergedTable(output));
}

Result<WrittenOutput> OutputWriter::Write(const Output& output, const std::string& rows,
                                          const std::filesystem::path& directory, std::stop_token cancelled) {
  PartitionWriter::Source source{rows, {}, {}, output.sort_by, {}};
  TARN_ASSIGN(const auto columns, PublishedColumns(output));
  for (const duckdb::Column& column : columns) {
    const auto& by = output.partition_by;
    if (std::find(by.begin(), by.end(), column.name) == by.end()) source.columns.push_back(column.name);
  }
  for (const std::string& name : output.partition_by) {
    TARN_ASSIGN(auto column, ColumnNamed(columns, name, output));
    source.partition_by.push_back(std::move(column));
  }
  PartitionWriter writer(workspace_.connection(), output, directory, std::move(cancelled));
  if (output.mode != Mode::kMerge) return writer.Write(source);
  // An order of some kind, so that the same rows make the same files.
  if (source.order.empty()) {
    for (const std::string& column : output.key) source.order.push_back({column, false});
  }
  TARN_ASSIGN(const auto state_columns,
              workspace_.Columns("(SELECT * EXCLUDE (" + std::string(kIsNew) + ") FROM " + rows + ")"));
  source.state_columns = NamesOf(state_columns);
  TARN_ASSIGN(auto written, writer.Write(source));
  TARN_TRY(DropMerged(output));
  return written;
}

}  // namespace tarn::transform
