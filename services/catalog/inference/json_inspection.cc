#include "services/catalog/inference/json_inspection.h"

#include <nlohmann/json.hpp>

#include "services/catalog/inference/json/json_inference.h"
#include "services/catalog/inference/query.h"

namespace tarn::catalog {
namespace {

// Beyond this many columns, asking for each value takes longer than it is worth.
constexpr size_t kMaxCheckedColumns = 300;

std::string ReadJsonSql(const std::filesystem::path& file, const std::string& options) {
  return "read_json(" + duckdb::QuoteLiteral(file.string()) + options + ", hive_partitioning = false)";
}

// Reads every value with these types, as queries will.
Result<int64_t> CountRows(duckdb::Connection& connection, const std::filesystem::path& file,
                          const std::vector<inference::JsonColumn>& columns, std::stop_token cancelled) {
  std::string types, counts;
  for (const auto& [name, type] : columns) {
    types += (types.empty() ? "" : ", ") + duckdb::QuoteLiteral(name) + ": " +
             duckdb::QuoteLiteral(type == kUnknownType ? "JSON" : type);
    counts += ", count(" + duckdb::QuoteIdentifier(name) + ")";
  }
  TARN_ASSIGN(const auto rows, QueryRows(connection,
                                         "SELECT count(*)" + counts + " FROM " +
                                             ReadJsonSql(file, ", columns = {" + types + "}"),
                                         cancelled));
  return rows.at(0).at(0).get<int64_t>();
}

// What the engine itself makes of the file; every value is looked at (sample_size = -1).
Result<Inspection> AskEngine(duckdb::Connection& connection, const std::filesystem::path& file,
                             std::stop_token cancelled) {
  const std::string source = ReadJsonSql(file, ", sample_size = -1");
  TARN_ASSIGN(auto columns, DescribeColumns(connection, source, cancelled));
  TARN_ASSIGN(const auto counts, QueryRows(connection, "SELECT count(*) FROM " + source, cancelled));
  return Inspection{{FileFormat::kJson, std::move(columns), {}, {}}, counts.at(0).at(0).get<int64_t>()};
}

}  // namespace

Result<Inspection> InspectJson(duckdb::Connection& connection, const std::filesystem::path& file,
                               std::stop_token cancelled) {
  TARN_ASSIGN(const inference::JsonVerdict verdict, inference::InferJson(file, {}, cancelled));
  if (verdict.columns.size() > kMaxCheckedColumns) return AskEngine(connection, file, cancelled);
  const auto rows = CountRows(connection, file, verdict.columns, cancelled);
  if (!rows.ok() && rows.error().code() != Code::kUnprocessable) return rows.error();
  if (!rows.ok() || *rows != verdict.rows) return AskEngine(connection, file, cancelled);
  Inspection inspection{{FileFormat::kJson, {}, {}, {}}, *rows};
  for (const auto& [name, type] : verdict.columns) inspection.layout.columns.push_back({name, type});
  return inspection;
}

}  // namespace tarn::catalog
