#include "services/transform/quality/dqdl/condition_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "services/transform/quality/dqdl/condition.h"

namespace tarn::dqdl {
namespace {

using Kind = Operand::Kind;
using Takes = RuleTraits::Takes;

constexpr size_t kMaxListed = 1'000;
constexpr int64_t kMaxSpan = 1'000'000;  // minutes, hours or days

constexpr std::array kSymbols = {
    std::pair{"=", Comparison::kEqual},   std::pair{"!=", Comparison::kNotEqual},
    std::pair{">", Comparison::kGreater}, std::pair{">=", Comparison::kGreaterOrEqual},
    std::pair{"<", Comparison::kLess},    std::pair{"<=", Comparison::kLessOrEqual},
};

struct Keyword {
  const char* name;
  Comparison plain, negated;
};
constexpr Keyword kKeywords[] = {
    {"between", Comparison::kBetween, Comparison::kNotBetween},
    {"in", Comparison::kIn, Comparison::kNotIn},
    {"matches", Comparison::kMatches, Comparison::kNotMatches},
};

bool BeginsCondition(const TokenStream& tokens) {
  if (tokens.IsKeyword("not")) return true;
  for (const Keyword& keyword : kKeywords) {
    if (tokens.IsKeyword(keyword.name)) return true;
  }
  return tokens.IsSymbol("!") || std::any_of(kSymbols.begin(), kSymbols.end(),
                                             [&](auto& symbol) { return tokens.IsSymbol(symbol.first); });
}

Result<Comparison> ParseComparison(TokenStream& tokens) {
  for (const auto& [symbol, comparison] : kSymbols) {
    if (tokens.AcceptSymbol(symbol)) return comparison;
  }
  const bool negated = tokens.AcceptKeyword("not");
  for (const Keyword& keyword : kKeywords) {
    if (tokens.AcceptKeyword(keyword.name)) return negated ? keyword.negated : keyword.plain;
  }
  if (negated) return tokens.Expected("\"between\", \"in\" or \"matches\" after \"not\"");
  return tokens.Expected("a comparison (=, !=, >, >=, <, <=, between, in, matches)");
}

Result<std::chrono::minutes> ParseSpan(TokenStream& tokens) {
  constexpr std::pair<const char*, int64_t> kUnits[] = {{"minutes", 1}, {"minute", 1},   {"hours", 60},
                                                        {"hour", 60},   {"days", 1'440}, {"day", 1'440}};
  const Token& token = tokens.Peek();
  int64_t amount = 0;
  const char* end = token.text.data() + token.text.size();
  const auto parsed = std::from_chars(token.text.data(), end, amount);
  if (token.kind != Token::Kind::kNumber || parsed.ec != std::errc() || parsed.ptr != end ||
      amount > kMaxSpan)
    return tokens.Expected("a whole number of days, hours or minutes, at most 1000000");
  tokens.Next();
  for (const auto& [name, minutes] : kUnits) {
    if (tokens.AcceptKeyword(name)) return std::chrono::minutes(amount * minutes);
  }
  return tokens.Expected("\"days\", \"hours\" or \"minutes\"");
}

Result<Operand> ParseNumber(TokenStream& tokens) {
  const bool negative = tokens.AcceptSymbol("-");
  if (tokens.Peek().kind == Token::Kind::kWord && tokens.Peek(1).text == "(")
    return tokens.Expected("a number (what earlier runs measured cannot be asked for here)");
  if (tokens.Peek().kind != Token::Kind::kNumber) return tokens.Expected("a number");
  Operand operand;
  operand.kind = Kind::kNumber;
  operand.text = (negative ? "-" : "") + tokens.Peek().text;
  const char* begin = operand.text.data();
  const auto parsed = std::from_chars(begin, begin + operand.text.size(), operand.number);
  if (parsed.ec != std::errc() || operand.text.size() > 40)
    return tokens.Expected("a number of fewer digits");
  tokens.Next();
  return operand;
}

// now(), now() - 3 days, or the same in parentheses.
Result<Operand> ParseNow(TokenStream& tokens) {
  const bool in_parentheses = tokens.AcceptSymbol("(");
  TARN_TRY(tokens.ExpectKeyword("now"));
  TARN_TRY(tokens.ExpectSymbol("("));
  TARN_TRY(tokens.ExpectSymbol(")"));
  Operand operand;
  operand.kind = Kind::kNow;
  const bool earlier = tokens.IsSymbol("-");
  if (earlier || tokens.IsSymbol("+")) {
    tokens.Next();
    TARN_ASSIGN(operand.span, ParseSpan(tokens));
    if (earlier) operand.span = -operand.span;
  }
  if (in_parentheses) TARN_TRY(tokens.ExpectSymbol(")"));
  return operand;
}

Result<Operand> ParseValue(TokenStream& tokens) {
  constexpr std::pair<const char*, Kind> kWords[] = {
      {"null", Kind::kNull}, {"empty", Kind::kEmpty}, {"whitespaces_only", Kind::kWhitespacesOnly}};
  for (const auto& [word, kind] : kWords) {
    if (tokens.AcceptKeyword(word)) return Operand{kind, "", 0, {}};
  }
  if (tokens.Peek().kind == Token::Kind::kText) {
    const std::string text = tokens.Next().text;
    return Operand{IsDate(text) ? Kind::kDate : Kind::kText, text, 0, {}};
  }
  if (tokens.IsKeyword("now") || tokens.IsSymbol("(")) return ParseNow(tokens);
  if (tokens.Peek().kind == Token::Kind::kNumber || tokens.IsSymbol("-")) return ParseNumber(tokens);
  return tokens.Expected("a number, a \"text\", now(), NULL, EMPTY or WHITESPACES_ONLY");
}

Result<Operand> ParseOperand(TokenStream& tokens, Takes takes) {
  switch (takes) {
    case Takes::kNumber:
    case Takes::kMaybeNumber:
    case Takes::kNothing:
      return ParseNumber(tokens);
    case Takes::kDuration: {
      TARN_ASSIGN(const auto span, ParseSpan(tokens));
      return Operand{Kind::kDuration, "", 0, span};
    }
    case Takes::kTypes: {
      if (tokens.Peek().kind != Token::Kind::kText || !IsTypeName(tokens.Peek().text))
        return tokens.Expected(std::string("the name of a type in quotes (one of ") + kTypeNames + ")");
      return Operand{Kind::kText, tokens.Next().text, 0, {}};
    }
    case Takes::kValues:
      return ParseValue(tokens);
  }
  return tokens.Expected("a value");
}

Result<std::vector<Operand>> ParseOperands(TokenStream& tokens, Comparison comparison, Takes takes) {
  std::vector<Operand> operands;
  const auto one = [&]() -> Status {
    TARN_ASSIGN(auto operand, ParseOperand(tokens, takes));
    operands.push_back(std::move(operand));
    return Ok();
  };
  if (comparison == Comparison::kIn || comparison == Comparison::kNotIn) {
    TARN_TRY(tokens.ExpectSymbol("["));
    do {
      if (operands.size() == kMaxListed) return tokens.Expected("at most 1000 values in a list");
      TARN_TRY(one());
    } while (tokens.AcceptSymbol(","));
    TARN_TRY(tokens.ExpectSymbol("]"));
    return operands;
  }
  TARN_TRY(one());
  if (comparison != Comparison::kBetween && comparison != Comparison::kNotBetween) return operands;
  TARN_TRY(tokens.ExpectKeyword("and"));
  TARN_TRY(one());
  return operands;
}

// Which comparisons make sense with which values. Messages point at what follows the comparison.
Status CheckValues(const Condition& condition, const TokenStream& values) {
  bool numbers = true, dates = true, texts = true;
  for (const Operand& operand : condition.operands) {
    const bool keyword = operand.kind == Kind::kEmpty || operand.kind == Kind::kWhitespacesOnly;
    numbers &= operand.kind == Kind::kNumber || operand.kind == Kind::kNull;
    dates &= operand.kind == Kind::kDate || operand.kind == Kind::kNow || operand.kind == Kind::kNull;
    texts &=
        operand.kind == Kind::kText || operand.kind == Kind::kDate || operand.kind == Kind::kNull || keyword;
  }
  const bool has_null = std::any_of(condition.operands.begin(), condition.operands.end(),
                                    [](const Operand& operand) { return operand.kind == Kind::kNull; });
  switch (condition.comparison) {
    case Comparison::kMatches:
    case Comparison::kNotMatches: {
      const Kind kind = condition.operands[0].kind;
      if (kind != Kind::kText && kind != Kind::kDate)
        return values.Expected("a regular expression in quotes");
      return Ok();
    }
    case Comparison::kEqual:
    case Comparison::kNotEqual:
    case Comparison::kIn:
    case Comparison::kNotIn:
      if (!numbers && !dates && !texts) return values.Expected("values of one kind: numbers, texts or dates");
      return Ok();
    default:
      if ((!numbers && !dates) || has_null)
        return values.Expected(
            "numbers, or dates like \"2024-01-31\" and now(), of which one can be greater");
      return Ok();
  }
}

Status CheckComparison(const Condition& condition, Takes takes, const TokenStream& values) {
  const Comparison comparison = condition.comparison;
  const bool matches = comparison == Comparison::kMatches || comparison == Comparison::kNotMatches;
  if (matches && takes != Takes::kValues)
    return values.Expected("another comparison: only ColumnValues \"matches\"");
  const bool equality = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual ||
                        comparison == Comparison::kIn || comparison == Comparison::kNotIn;
  if (takes == Takes::kTypes && !equality) return values.Expected("=, !=, in or not in before a type");
  return Ok();
}

}  // namespace

Result<std::optional<Condition>> ParseCondition(TokenStream& tokens, Takes takes) {
  if (takes == Takes::kNothing) return std::optional<Condition>();
  if (takes == Takes::kMaybeNumber && !BeginsCondition(tokens)) return std::optional<Condition>();
  const size_t begin = tokens.position();
  Condition condition;
  TARN_ASSIGN(condition.comparison, ParseComparison(tokens));
  const TokenStream values = tokens;
  TARN_TRY(CheckComparison(condition, takes, values));
  TARN_ASSIGN(condition.operands, ParseOperands(tokens, condition.comparison, takes));
  if (takes == Takes::kValues) TARN_TRY(CheckValues(condition, values));
  condition.text = tokens.SourceSince(begin);
  return std::optional(std::move(condition));
}

Result<Condition> ParseThreshold(TokenStream& tokens) {
  const TokenStream before = tokens;
  TARN_ASSIGN(auto condition, ParseCondition(tokens, Takes::kNumber));
  for (const Operand& operand : condition->operands) {
    if (operand.number < 0 || operand.number > 1)
      return before.Expected("a threshold from 0 to 1, the part of the rows that keep the rule,");
  }
  return *std::move(condition);
}

}  // namespace tarn::dqdl
