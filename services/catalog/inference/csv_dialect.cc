#include "services/catalog/inference/csv_dialect.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/query.h"

namespace tarn::catalog {
namespace {

constexpr std::string_view kDelimiters = ",;\t|";
constexpr int64_t kHeadLines = 50;

// The file's first lines, whatever they mean. The unit separator is not in text that people delimit by
// anything else.
Result<std::vector<std::string>> HeadLines(duckdb::Connection& connection, const std::string& path,
                                           std::stop_token cancelled) {
  const std::string sql =
      "SELECT line FROM read_csv(" + path +
      ", auto_detect = false, delim = '\x1f', quote = '', escape = '', header = false, "
      "strict_mode = false, columns = {'line': 'VARCHAR'}, hive_partitioning = false) LIMIT " +
      std::to_string(kHeadLines);
  TARN_ASSIGN(const auto rows, QueryRows(connection, sql, cancelled));
  std::vector<std::string> lines;
  for (const auto& row : rows) lines.push_back(row[0].is_string() ? row[0].get<std::string>() : "");
  return lines;
}

std::string SniffedCharacter(const nlohmann::json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : "";
  return text == "(empty)" ? "" : text == "\\t" ? "\t" : text;
}

Result<DialectCandidate> Sniff(duckdb::Connection& connection, const std::string& path,
                               const std::string& options, std::stop_token cancelled) {
  TARN_ASSIGN(const auto rows,
              QueryRows(connection,
                        "SELECT Delimiter, Quote, Escape, SkipRows, len(Columns) FROM sniff_csv(" + path +
                            ", all_varchar = true" + options + ")",
                        cancelled));
  const auto& row = rows.at(0);
  DialectCandidate sniffed;
  sniffed.dialect.delimiter = SniffedCharacter(row[0]);
  sniffed.dialect.quote = SniffedCharacter(row[1]);
  sniffed.dialect.escape = SniffedCharacter(row[2]);
  sniffed.dialect.skip_lines = row[3].get<int64_t>();
  sniffed.columns = static_cast<size_t>(row[4].get<int64_t>());
  return sniffed;
}

// The sniffer skips lines that do not fit the rest. That is right for a title above the header, and loses
// data where rows are ragged: only lines that cannot be rows may go.
bool MaySkip(const std::vector<std::string>& head, const DialectCandidate& sniffed) {
  if (sniffed.dialect.skip_lines >= static_cast<int64_t>(head.size())) return false;
  for (int64_t i = 0; i < sniffed.dialect.skip_lines; ++i) {
    const std::string& line = head[static_cast<size_t>(i)];
    if (!line.starts_with('#') && line.find(sniffed.dialect.delimiter) != std::string::npos) return false;
  }
  return true;
}

// What the first record alone says: the delimiter that gives it the most fields.
DialectCandidate FromFirstRecord(const std::vector<std::string>& head) {
  std::string text;
  for (const std::string& line : head) text += line + '\n';
  DialectCandidate best;
  for (const char delimiter : kDelimiters) {
    const size_t fields = CountFields(text, delimiter);
    if (fields > best.columns) best = {{std::string(1, delimiter), "\"", "\"", true, 0}, fields};
  }
  return best;
}

bool IsBlank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

}  // namespace

size_t CountFields(std::string_view text, char delimiter) {
  size_t fields = 1;
  bool at_start = true;       // of a field
  bool quoted_field = false;  // the field began with a quote
  bool quoted = false;        // inside its quotes; a doubled quote leaves and enters again
  for (const char c : text) {
    if (c == '"' && (at_start || quoted_field)) {
      quoted_field = true;
      quoted = !quoted;
      at_start = false;
      continue;
    }
    at_start = !quoted && c == delimiter;
    if (at_start) {
      ++fields;
      quoted_field = false;
    } else if (!quoted && c == '\n') {
      break;
    }
  }
  return fields;
}

Result<DialectCandidate> GuessDialect(duckdb::Connection& connection, const std::filesystem::path& file,
                                      std::stop_token cancelled) {
  const std::string path = duckdb::QuoteLiteral(file.string());
  TARN_ASSIGN(const auto head, HeadLines(connection, path, cancelled));
  if (std::all_of(head.begin(), head.end(), IsBlank)) {
    return Error(Code::kUnprocessable, "the file is empty: it has neither a header nor rows");
  }
  const auto sniffed = Sniff(connection, path, ", quote = '\"', escape = '\"'", cancelled);
  if (!sniffed.ok() && sniffed.error().code() != Code::kUnprocessable) return sniffed.error();
  if (sniffed.ok() && sniffed->columns > 1 && MaySkip(head, *sniffed)) return *sniffed;
  // The sniffer found nothing that holds. If the first record has fields, reading the file in its way tells
  // which row breaks it; if not, the file may well have one column.
  const DialectCandidate first = FromFirstRecord(head);
  const bool one_column =
      first.columns == 1 && sniffed.ok() && sniffed->columns == 1 && sniffed->dialect.skip_lines == 0;
  return one_column ? *sniffed : first;
}

Result<std::optional<DialectCandidate>> GuessOtherQuoting(duckdb::Connection& connection,
                                                          const std::filesystem::path& file,
                                                          std::stop_token cancelled) {
  const std::string path = duckdb::QuoteLiteral(file.string());
  auto sniffed = Sniff(connection, path, "", cancelled);
  if (!sniffed.ok() && sniffed.error().code() != Code::kUnprocessable) return sniffed.error();
  if (!sniffed.ok() || sniffed->columns == 1) return std::optional<DialectCandidate>();
  // The sniffer reports no quote where its sample has none. That is no other quoting: the rest of the file
  // may have some.
  CsvDialect& dialect = sniffed->dialect;
  if (dialect.quote.empty() || (dialect.quote == "\"" && dialect.escape != "\\"))
    return std::optional<DialectCandidate>();
  if (dialect.escape.empty()) dialect.escape = dialect.quote;
  TARN_ASSIGN(const auto head, HeadLines(connection, path, cancelled));
  if (!MaySkip(head, *sniffed)) return std::optional<DialectCandidate>();
  return std::optional(std::move(sniffed).value());
}

std::string ReadCsvSql(const std::filesystem::path& file, const CsvDialect& dialect,
                       const std::vector<std::string>& names) {
  std::string columns;
  for (const std::string& name : names)
    columns += (columns.empty() ? "" : ", ") + duckdb::QuoteLiteral(name) + ": 'VARCHAR'";
  return "read_csv(" + duckdb::QuoteLiteral(file.string()) +
         ", auto_detect = false, delim = " + duckdb::QuoteLiteral(dialect.delimiter) +
         ", quote = " + duckdb::QuoteLiteral(dialect.quote) +
         ", escape = " + duckdb::QuoteLiteral(dialect.escape) +
         ", header = " + (dialect.has_header ? "true" : "false") +
         ", skip = " + std::to_string(dialect.skip_lines) + ", columns = {" + columns +
         "}, hive_partitioning = false)";
}

}  // namespace tarn::catalog
