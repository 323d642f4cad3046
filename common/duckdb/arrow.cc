#include "common/duckdb/arrow.h"

#include "common/duckdb/chunk.h"

namespace tarn::duckdb {

Result<ArrowSchemaOwner> ExportArrowSchema(const ResultStream& stream) {
  const auto schema = stream.schema();
  std::vector<duckdb_logical_type> types;
  std::vector<const char*> names;
  for (size_t i = 0; i < schema->types.size(); ++i) {
    types.push_back(schema->types[i].handle.get());
    names.push_back(schema->columns[i].name.c_str());
  }
  ArrowSchemaOwner exported;
  const ErrorDataHandle failure(
      duckdb_to_arrow_schema(schema->arrow.get(), types.data(), names.data(), types.size(), exported.get()));
  if (!failure || !duckdb_error_data_has_error(failure.get())) return exported;
  const char* message = duckdb_error_data_message(failure.get());
  return Error(
      Code::kUnprocessable,
      std::string("a column's type has no form in Arrow; cast it to VARCHAR: ") + (message ? message : ""));
}

}  // namespace tarn::duckdb
