#include <algorithm>
#include <array>
#include <span>

#include "services/query/sql/command.h"

namespace tarn::query {
namespace {

std::string UpperCase(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// ARRAY['a', 'b']
Result<std::vector<std::string>> ReadNames(StatementReader& reader) {
  std::vector<std::string> names;
  TARN_TRY(reader.NeedWord("ARRAY"));
  TARN_TRY(reader.NeedSymbol("["));
  do {
    TARN_ASSIGN(std::string name, reader.Text("a column's name in single quotes"));
    names.push_back(std::move(name));
  } while (reader.EatSymbol(","));
  TARN_TRY(reader.NeedSymbol("]"));
  return names;
}

constexpr auto kFormats = std::to_array<std::string_view>({"PARQUET", "TEXTFILE", "CSV", "JSON", "JSONFILE"});
constexpr auto kCompressions = std::to_array<std::string_view>({"NONE", "SNAPPY", "GZIP", "ZSTD"});

Result<std::string> ReadChoice(StatementReader& reader, std::span<const std::string_view> choices) {
  const size_t position = reader.Peek().position;
  TARN_ASSIGN(const std::string written, reader.Text("a word in single quotes"));
  std::string word = UpperCase(written);
  if (std::find(choices.begin(), choices.end(), word) != choices.end()) return word;
  std::string list;
  for (const auto& choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  return reader.FaultAt("expected one of " + list + "; got " + written, position);
}

// https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html, .../unload.html
Status ReadOption(StatementReader& reader, bool has_location, WriteOptions& options) {
  const size_t position = reader.Peek().position;
  const std::string key = UpperCase(reader.Take().text);
  TARN_TRY(reader.NeedSymbol("="));
  if (key == "FORMAT") {
    TARN_ASSIGN(options.format, ReadChoice(reader, kFormats));
    if (options.format == "CSV") options.format = "TEXTFILE";
    if (options.format == "JSONFILE") options.format = "JSON";
  } else if (key == "COMPRESSION" || key == "WRITE_COMPRESSION" || key == "PARQUET_COMPRESSION") {
    TARN_ASSIGN(options.compression, ReadChoice(reader, kCompressions));
  } else if (key == "FIELD_DELIMITER") {
    TARN_ASSIGN(options.delimiter, reader.Text("a character in single quotes"));
    if (options.delimiter.size() != 1 || options.delimiter == "\"" || options.delimiter == "\n")
      return reader.FaultAt("a delimiter is one character of ASCII", position);
  } else if (key == "PARTITIONED_BY") {
    TARN_ASSIGN(options.partitioned_by, ReadNames(reader));
  } else if (key == "EXTERNAL_LOCATION" && has_location) {
    TARN_ASSIGN(options.location, ReadLocation(reader));
  } else {
    return reader.FaultAt("the options are format, write_compression, field_delimiter, partitioned_by" +
                              std::string(has_location ? ", external_location" : "") + "; got " + key,
                          position);
  }
  return Ok();
}

Status ReadOptions(StatementReader& reader, bool has_location, WriteOptions& options) {
  if (!reader.EatWord("WITH")) return Ok();
  TARN_TRY(reader.NeedSymbol("("));
  do {
    TARN_TRY(ReadOption(reader, has_location, options));
  } while (reader.EatSymbol(","));
  TARN_TRY(reader.NeedSymbol(")"));
  if (options.compression == "SNAPPY" && options.format != "PARQUET")
    return reader.Fault("SNAPPY is for Parquet; text is written with NONE, GZIP or ZSTD");
  return Ok();
}

// WITH [NO] DATA at the end of a query.
void TakeDataClause(std::string& sql, bool& no_data) {
  const auto tokens = TokenizeLeniently(sql);
  if (!tokens.ok()) return;
  const auto word = [&](size_t from_end, std::string_view text) {
    const size_t count = tokens->size() - 1;  // the last is the end
    if (from_end > count) return false;
    const Token& token = (*tokens)[count - from_end];
    return token.kind == Token::Kind::kWord && token.text == text;
  };
  if (!word(1, "DATA")) return;
  const size_t no = word(2, "NO") ? 1 : 0;
  if (!word(2 + no, "WITH")) return;
  no_data = no == 1;
  sql.resize((*tokens)[tokens->size() - 1 - (2 + no)].position);
}

}  // namespace

Result<Command> ReadCreateTableAs(StatementReader& reader) {
  CreateTableAsStatement create;
  create.if_not_exists = reader.IfNotExists();
  TARN_ASSIGN(create.table, reader.QualifiedName("a table's name"));
  if (reader.IsSymbol("(")) {
    return reader.Fault(
        "a table is made of files that are there, by CREATE EXTERNAL TABLE ... LOCATION, or of a query, by "
        "CREATE "
        "TABLE ... AS SELECT");
  }
  TARN_TRY(ReadOptions(reader, true, create.options));
  TARN_TRY(reader.NeedWord("AS"));
  TARN_ASSIGN(create.query, reader.Rest("a query"));
  TakeDataClause(create.query.text, create.no_data);
  return Command(std::move(create));
}

Result<Command> ReadInsert(StatementReader& reader) {
  InsertStatement insert;
  TARN_TRY(reader.NeedWord("INTO"));
  TARN_ASSIGN(insert.table, reader.QualifiedName("a table's name"));
  const bool names = reader.IsSymbol("(") && !reader.IsWord("SELECT", 1) && !reader.IsWord("WITH", 1) &&
                     !reader.IsWord("VALUES", 1) && !reader.IsSymbol("(", 1);
  if (names) {
    TARN_ASSIGN(const auto columns, reader.Columns());
    for (const auto& column : columns) insert.columns.push_back(column.name);
  }
  TARN_ASSIGN(insert.query, reader.Rest("SELECT or VALUES"));
  return Command(std::move(insert));
}

Result<Command> ReadUnload(StatementReader& reader) {
  UnloadStatement unload;
  TARN_ASSIGN(unload.query, reader.InParentheses("a query"));
  TARN_TRY(reader.NeedWord("TO"));
  TARN_ASSIGN(unload.options.location, ReadLocation(reader));
  TARN_TRY(ReadOptions(reader, false, unload.options));
  TARN_TRY(reader.End());
  return Command(std::move(unload));
}

}  // namespace tarn::query
