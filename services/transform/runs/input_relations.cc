#include "services/transform/runs/input_relations.h"

#include <algorithm>
#include <cctype>

#include "common/duckdb/documents.h"
#include "services/transform/runs/column_types.h"
#include "services/transform/runs/sniffed_csv.h"
#include "services/transform/runs/sql_pieces.h"
#include "services/transform/runs/strict_integer.h"

namespace tarn::transform {
namespace {

using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

constexpr size_t kRowsPerInsert = 500;
constexpr size_t kMaxLookedUp = 100;
constexpr const char* kObjectColumns = "object_key VARCHAR, object_version VARCHAR, object_time TIMESTAMP";

std::string FileList(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  return duckdb::QuoteLiteralList(names);
}

// column0, column1: what the engine calls the columns of a file without a header.
bool IsMadeUp(const std::string& name) {
  return name.starts_with("column") && name.size() > 6 &&
         std::all_of(name.begin() + 6, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
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

// The rows of a relation with their object as `_tarn_object`. A few files are looked up in a map, once for
// many rows, and not at all where no model asks for their objects. Of many, each look would go through all of
// them, so they are joined. Whole documents come with their objects.
std::string WithObjects(const Input& input, const std::vector<InputFile>& files,
                        const std::string& relation) {
  if (input.format == Format::kJson) {
    return "(SELECT *, {'object_key': object_key, 'object_version': object_version, 'object_time': "
           "object_time} AS "
           "_tarn_object FROM " +
           relation + ")";
  }
  if (files.size() > kMaxLookedUp)
    return "(SELECT f.*, o AS _tarn_object FROM " + relation + " f JOIN tarn.objects o ON o.file = f._file)";
  std::string objects;
  for (const InputFile& file : files) {
    objects += (objects.empty() ? "" : ", ") + QuoteLiteral(file.file.string()) +
               ": {'object_key': " + QuoteLiteral(file.key) +
               ", 'object_version': " + QuoteLiteral(file.version) + ", 'object_time': epoch_ms(" +
               std::to_string(ToUnixMillis(file.time)) + ")}";
  }
  return "(SELECT *, MAP {" + objects + "}[_file] AS _tarn_object FROM " + relation + ")";
}

bool IsRead(const Definition& definition, const Input& input) {
  const auto reads = [&input](const Template& sql) {
    const auto names = sql.Arguments(TemplateMark::Kind::kInput);
    return std::find(names.begin(), names.end(), input.name) != names.end();
  };
  return std::any_of(definition.models.begin(), definition.models.end(),
                     [&](const Model& model) { return reads(model.sql); }) ||
         std::any_of(definition.counts.begin(), definition.counts.end(),
                     [&](const Count& count) { return reads(count.sql); });
}

bool IsJsonLike(const Input& input) {
  return input.format == Format::kJson || input.format == Format::kNdjson;
}

Status MakeEmpty(duckdb::Connection& connection, const Definition& definition, const Input& input,
                 const std::vector<duckdb::Column>& columns) {
  std::string list = kObjectColumns;
  if (IsJsonLike(input)) {
    list += ", document JSON";
  } else if (columns.empty()) {
    if (!IsRead(definition, input)) return Ok();
    return Error(Code::kUnprocessable,
                 "there is no object of this input yet, so its columns are not known; declare them with "
                 "`columns`");
  }
  for (const duckdb::Column& column : columns)
    list += ", " + QuoteIdentifier(column.name) + " " + column.type;
  return connection.Run("CREATE TABLE " + input.Relation() + " (" + list + ")");
}

// The relation of the files and what to select of it, as `f`.
struct Reading {
  std::string relation, columns;
};

Reading DocumentsReading(duckdb::Connection& connection, const Input& input,
                         const std::vector<InputFile>& files, const std::vector<duckdb::Column>& columns) {
  Reading reading{DocumentsRelation(connection, input, files), ", f.document"};
  for (const duckdb::Column& column : columns) {
    const std::string value = "(f.document" + std::string(column.type == "JSON" ? "->" : "->>") +
                              QuoteLiteral(JsonPathOf(column.name)) + ")";
    reading.columns += ", CAST(" + value + " AS " + column.type + ") AS " + QuoteIdentifier(column.name);
  }
  return reading;
}

// Null where the engine cannot make sense of a file: it tells better what is wrong when it reads.
std::shared_ptr<const SniffedCsv> SniffedOf(duckdb::Connection& connection, const Input& input,
                                            const std::vector<InputFile>& files,
                                            const std::vector<duckdb::Column>& columns,
                                            const std::stop_token& cancelled) {
  if (input.format != Format::kCsv) return nullptr;
  if (files.size() == 1 && files.front().sniffed) return files.front().sniffed;
  auto sniffed = SniffedCsv::Sniff(connection, input.csv, FilesWithRows(input, files),
                                   CsvOptions(input, columns), cancelled);
  return sniffed.ok() ? std::make_shared<const SniffedCsv>(*std::move(sniffed)) : nullptr;
}

Result<Reading> RowsReading(duckdb::Connection& connection, const Input& input,
                            const std::vector<InputFile>& files, const std::vector<duckdb::Column>& columns,
                            const std::stop_token& cancelled) {
  const auto paths = FilesWithRows(input, files);
  Reading reading{FilesRelation(input, paths, columns, {}), ", f.* EXCLUDE (_file, _tarn_object)"};
  if (columns.empty()) return reading;
  const auto sniffed = SniffedOf(connection, input, files, columns, cancelled);
  std::vector<duckdb::Column> own;
  if (sniffed) {
    own = sniffed->Columns();
  } else {
    TARN_ASSIGN(const auto empty,
                connection.Execute("SELECT * FROM " + reading.relation + " LIMIT 0", {}, cancelled));
    own = empty->columns();
  }
  std::vector<duckdb::Column> types;
  reading.columns.clear();
  for (const duckdb::Column& column : columns) {
    const std::string name = QuoteIdentifier(column.name);
    const bool there = Contains(own, column.name);
    // The engine rounds a fraction in a column of integers.
    const bool strict = there && input.format == Format::kCsv && IsInteger(column.type);
    if (there) types.push_back({column.name, strict ? "VARCHAR" : column.type});
    const std::string value = !there   ? "NULL"
                              : strict ? StrictInteger("f." + name, column.type)
                                       : "f." + name;
    reading.columns += ", CAST(" + value + " AS " + column.type + ") AS " + name;
  }
  const auto found_out = sniffed ? sniffed->Relation(types) : std::nullopt;
  reading.relation = found_out.value_or(FilesRelation(input, paths, columns, types));
  return reading;
}

Status LoadInput(duckdb::Connection& connection, const Definition& definition, const Input& input,
                 const std::vector<InputFile>& files, const std::vector<duckdb::Column>& columns,
                 std::stop_token cancelled) {
  if (FilesWithRows(input, files).empty()) return MakeEmpty(connection, definition, input, columns);
  Reading reading;
  if (IsJsonLike(input)) {
    reading = DocumentsReading(connection, input, files, columns);
  } else {
    TARN_ASSIGN(reading, RowsReading(connection, input, files, columns, cancelled));
  }
  return connection.Run(
      "CREATE VIEW " + input.Relation() +
          " AS SELECT f._tarn_object.object_key, f._tarn_object.object_version, f._tarn_object.object_time" +
          reading.columns + " FROM " + WithObjects(input, files, reading.relation) + " f",
      std::move(cancelled));
}

}  // namespace

std::span<const duckdb::ScalarFunction> InputFunctions() { return StrictIntegerFunctions(); }

// A file that is nothing but its header can only be told from one of data by somebody who knows the columns.
std::string CsvOptions(const Input& input, const std::vector<duckdb::Column>& known) {
  const CsvDialect& csv = input.csv;
  std::string options;
  const auto add = [&options](const char* name, const std::optional<std::string>& value) {
    if (value) options += std::string(", ") + name + " = " + QuoteLiteral(*value);
  };
  add("delim", csv.delimiter);
  // The engine would take quotes that come first behind what it looks at for a part of the values.
  add("quote", csv.quote.value_or("\""));
  add("escape", csv.escape);
  add("nullstr", csv.null_text);
  std::optional<bool> header = csv.header;
  const bool named = std::any_of(known.begin(), known.end(), [](const auto& c) { return !IsMadeUp(c.name); });
  if (!header && named) header = true;
  if (header) options += std::string(", header = ") + (*header ? "true" : "false");
  if (header == false && !input.columns.empty()) {
    std::vector<std::string> names;
    for (const DeclaredColumn& column : input.columns) names.push_back(column.name);
    options += ", names = " + duckdb::QuoteLiteralList(names);
  }
  return options;
}

std::string FilesRelation(const Input& input, const std::vector<std::filesystem::path>& files,
                          const std::vector<duckdb::Column>& known,
                          const std::vector<duckdb::Column>& types) {
  const std::string shared =
      "(" + FileList(files) + ", filename = '_file', union_by_name = true, hive_partitioning = false";
  if (input.format == Format::kParquet) return "read_parquet" + shared + ")";
  std::string as;
  for (const duckdb::Column& column : types)
    as += (as.empty() ? ", types = {" : ", ") + QuoteLiteral(column.name) + ": " + QuoteLiteral(column.type);
  return "read_csv" + shared + CsvOptions(input, known) + (as.empty() ? "" : as + "}") + ")";
}

std::string DocumentsRelation(duckdb::Connection& connection, const Input& input,
                              const std::vector<InputFile>& files) {
  if (input.format == Format::kNdjson) {
    return "(SELECT filename AS _file, json AS document FROM read_ndjson_objects(" +
           FileList(FilesWithRows(input, files)) + ", filename = true))";
  }
  std::vector<duckdb::Document> documents;
  for (const InputFile& file : files)
    documents.push_back({file.file, file.key, file.version, ToUnixMillis(file.time) * 1000});
  return "(SELECT * RENAME (file AS _file) FROM tarn_documents(" +
         std::to_string(connection.documents().Add(std::move(documents))) + "))";
}

std::string JsonPathOf(const std::string& column) {
  if (column.starts_with("$")) return column;
  return "$." + QuoteIdentifier(column);
}

std::vector<std::filesystem::path> FilesWithRows(const Input& input, const std::vector<InputFile>& files) {
  std::vector<std::filesystem::path> with_rows;
  for (const InputFile& file : files) {
    std::error_code failed;
    const bool empty = input.format != Format::kJson && std::filesystem::file_size(file.file, failed) == 0;
    if (!empty) with_rows.push_back(file.file);
  }
  return with_rows;
}

Status LoadInputs(duckdb::Connection& connection, const Definition& definition,
                  const std::vector<InputFile>& files, const InputColumns& columns,
                  std::stop_token cancelled) {
  TARN_TRY(RememberObjects(connection, files, cancelled));
  for (const Input& input : definition.inputs) {
    std::vector<InputFile> own;
    std::copy_if(files.begin(), files.end(), std::back_inserter(own),
                 [&](const InputFile& file) { return file.input == input.name; });
    const auto known = columns.find(input.name);
    const Status loaded =
        LoadInput(connection, definition, input, own,
                  known == columns.end() ? std::vector<duckdb::Column>() : known->second, cancelled);
    if (!loaded.ok()) return InPlace(input.name.empty() ? "input" : "input " + input.name, loaded.error());
  }
  return Ok();
}

}  // namespace tarn::transform
