#include "services/query/sql/time_travel.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/duckdb/engine.h"
#include "services/query/dialect/athena_dialect.h"
#include "services/query/sql/statement_reader.h"

namespace tarn::query {
namespace {

using Kind = Token::Kind;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Words behind a table that begin something else than an alias.
constexpr auto kNoAlias = std::to_array<std::string_view>(
    {"WHERE",   "GROUP",       "ORDER", "HAVING",  "LIMIT",  "OFFSET",    "FETCH",  "JOIN",
     "INNER",   "LEFT",        "RIGHT", "FULL",    "CROSS",  "NATURAL",   "ASOF",   "POSITIONAL",
     "SEMI",    "ANTI",        "ON",    "USING",   "UNION",  "INTERSECT", "EXCEPT", "WINDOW",
     "QUALIFY", "TABLESAMPLE", "PIVOT", "UNPIVOT", "SELECT", "WITH",      "FOR",    "USE"});

bool HasWord(const Token& token, std::string_view word) {
  return token.kind == Kind::kWord && token.text == word;
}

// 2026-01-01, 2026-01-01 10:00[:00[.000]], with or without " UTC", Z or +02:00 behind it.
std::optional<Timestamp> ReadTime(std::string text) {
  if (text.ends_with(" UTC")) text.resize(text.size() - 4), text += 'Z';
  if (text.size() == 10) text += "T00:00:00Z";
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  const size_t zone = text.find_first_of("Zz+-", std::min<size_t>(text.size(), 11));
  std::string time = text.substr(0, zone), rest = zone == std::string::npos ? "Z" : text.substr(zone);
  if (time.size() == 16) time += ":00";
  while (!time.empty() && time.back() == ' ') time.pop_back();
  const auto read = ParseRfc3339(time + rest);
  return read.ok() ? std::optional(*read) : std::nullopt;
}

class Rewriter {
 public:
  Rewriter(const std::string& sql, const std::vector<Token>& tokens) : sql_(sql), tokens_(tokens) {}

  Result<PresentStatement> Run() {
    for (size_t i = 0; i + 3 < tokens_.size(); ++i) {
      const bool version = HasWord(tokens_[i + 1], "VERSION"), time = HasWord(tokens_[i + 1], "TIMESTAMP");
      if (!HasWord(tokens_[i], "FOR") || (!version && !time)) continue;
      if (!HasWord(tokens_[i + 2], "AS") || !HasWord(tokens_[i + 3], "OF")) continue;
      TARN_ASSIGN(i, Take(i, version));
    }
    present_.sql += sql_.substr(done_);
    return std::move(present_);
  }

 private:
  Error Fault(const std::string& message, size_t token) const {
    return Error(Code::kUnprocessable, message).At(duckdb::DescribePosition(sql_, tokens_[token].position));
  }

  // `at` is FOR; returns the last token of the clause.
  Result<size_t> Take(size_t at, bool version) {
    if (at == 0 || (tokens_[at - 1].kind != Kind::kWord && tokens_[at - 1].kind != Kind::kQuoted))
      return Fault("FOR ... AS OF stands behind a table's name", at);
    const Token& name = tokens_[at - 1];
    FormerTable table;
    table.name = FoldCase(name.kind == Kind::kQuoted ? name.text : name.original);
    table.alias = table.name + '@' + std::to_string(present_.tables.size() + 1);
    size_t end = at + 4;
    if (version) {
      TARN_TRY(ReadVersion(end, table));
    } else {
      TARN_ASSIGN(end, ReadMoment(end, table));
    }
    present_.sql += sql_.substr(done_, name.position - done_);
    std::string text = duckdb::QuoteIdentifier(table.alias);
    if (!AliasFollows(end + 1)) text += " AS " + sql_.substr(name.position, name.end - name.position);
    const size_t length = tokens_[end].end - name.position;
    if (text.size() < length) text.append(length - text.size(), ' ');
    present_.sql += text;
    done_ = tokens_[end].end;
    present_.tables.push_back(std::move(table));
    return end;
  }

  Status ReadVersion(size_t at, FormerTable& table) const {
    const std::string& text = tokens_[at].text;
    int64_t number = 0;
    const auto [last, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc() && last == text.data() + text.size();
    if (tokens_[at].kind != Kind::kInteger || !whole || number < 1)
      return Fault("a version is a number from 1 on", at);
    table.version = number;
    return Ok();
  }

  Result<size_t> ReadMoment(size_t at, FormerTable& table) const {
    if (HasWord(tokens_[at], "CURRENT_TIMESTAMP") || HasWord(tokens_[at], "NOW")) return ReadAgo(at, table);
    if ((HasWord(tokens_[at], "TIMESTAMP") || HasWord(tokens_[at], "DATE")) && at + 1 < tokens_.size()) ++at;
    if (tokens_[at].kind == Kind::kString) table.as_of = ReadTime(tokens_[at].text);
    if (table.as_of) return at;
    return Fault("expected a time: TIMESTAMP '2026-01-01 10:00:00', of UTC if it names no zone", at);
  }

  // CURRENT_TIMESTAMP [- INTERVAL '1' DAY]
  Result<size_t> ReadAgo(size_t at, FormerTable& table) const {
    table.as_of = Now();
    if (at + 2 < tokens_.size() && tokens_[at + 1].text == "(" && tokens_[at + 2].text == ")") at += 2;
    if (at + 4 >= tokens_.size() || tokens_[at + 1].text != "-" || !HasWord(tokens_[at + 2], "INTERVAL"))
      return at;
    const std::string& count = tokens_[at + 3].text;
    const std::string& unit = tokens_[at + 4].text;
    int64_t number = 0;
    const auto [last, failed] = std::from_chars(count.data(), count.data() + count.size(), number);
    if (failed != std::errc() || last != count.data() + count.size() || number < 0 || number > 1'000'000)
      return Fault("expected a number in quotes", at + 3);
    milliseconds length{0};
    if (unit.starts_with("SECOND"))
      length = seconds(number);
    else if (unit.starts_with("MINUTE"))
      length = minutes(number);
    else if (unit.starts_with("HOUR"))
      length = hours(number);
    else if (unit.starts_with("DAY"))
      length = hours(24 * number);
    else
      return Fault("expected SECOND, MINUTE, HOUR or DAY", at + 4);
    table.as_of = *table.as_of - length;
    return at + 4;
  }

  bool AliasFollows(size_t at) const {
    const Token& token = tokens_[std::min(at, tokens_.size() - 1)];
    if (token.kind == Kind::kQuoted || HasWord(token, "AS")) return true;
    if (token.kind != Kind::kWord) return false;
    return std::find(kNoAlias.begin(), kNoAlias.end(), token.text) == kNoAlias.end();
  }

  const std::string& sql_;
  const std::vector<Token>& tokens_;
  PresentStatement present_;
  size_t done_ = 0;  // of the SQL
};

// Nearly no statement has the words; only one that does is cut into tokens.
bool MayHaveThem(const std::string& sql) {
  const std::string folded = FoldCase(sql);
  return folded.find("for") != std::string::npos &&
         (folded.find("version") != std::string::npos || folded.find("timestamp") != std::string::npos);
}

}  // namespace

Result<PresentStatement> TakeFormerTables(const std::string& sql) {
  if (!MayHaveThem(sql)) return PresentStatement{sql, {}};
  const auto tokens = TokenizeLeniently(sql);
  // What cannot be cut is for the parser of its dialect.
  if (!tokens.ok()) return PresentStatement{sql, {}};
  return Rewriter(sql, *tokens).Run();
}

}  // namespace tarn::query
