#include "services/query/dialect/token_cursor.h"

#include <algorithm>
#include <array>

#include "common/duckdb/engine.h"

namespace tarn::query {
namespace {

// https://trino.io/docs/current/language/reserved.html
constexpr auto kReserved = std::to_array<std::string_view>({
    "ALTER",
    "AND",
    "AS",
    "BETWEEN",
    "BY",
    "CASE",
    "CAST",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CUBE",
    "CURRENT_CATALOG",
    "CURRENT_DATE",
    "CURRENT_PATH",
    "CURRENT_ROLE",
    "CURRENT_SCHEMA",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "DEALLOCATE",
    "DELETE",
    "DESCRIBE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "EXTRACT",
    "FALSE",
    "FOR",
    "FROM",
    "FULL",
    "GROUP",
    "GROUPING",
    "HAVING",
    "IN",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "JOIN",
    "JSON_ARRAY",
    "JSON_EXISTS",
    "JSON_OBJECT",
    "JSON_QUERY",
    "JSON_TABLE",
    "JSON_VALUE",
    "LEFT",
    "LIKE",
    "LISTAGG",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "NATURAL",
    "NORMALIZE",
    "NOT",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "PREPARE",
    "RECURSIVE",
    "RIGHT",
    "ROLLUP",
    "SELECT",
    "SKIP",
    "TABLE",
    "THEN",
    "TRIM",
    "TRUE",
    "UESCAPE",
    "UNION",
    "UNNEST",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
});

}  // namespace

bool TokenCursor::EatWords(std::initializer_list<std::string_view> words) {
  size_t ahead = 0;
  for (const auto word : words) {
    if (!IsWord(word, ahead++)) return false;
  }
  at_ += words.size();
  return true;
}

Error TokenCursor::FaultAt(const std::string& message, size_t position) const {
  return Error(Code::kUnprocessable, message).At(duckdb::DescribePosition(sql_, position));
}

Error TokenCursor::Expected(std::string_view what) const {
  const Token& token = Peek();
  const std::string found(sql_.substr(token.position, token.end - token.position));
  return Fault("syntax error: expected " + std::string(what) + ", got " +
               (found.empty() ? "the end" : found));
}

Status TokenCursor::NeedWord(std::string_view word) { return EatWord(word) ? Ok() : Status(Expected(word)); }
Status TokenCursor::NeedSymbol(std::string_view symbol) {
  return EatSymbol(symbol) ? Ok() : Status(Expected(symbol));
}

bool TokenCursor::AtName(size_t ahead) const {
  const Token& token = Peek(ahead);
  if (token.kind == Token::Kind::kQuoted) return true;
  return token.kind == Token::Kind::kWord &&
         std::find(kReserved.begin(), kReserved.end(), token.text) == kReserved.end();
}

Result<Identifier> TokenCursor::Name(std::string_view what) {
  if (!AtName()) return Expected(what);
  const Token& token = Take();
  const bool quoted = token.kind == Token::Kind::kQuoted;
  Identifier name{quoted ? token.text : token.original, ""};
  if (quoted) name.shown = token.text;
  for (char& c : name.name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name;
}

Result<std::vector<Identifier>> TokenCursor::NameList() {
  std::vector<Identifier> names;
  TARN_TRY(NeedSymbol("("));
  do {
    TARN_ASSIGN(Identifier name, Name("a name"));
    names.push_back(std::move(name));
  } while (EatSymbol(","));
  TARN_TRY(NeedSymbol(")"));
  return names;
}

Result<TrinoType> TokenCursor::Type() {
  const size_t start = Peek().position;
  size_t end = start;
  int open = 0;
  bool first = true;
  while (!AtEnd()) {
    if (IsSymbol("(") || IsSymbol("<"))
      ++open;
    else if (IsSymbol(")") || IsSymbol(">")) {
      if (open == 0) break;
      --open;
    } else if (open == 0 && !first) {
      const bool goes_on = IsWord("PRECISION") || IsWord("TO") || IsWord("YEAR") || IsWord("DAY") ||
                           IsWord("MONTH") || IsWord("SECOND") || IsWord("ZONE") || IsWord("ARRAY") ||
                           ((IsWord("WITH") || IsWord("WITHOUT")) && IsWord("TIME", 1)) ||
                           (IsWord("TIME") && IsWord("ZONE", 1));
      if (!goes_on) break;
    }
    end = Take().end;
    first = false;
  }
  auto type = ParseTrinoType(sql_.substr(start, end - start));
  if (!type.ok()) return FaultAt(type.error().message(), start);
  return std::move(*type);
}

}  // namespace tarn::query
