#include "services/transform/runs/sniffed_csv.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/transform/runs/column_types.h"
#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

using duckdb::Column;
using duckdb::QuoteLiteral;

constexpr size_t kMaxKinds = 20;
constexpr const char* kNone = "(empty)";  // as the engine shows a character that there is not

bool IsNumber(const std::string& type) {
  return IsInteger(type) || type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL(");
}

// Texts and numbers are read alike whatever was found out; a date's format is part of that.
bool ReadsAlike(const std::string& found, const std::string& wanted) {
  return found == wanted || wanted == "VARCHAR" || IsNumber(wanted);
}

std::string CharacterOption(const char* name, std::string value) {
  if (value == kNone) value.clear();
  return std::string(", ") + name + " = " + QuoteLiteral(value);
}

// The first row of sniff_csv.
std::string DialectOf(const CsvDialect& declared, const nlohmann::json& row) {
  const std::string quote = row.at("Quote"), escape = row.at("Escape");
  // Where the beginning of a file has no quote in a quoted value, the rest may have one: doubled, as usual.
  const bool doubled = !declared.escape && escape == kNone && quote != kNone;
  std::string dialect = ", auto_detect = false" + CharacterOption("delim", row.at("Delimiter")) +
                        CharacterOption("quote", quote) +
                        CharacterOption("escape", doubled ? quote : escape) +
                        CharacterOption("comment", row.at("Comment")) +
                        ", skip = " + std::to_string(row.at("SkipRows").get<int64_t>()) +
                        ", header = " + (row.at("HasHeader").get<bool>() ? "true" : "false");
  const std::string line_end = row.at("NewLineDelimiter");
  if (line_end == "\\n" || line_end == "\\r\\n" || line_end == "\\r")
    dialect += CharacterOption("new_line", line_end);
  if (declared.null_text) dialect += CharacterOption("nullstr", *declared.null_text);
  for (const auto& [name, option] :
       {std::pair("DateFormat", "dateformat"), std::pair("TimestampFormat", "timestampformat")}) {
    if (!row.at(name).is_null())
      dialect += std::string(", ") + option + " = " + QuoteLiteral(row.at(name).get<std::string>());
  }
  return dialect;
}

}  // namespace

void SniffedCsv::Add(Kind kind) {
  const auto alike = [&](const Kind& other) {
    return other.dialect == kind.dialect &&
           std::equal(other.columns.begin(), other.columns.end(), kind.columns.begin(), kind.columns.end(),
                      [](const Column& a, const Column& b) { return a.name == b.name && a.type == b.type; });
  };
  const auto known = std::find_if(kinds_.begin(), kinds_.end(), alike);
  if (known == kinds_.end()) return kinds_.push_back(std::move(kind));
  known->files.push_back(std::move(kind.files.front()));
}

Result<SniffedCsv> SniffedCsv::Sniff(duckdb::Connection& connection, const CsvDialect& declared,
                                     const std::vector<std::filesystem::path>& files,
                                     const std::string& options, const std::stop_token& cancelled) {
  SniffedCsv sniffed;
  for (const auto& file : files) {
    TARN_ASSIGN(const auto rows,
                connection.Execute("SELECT * FROM sniff_csv(" + QuoteLiteral(file.string()) + options + ")",
                                   {}, cancelled));
    TARN_ASSIGN(const auto chunk, rows->Next());
    if (!chunk || chunk->rows() != 1)
      return Error(Code::kInternal, "the SQL engine says nothing of a CSV file");
    nlohmann::json row;
    for (size_t i = 0; i < rows->columns().size(); ++i) row[rows->columns()[i].name] = chunk->Json(0, i);
    Kind kind{DialectOf(declared, row), {}, {file.string()}};
    for (const auto& column : row.at("Columns"))
      kind.columns.push_back({column.at("name"), column.at("type")});
    sniffed.Add(std::move(kind));
  }
  return sniffed;
}

std::vector<Column> SniffedCsv::Columns() const {
  std::vector<Column> columns;
  for (const Kind& kind : kinds_) {
    for (const Column& column : kind.columns) {
      if (!Contains(columns, column.name)) columns.push_back(column);
    }
  }
  return columns;
}

std::optional<std::string> SniffedCsv::Relation(const std::vector<Column>& types) const {
  if (kinds_.empty() || kinds_.size() > kMaxKinds) return std::nullopt;
  std::string relation;
  for (const Kind& kind : kinds_) {
    std::vector<std::string> columns;
    for (const Column& column : kind.columns) {
      const auto wanted = std::find_if(types.begin(), types.end(),
                                       [&](const Column& type) { return type.name == column.name; });
      const std::string& type = wanted == types.end() ? column.type : wanted->type;
      if (!ReadsAlike(column.type, type)) return std::nullopt;
      columns.push_back(QuoteLiteral(column.name) + ": " + QuoteLiteral(type));
    }
    relation +=
        (relation.empty() ? "SELECT * FROM read_csv(" : " UNION ALL BY NAME SELECT * FROM read_csv(") +
        duckdb::QuoteLiteralList(kind.files) + kind.dialect + ", columns = {" + Joined(columns) +
        "}, filename = '_file', hive_partitioning = false)";
  }
  return "(" + relation + ")";
}

}  // namespace tarn::transform
