#include "services/query/sql/hive_type.h"

#include <array>
#include <utility>

#include "common/duckdb/engine.h"

namespace tarn::query {
namespace {

constexpr int kMaxDepth = 50;

constexpr auto kPlain = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"BOOLEAN", "BOOLEAN"},
    {"TINYINT", "TINYINT"},
    {"SMALLINT", "SMALLINT"},
    {"INT", "INTEGER"},
    {"INTEGER", "INTEGER"},
    {"BIGINT", "BIGINT"},
    {"FLOAT", "FLOAT"},
    {"REAL", "FLOAT"},
    {"DOUBLE", "DOUBLE"},
    {"STRING", "VARCHAR"},
    {"VARCHAR", "VARCHAR"},
    {"CHAR", "VARCHAR"},
    {"BINARY", "BLOB"},
    {"VARBINARY", "BLOB"},
    {"DATE", "DATE"},
    {"TIMESTAMP", "TIMESTAMP"},
});

Result<std::string> Read(StatementReader& reader, int depth);

Result<std::string> ReadDecimal(StatementReader& reader) {
  std::string width = "10", scale = "0";
  if (reader.EatSymbol("(")) {
    if (reader.Peek().kind != Token::Kind::kInteger) return reader.Expected("the number of digits");
    width = reader.Take().text;
    if (reader.EatSymbol(",")) {
      if (reader.Peek().kind != Token::Kind::kInteger) return reader.Expected("the digits behind the point");
      scale = reader.Take().text;
    }
    TARN_TRY(reader.NeedSymbol(")"));
  }
  return "DECIMAL(" + width + "," + scale + ")";
}

Result<std::string> ReadStruct(StatementReader& reader, int depth) {
  std::string fields;
  TARN_TRY(reader.NeedSymbol("<"));
  do {
    TARN_ASSIGN(const std::string name, reader.WrittenName("a field's name"));
    TARN_TRY(reader.NeedSymbol(":"));
    TARN_ASSIGN(const std::string type, Read(reader, depth + 1));
    TARN_TRY(reader.OptionalComment());
    fields += (fields.empty() ? "" : ", ") + duckdb::QuoteIdentifier(name) + ' ' + type;
  } while (reader.EatSymbol(","));
  TARN_TRY(reader.NeedSymbol(">"));
  return "STRUCT(" + fields + ")";
}

Result<std::string> ReadMap(StatementReader& reader, int depth) {
  TARN_TRY(reader.NeedSymbol("<"));
  TARN_ASSIGN(const std::string key, Read(reader, depth + 1));
  TARN_TRY(reader.NeedSymbol(","));
  TARN_ASSIGN(const std::string value, Read(reader, depth + 1));
  TARN_TRY(reader.NeedSymbol(">"));
  return "MAP(" + key + ", " + value + ")";
}

// varchar(10): lengths are not kept.
Status SkipLength(StatementReader& reader) {
  if (!reader.EatSymbol("(")) return Ok();
  if (reader.Peek().kind != Token::Kind::kInteger) return reader.Expected("a length");
  reader.Take();
  return reader.NeedSymbol(")");
}

Result<std::string> Read(StatementReader& reader, int depth) {
  if (depth > kMaxDepth) return reader.Fault("the type is nested too deeply");
  if (reader.EatWord("DECIMAL") || reader.EatWord("NUMERIC")) return ReadDecimal(reader);
  if (reader.EatWord("STRUCT")) return ReadStruct(reader, depth);
  if (reader.EatWord("MAP")) return ReadMap(reader, depth);
  if (reader.EatWord("ARRAY")) {
    TARN_TRY(reader.NeedSymbol("<"));
    TARN_ASSIGN(const std::string element, Read(reader, depth + 1));
    TARN_TRY(reader.NeedSymbol(">"));
    return element + "[]";
  }
  for (const auto& [name, type] : kPlain) {
    if (!reader.EatWord(name)) continue;
    if (name == "DOUBLE") reader.EatWord("PRECISION");
    if (type == "VARCHAR") TARN_TRY(SkipLength(reader));
    return std::string(type);
  }
  return reader.Expected("a type, such as string, int, decimal(10,2), array<int> or struct<a:int>");
}

}  // namespace

Result<std::string> ReadHiveType(StatementReader& reader) { return Read(reader, 0); }

}  // namespace tarn::query
