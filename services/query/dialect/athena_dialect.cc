#include "services/query/dialect/athena_dialect.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "services/query/dialect/parser.h"
#include "services/query/dialect/table_names.h"
#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

// UTF-8 never has this byte: it begins a mark of a position, which the same byte ends.
constexpr char kMark = '\xFF';

constexpr auto kQueryWords =
    std::to_array<std::string_view>({"SELECT", "WITH", "VALUES", "TABLE", "EXPLAIN"});

// Takes the marks out of a translation.
TranslatedStatement TakeMarks(const std::string& marked) {
  TranslatedStatement statement;
  for (size_t i = 0; i < marked.size(); ++i) {
    if (marked[i] != kMark) {
      statement.sql += marked[i];
      continue;
    }
    const size_t end = marked.find(kMark, i + 1);
    statement.offsets.Add(statement.sql.size(), std::stoull(marked.substr(i + 1, end - i - 1)));
    i = end;
  }
  return statement;
}

// Names in backticks become names in double quotes; all else stays as it is.
std::string RequoteNames(std::string_view sql, const std::vector<Token>& tokens) {
  std::string text;
  size_t done = 0;
  for (const auto& token : tokens) {
    if (token.kind != Token::Kind::kQuoted || sql[token.position] != '`') continue;
    text += sql.substr(done, token.position - done);
    text += duckdb::QuoteIdentifier(token.text);
    done = token.end;
  }
  return text + std::string(sql.substr(done));
}

}  // namespace

std::string FoldCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

size_t OffsetMap::Input(size_t output) const {
  const auto next =
      std::upper_bound(offsets_.begin(), offsets_.end(), output,
                       [](size_t position, const auto& entry) { return position < entry.first; });
  return next == offsets_.begin() ? 0 : std::prev(next)->second;
}

std::string OriginalPosition(const TranslatedStatement& translated, std::string_view original,
                             const std::string& where) {
  size_t line = 0, column = 0;
  if (std::sscanf(where.c_str(), "line %zu, column %zu", &line, &column) != 2) return where;
  size_t at = 0;
  while (--line > 0 && at != std::string::npos) at = translated.sql.find('\n', at) + 1;
  // Columns count characters.
  while (column > 1 && at < translated.sql.size()) {
    ++at;
    while (at < translated.sql.size() && (static_cast<unsigned char>(translated.sql[at]) & 0xC0) == 0x80)
      ++at;
    --column;
  }
  return duckdb::DescribePosition(original, translated.offsets.Input(at));
}

Result<AthenaStatement> AthenaStatement::Parse(std::string_view sql) {
  AthenaStatement statement;
  statement.sql_ = sql;
  TARN_ASSIGN(const auto tokens, Tokenize(sql));
  const Token& first =
      *std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.text != "("; });
  statement.is_query_ = std::find(kQueryWords.begin(), kQueryWords.end(), first.text) != kQueryWords.end();
  if (!statement.is_query_) {
    statement.passed_on_ = RequoteNames(sql, tokens);
    return statement;
  }
  TARN_ASSIGN(const auto parsed, ParseStatement(sql, tokens));
  TARN_ASSIGN(statement.tables_, NamesOf(*parsed.query, sql));
  return statement;
}

Result<TranslatedStatement> AthenaStatement::Translate(const TableColumns& columns,
                                                       const DialectOptions& options) const {
  TARN_ASSIGN(const auto tokens, Tokenize(sql_));
  TARN_ASSIGN(const auto parsed, ParseStatement(sql_, tokens));
  TARN_ASSIGN(const auto query, Translator(sql_, options, columns).Statement(*parsed.query));
  auto statement = TakeMarks(parsed.prefix + query.sql);
  for (const auto& column : query.columns) statement.types.push_back(column.type);
  return statement;
}

}  // namespace tarn::query
