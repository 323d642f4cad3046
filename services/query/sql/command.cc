#include "services/query/sql/command.h"

#include <algorithm>
#include <array>

namespace tarn::query {
namespace {

struct Beginning {
  std::string_view word;
  Result<Command> (*read)(StatementReader& reader);
};

constexpr auto kBeginnings = std::to_array<Beginning>({
    {"SHOW", ReadShow},
    {"CREATE", ReadCreate},
    {"DROP", ReadDrop},
    {"ALTER", ReadAlter},
    {"MSCK", ReadRepair},
    {"INSERT", ReadInsert},
    {"UNLOAD", ReadUnload},
    {"PREPARE", ReadPrepare},
    {"EXECUTE", ReadExecute},
    {"DEALLOCATE", ReadDeallocate},
    {"EXPLAIN", ReadExplain},
});

// DuckDB's own DESCRIBE takes queries, too; the gate knows it.
const Beginning* FindBeginning(std::string_view word, Dialect dialect) {
  static constexpr Beginning kDescribe[] = {{"DESCRIBE", ReadDescribe}, {"DESC", ReadDescribe}};
  for (const auto& beginning : kBeginnings) {
    if (beginning.word == word) return &beginning;
  }
  for (const auto& beginning : kDescribe) {
    if (beginning.word == word && dialect == Dialect::kAthena) return &beginning;
  }
  return nullptr;
}

// The first word in upper case; comments before it are left out. Empty if there is something else.
std::string FirstWord(std::string_view sql) {
  size_t at = 0;
  while (at < sql.size()) {
    if (static_cast<unsigned char>(sql[at]) <= ' ') {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      const size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else {
      break;
    }
  }
  std::string word;
  for (; at < sql.size() && word.size() < 16; ++at) {
    const char c = sql[at];
    if (c >= 'a' && c <= 'z')
      word += static_cast<char>(c - 'a' + 'A');
    else if (c >= 'A' && c <= 'Z')
      word += c;
    else
      break;
  }
  return word;
}

}  // namespace

Result<Command> ReadCommand(std::string_view sql, Dialect dialect) {
  const Beginning* beginning = FindBeginning(FirstWord(sql), dialect);
  if (!beginning) return Command(QueryStatement());
  TARN_ASSIGN(const auto tokens, TokenizeLeniently(sql));
  StatementReader reader(sql, tokens);
  if (reader.Peek().kind != Token::Kind::kWord || reader.Peek().text != beginning->word)
    return Command(QueryStatement());
  reader.Take();
  return beginning->read(reader);
}

Result<Command> ReadExplain(StatementReader& reader) {
  ExplainStatement explain;
  explain.analyze = reader.EatWord("ANALYZE");
  if (reader.IsSymbol("(") && !reader.IsWord("SELECT", 1) && !reader.IsWord("WITH", 1) &&
      !reader.IsSymbol("(", 1))
    return reader.Fault("EXPLAIN takes no options here");
  TARN_ASSIGN(explain.query, reader.Rest("a query"));
  return Command(std::move(explain));
}

}  // namespace tarn::query
