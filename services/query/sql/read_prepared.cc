#include "services/query/sql/command.h"

namespace tarn::query {
namespace {

// A constant: what USING takes. DATE '2026-01-01' is passed on as its text, which the statement casts.
Result<std::optional<std::string>> ReadConstant(StatementReader& reader) {
  using Kind = Token::Kind;
  if (reader.EatWord("NULL")) return std::optional<std::string>();
  for (const auto type : {"DATE", "TIMESTAMP", "DECIMAL", "DOUBLE"}) reader.EatWord(type);
  std::string sign;
  if (reader.EatSymbol("-")) sign = "-";
  const Kind kind = reader.Peek().kind;
  const bool number = kind == Kind::kInteger || kind == Kind::kDecimal || kind == Kind::kDouble;
  if (number) return std::optional(sign + reader.Take().text);
  if (!sign.empty()) return reader.Expected("a number");
  if (kind == Kind::kString) return std::optional(reader.Take().text);
  if (reader.IsWord("TRUE") || reader.IsWord("FALSE"))
    return std::optional(reader.Take().text == "TRUE" ? std::string("true") : std::string("false"));
  return reader.Expected("a constant: a text in single quotes, a number, TRUE, FALSE or NULL");
}

}  // namespace

Result<Command> ReadPrepare(StatementReader& reader) {
  PrepareStatement prepare;
  TARN_ASSIGN(prepare.name, reader.PlainName("a statement's name"));
  if (!reader.EatWord("FROM") && !reader.EatWord("AS")) return reader.Expected("FROM");
  TARN_ASSIGN(prepare.query, reader.Rest("a statement"));
  return Command(std::move(prepare));
}

Result<Command> ReadExecute(StatementReader& reader) {
  ExecuteStatement execute;
  TARN_ASSIGN(execute.name, reader.PlainName("a statement's name"));
  execute.has_values = reader.EatWord("USING");
  if (execute.has_values) {
    do {
      TARN_ASSIGN(auto value, ReadConstant(reader));
      execute.values.push_back(std::move(value));
    } while (reader.EatSymbol(","));
  }
  TARN_TRY(reader.End());
  return Command(std::move(execute));
}

Result<Command> ReadDeallocate(StatementReader& reader) {
  DeallocateStatement deallocate;
  TARN_TRY(reader.NeedWord("PREPARE"));
  TARN_ASSIGN(deallocate.name, reader.PlainName("a statement's name"));
  TARN_TRY(reader.End());
  return Command(std::move(deallocate));
}

}  // namespace tarn::query
