// Prints the SQL with which a person would make a transform's tables in DuckDB itself: its models as they
// are, over JSON documents of a folder, and a COPY of each table to Parquet in the output's layout.
//
//   bench_transform_sql PIPELINES TRANSFORM PREFIX FOLDER TO
//
// The documents in FOLDER are the objects of PREFIX; TO/<table>.parquet is written.

#include <iostream>

#include "common/duckdb/engine.h"
#include "services/transform/runs/model_uses.h"
#include "services/transform/runs/output_format.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/transforms/definition_store.h"
#include "services/transform/transforms/relation_names.h"
#include "services/transform/transforms/render.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteLiteral;

std::string InputSql(const Input& input, const std::string& prefix, const std::string& folder) {
  const std::string relation = InputRelation(input.name);
  if (input.prefix.find(prefix.substr(0, input.prefix.size())) == std::string::npos)
    return "CREATE TABLE " + relation +
           " (object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP, document JSON)";
  return "CREATE VIEW " + relation + " AS SELECT " + QuoteLiteral(prefix) +
         " || parse_filename(filename) AS object_key, '' AS object_version, TIMESTAMP '2026-01-01' AS "
         "object_time, CAST(content AS JSON) AS document FROM read_text(" +
         QuoteLiteral(folder + "/*.json") + ")";
}

// A merge into nothing: of the rows of a key the first in the output's order.
std::string OutputSql(const Output& output, const std::string& to) {
  std::string rows = "SELECT " + (output.columns.empty() ? "*" : QuotedList(output.columns)) + " FROM " +
                     ModelRelation(output.model);
  if (output.mode == Mode::kMerge)
    rows += " QUALIFY row_number() OVER (PARTITION BY " + QuotedList(output.key) + " ORDER BY " +
            OrderTerms(output.order_by) + ") = 1";
  return "COPY (" + rows + ") TO " + QuoteLiteral(to + "/" + output.table + FileSuffix(output)) + " " +
         CopyOptions(output);
}

Status Print(const std::string& pipelines, const std::string& name, const std::string& prefix,
             const std::string& folder, const std::string& to) {
  TARN_ASSIGN(const auto sql_check, SqlCheck::Open());
  DefinitionStore definitions(pipelines, *sql_check);
  TARN_TRY(definitions.Reload());
  TARN_ASSIGN(const auto loaded, definitions.Get(name));
  if (!loaded.definition) return *loaded.load_error;
  const Definition& definition = *loaded.definition;
  auto uses = CountModelUses(definition);
  std::cout << "CREATE SCHEMA tarn;\nCREATE SCHEMA models;\n";
  for (const Input& input : definition.inputs) std::cout << InputSql(input, prefix, folder) << ";\n";
  for (const Model& model : definition.models) {
    std::cout << "CREATE " << (uses[model.name] > 1 ? "TABLE " : "VIEW ") << ModelRelation(model.name)
              << " AS " << RenderSql(definition, model.sql, {}) << ";\n";
  }
  for (const Output& output : definition.outputs) std::cout << OutputSql(output, to) << ";\n";
  return Ok();
}

}  // namespace
}  // namespace tarn::transform

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const auto printed = tarn::transform::Print(argv[1], argv[2], argv[3], argv[4], argv[5]);
  if (!printed.ok()) std::cerr << printed.error().message() << " " << printed.error().where() << "\n";
  return printed.ok() ? 0 : 1;
}
