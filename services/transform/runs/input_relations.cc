#include "services/transform/runs/input_relations.h"

#include <algorithm>

#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteLiteral;

constexpr size_t kRowsPerInsert = 500;

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

// Tells which object a file is.
Status RememberObjects(duckdb::Connection& connection, const std::vector<InputFile>& files,
                       std::stop_token cancelled) {
  for (size_t begin = 0; begin < files.size(); begin += kRowsPerInsert) {
    std::string rows;
    for (size_t i = begin; i < std::min(begin + kRowsPerInsert, files.size()); ++i) {
      const InputFile& file = files[i];
      rows += (rows.empty() ? "(" : ", (") + QuoteLiteral(file.file.string()) + ", " +
              QuoteLiteral(file.key) + ", " + QuoteLiteral(file.version) + ", epoch_ms(" +
              std::to_string(ToUnixMillis(file.time)) + "))";
    }
    TARN_TRY(connection.Run("INSERT INTO tarn.objects VALUES " + rows, cancelled));
  }
  return Ok();
}

Status LoadInput(duckdb::Connection& connection, const Input& input, const std::vector<InputFile>& files,
                 std::stop_token cancelled) {
  if (files.empty()) {
    return connection.Run("CREATE TABLE " + input.Relation() +
                              " (object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP, "
                              "document JSON)",
                          cancelled);
  }
  const Reading reading = ReadingOf(input.format, files);
  const Status made =
      connection.Run("CREATE VIEW " + input.Relation() +
                         " AS SELECT o.object_key, o.object_version, o.object_time, " + reading.columns +
                         " FROM " + reading.source + " f JOIN tarn.objects o ON o.file = f." +
                         reading.file_column,
                     cancelled);
  if (!made.ok()) return InPlace(input.name.empty() ? "input" : "input " + input.name, made.error());
  return Ok();
}

}  // namespace

Status LoadInputs(duckdb::Connection& connection, const Definition& definition,
                  const std::vector<InputFile>& files, std::stop_token cancelled) {
  TARN_TRY(RememberObjects(connection, files, cancelled));
  for (const Input& input : definition.inputs) {
    std::vector<InputFile> own;
    std::copy_if(files.begin(), files.end(), std::back_inserter(own),
                 [&](const InputFile& file) { return file.input == input.name; });
    TARN_TRY(LoadInput(connection, input, own, cancelled));
  }
  return Ok();
}

}  // namespace tarn::transform
