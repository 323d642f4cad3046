#include "services/catalog/inference/json_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/evolution/type_merge.h"
#include "services/catalog/inference/csv_inspection.h"
#include "services/catalog/inference/decoded_inspection.h"
#include "services/catalog/inference/json/json_inference.h"
#include "services/catalog/inference/query.h"
#include "services/catalog/inference/text_statistics.h"
#include "services/catalog/types/type_parser.h"

namespace tarn::catalog {
namespace {

// Beyond this many columns, asking for each value takes longer than it is worth.
constexpr size_t kMaxCheckedColumns = 300;
// A file whose records stand in one object is one object to the engine, which holds it in memory.
constexpr int64_t kMaxWrappedBytes = 32 << 20;

std::string ReadJsonSql(const std::filesystem::path& file, const std::string& options) {
  return "read_json(" + duckdb::QuoteLiteral(file.string()) + options + ", hive_partitioning = false)";
}

// What has no type yet can be read as any.
std::string ReadableType(const std::string& type) {
  if (type == kUnknownType) return "JSON";
  const auto parsed = ParseType(type);
  return parsed.ok() ? WithoutUnknowns(*parsed) : type;
}

// The types with which a query reads the columns.
std::string ColumnTypes(const std::vector<Column>& columns) {
  std::string types;
  for (const Column& column : columns)
    types += (types.empty() ? "" : ", ") + duckdb::QuoteLiteral(column.name) + ": " +
             duckdb::QuoteLiteral(ReadableType(column.type));
  return "{" + types + "}";
}

// Reads every value of `source` with the types that the inspection has, as queries will, and counts.
Status ReadValues(duckdb::Connection& connection, const std::string& source, Inspection& inspection,
                  std::stop_token cancelled) {
  std::vector<ReadColumn> columns;
  std::string counts;
  for (const Column& column : inspection.layout.columns) {
    columns.push_back({column.name, column.type, duckdb::QuoteIdentifier(column.name)});
    counts += ", count(" + columns.back().expression + ")";
  }
  TARN_ASSIGN(const auto rows,
              QueryRows(connection, "SELECT count(*)" + counts + StatisticsSql(columns) + " FROM " + source,
                        cancelled));
  inspection.rows = rows.at(0).at(0).get<int64_t>();
  inspection.statistics = TextStatistics(columns, rows.at(0), 1 + columns.size(), inspection.rows);
  return Ok();
}

// What the engine itself makes of the file; every value is looked at (sample_size = -1).
Result<Inspection> AskEngine(duckdb::Connection& connection, const std::filesystem::path& file,
                             std::stop_token cancelled) {
  const std::string source = ReadJsonSql(file, ", sample_size = -1");
  TARN_ASSIGN(auto columns, DescribeColumns(connection, source, cancelled));
  TARN_ASSIGN(const auto counts, QueryRows(connection, "SELECT count(*) FROM " + source, cancelled));
  return Inspection{{FileFormat::kJson, std::move(columns), {}, {}}, counts.at(0).at(0).get<int64_t>()};
}

std::string RecordsSql(const std::filesystem::path& file, const std::vector<Column>& columns,
                       const std::vector<std::string>& path) {
  if (path.empty()) return ReadJsonSql(file, ", columns = " + ColumnTypes(columns));
  std::string type = "STRUCT(", member;
  for (size_t i = 0; i < columns.size(); ++i)
    type += (i == 0 ? "" : ", ") + duckdb::QuoteIdentifier(columns[i].name) + " " + ReadableType(columns[i].type);
  type += ")[]";
  for (size_t i = path.size(); --i > 0;)
    type = "STRUCT(" + duckdb::QuoteIdentifier(path[i]) + " " + type + ")";
  for (const std::string& name : path) member += (member.empty() ? "" : ".") + duckdb::QuoteIdentifier(name);
  return "(SELECT unnest(record) FROM (SELECT unnest(" + member + ") AS record FROM " +
         ReadJsonSql(file, ", columns = " + ColumnTypes({{path[0], type}}) +
                               ", maximum_object_size = " + std::to_string(kMaxWrappedBytes)) +
         ") WHERE record IS NOT NULL)";
}

Result<Inspection> FromVerdict(duckdb::Connection& connection, const std::filesystem::path& file,
                               const inference::JsonVerdict& verdict, const std::vector<std::string>& path,
                               const std::vector<Column>& types, std::stop_token cancelled) {
  Inspection inspection{{FileFormat::kJson, {}, {}, {}, path}, verdict.rows};
  for (const auto& [name, type] : verdict.columns) inspection.layout.columns.push_back({name, type});
  ApplyTypes(types, inspection.layout);
  TARN_TRY(ReadValues(connection, RecordsSql(file, inspection.layout.columns, path), inspection, cancelled));
  return inspection;
}

}  // namespace

Result<Inspection> InspectJson(duckdb::Connection& connection, const std::filesystem::path& file,
                               std::stop_token cancelled) {
  TARN_ASSIGN(const decoding::Decoding decoding, JsonDecodingOf(file));
  if (!decoding.empty()) {
    return InspectDecoded(file, decoding, cancelled, [&](const std::filesystem::path& decoded) {
      return InspectJson(connection, decoded, cancelled);
    });
  }
  TARN_ASSIGN(const inference::JsonVerdict verdict, inference::InferJson(file, {}, cancelled));
  if (verdict.columns.size() > kMaxCheckedColumns) return AskEngine(connection, file, cancelled);
  auto inspection = FromVerdict(connection, file, verdict, {}, {}, cancelled);
  if (!inspection.ok() && inspection.error().code() != Code::kUnprocessable) return inspection;
  if (!inspection.ok() || inspection->rows != verdict.rows) return AskEngine(connection, file, cancelled);
  return inspection;
}

Result<Inspection> InspectJsonRecords(duckdb::Connection& connection, const std::filesystem::path& file,
                                      const Classifier& classifier, std::stop_token cancelled) {
  TARN_ASSIGN(const decoding::Decoding decoding, JsonDecodingOf(file));
  if (!decoding.empty()) {
    return InspectDecoded(file, decoding, cancelled, [&](const std::filesystem::path& decoded) {
      return InspectJsonRecords(connection, decoded, classifier, cancelled);
    });
  }
  inference::JsonOptions options;
  options.path = classifier.records_path;
  TARN_ASSIGN(const inference::JsonVerdict verdict, inference::InferJson(file, options, cancelled));
  TARN_ASSIGN(Inspection inspection,
              FromVerdict(connection, file, verdict, classifier.records_path, classifier.types, cancelled));
  if (inspection.rows == verdict.rows) return inspection;
  return Error(Code::kUnprocessable, "the records cannot be told apart for sure: the file has " +
                                         std::to_string(verdict.rows) + ", but a query would read " +
                                         std::to_string(inspection.rows));
}

}  // namespace tarn::catalog
