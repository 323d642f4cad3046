#include "services/transform/runs/model_builder.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>

#include "services/transform/runs/model_uses.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/transforms/definition_json.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

constexpr const char* kTableBytes =
    "SELECT CAST(sum(memory_usage_bytes + temporary_storage_bytes) AS BIGINT) FROM duckdb_memory() "
    "WHERE tag = 'IN_MEMORY_TABLE'";

std::string WithoutSemicolon(std::string sql) {
  while (!sql.empty() && std::string_view("; \t\r\n").find(sql.back()) != std::string_view::npos)
    sql.pop_back();
  return sql;
}

Result<int64_t> Number(duckdb::Connection& connection, const std::string& select) {
  TARN_ASSIGN(const auto rows, connection.Rows(select));
  return rows.at(0).begin()->get<int64_t>();
}

}  // namespace

Status ModelBuilder::Build(Materialise materialise, std::stop_token cancelled,
                           const std::function<void()>& built) {
  auto uses = CountModelUses(definition_);
  for (const Model& model : definition_.models) {
    auto report = BuildOne(model, materialise == Materialise::kAll || uses[model.name] > 1, cancelled);
    if (!report.ok()) return InPlace(model.file, report.error());
    reports_.push_back(*std::move(report));
    if (built) built();
  }
  return Ok();
}

Result<ModelReport> ModelBuilder::BuildOne(const Model& model, bool materialised, std::stop_token cancelled) {
  ModelReport report;
  report.name = model.name;
  report.hash = model.hash;
  report.depends_on = DependenciesOf(model.sql);
  report.materialised = materialised;
  const auto begin = std::chrono::steady_clock::now();
  // On one line with the model's first, so that the engine's line numbers are the file's.
  const std::string as = ModelRelation(model.name) + " AS " + RenderSql(definition_, model.sql, facts_);
  if (!materialised) {
    TARN_TRY(connection_.Run("CREATE VIEW " + as, cancelled));
    return report;
  }
  TARN_ASSIGN(const int64_t before, Number(connection_, kTableBytes));
  TARN_TRY(connection_.Run("CREATE TABLE " + as, cancelled));
  TARN_ASSIGN(report.rows, Number(connection_, "SELECT count(*) FROM " + ModelRelation(model.name)));
  TARN_ASSIGN(const int64_t after, Number(connection_, kTableBytes));
  report.bytes = std::max<int64_t>(after - before, 0);
  const auto passed = std::chrono::steady_clock::now() - begin;
  report.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
  return report;
}

Result<std::map<std::string, int64_t>> ModelBuilder::Counts() {
  std::map<std::string, int64_t> counts;
  for (const Count& count : definition_.counts) {
    // The cast refuses what is no whole number, the subquery more than one row or column.
    const std::string select = WithoutSemicolon(RenderSql(definition_, count.sql, facts_));
    const auto rows = connection_.Rows("SELECT CAST((" + select + "\n) AS BIGINT) AS value");
    if (!rows.ok()) return InPlace("counts." + count.name, rows.error());
    const auto& value = rows->at(0).at("value");
    counts[count.name] = value.is_null() ? 0 : value.get<int64_t>();
  }
  return counts;
}

}  // namespace tarn::transform
