#include <array>
#include <utility>

#include "services/query/dialect/expression_parser.h"

namespace tarn::query {
namespace {

using Kind = Expression::Kind;

constexpr auto kLiteralTypes = std::to_array<std::string_view>({
    "DATE",
    "TIME",
    "TIMESTAMP",
    "VARCHAR",
    "CHAR",
    "JSON",
    "DECIMAL",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "INT",
    "BIGINT",
    "REAL",
    "DOUBLE",
    "BOOLEAN",
    "UUID",
    "VARBINARY",
});

}  // namespace

Result<ExpressionPointer> ExpressionParser::ParseWord() {
  if (IsWord("NULL") || IsWord("TRUE") || IsWord("FALSE")) {
    auto literal = Make(IsWord("NULL") ? Kind::kNull : Kind::kBoolean, Peek().text);
    Take();
    return literal;
  }
  const bool string_next = Peek(1).kind == Token::Kind::kString ||
                           (IsWord("PRECISION", 1) && Peek(2).kind == Token::Kind::kString);
  if (string_next) {
    for (const auto type : kLiteralTypes) {
      if (IsWord(type)) return ParseTypedLiteral();
    }
  }
  const bool signed_next = (IsSymbol("-", 1) || IsSymbol("+", 1)) && Peek(2).kind == Token::Kind::kString;
  if (IsWord("INTERVAL") && (string_next || signed_next)) return ParseInterval();
  return ParseSpecialForm();
}

Result<ExpressionPointer> ExpressionParser::ParseSpecialForm() {
  if (IsWord("CASE")) return ParseCase();
  if (IsWord("EXISTS") && IsSymbol("(", 1)) {
    auto exists = Make(Kind::kExists);
    Take();
    Take();
    TARN_ASSIGN(exists->query, ParseQuery());
    TARN_TRY(NeedSymbol(")"));
    return exists;
  }
  if (IsWord("ARRAY") && IsSymbol("[", 1)) return ParseArray();
  if (IsSymbol("(", 1)) {
    if (IsWord("CAST")) return ParseCast(Kind::kCast);
    if (IsWord("TRY_CAST")) return ParseCast(Kind::kTryCast);
    if (IsWord("EXTRACT")) return ParseExtract();
    if (IsWord("TRIM")) return ParseTrim();
    if (IsWord("POSITION")) return ParsePosition();
    if (IsWord("ROW")) {
      auto row = Make(Kind::kRow);
      Take();
      Take();
      TARN_ASSIGN(row->arguments, ParseExpressions());
      TARN_TRY(NeedSymbol(")"));
      return row;
    }
    if (IsWord("LISTAGG") || IsWord("GROUPING") || IsWord("LOCALTIMESTAMP") || IsWord("NORMALIZE")) {
      auto named = Make(Kind::kName);
      named->path.push_back({Peek().text, ""});
      for (char& c : named->path[0].name) c = static_cast<char>(c - 'A' + 'a');
      Take();
      return ParseCall(*named);
    }
  }
  for (const auto word : {"CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP"}) {
    if (!IsWord(word)) continue;
    auto call = Make(Kind::kCall);
    for (const char c : std::string_view(word)) call->text += c == '_' ? c : static_cast<char>(c - 'A' + 'a');
    Take();
    return call;
  }
  return ParseName();
}

Result<ExpressionPointer> ExpressionParser::ParseTypedLiteral() {
  auto literal = Make(Kind::kTyped);
  std::string name = Take().text;
  EatWord("PRECISION");
  TARN_ASSIGN(literal->type, ParseTrinoType(name));
  literal->words.push_back(name);
  literal->text = Take().text;
  return literal;
}

Result<ExpressionPointer> ExpressionParser::ParseInterval() {
  auto literal = Make(Kind::kInterval);
  Take();
  std::string sign = "+";
  if (IsSymbol("-") || IsSymbol("+")) sign = Take().text;
  literal->text = Take().text;
  const auto unit = [&]() -> Result<std::string> {
    for (const auto word : {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}) {
      if (EatWord(word)) return std::string(word);
    }
    return Expected("a unit of an interval: YEAR, MONTH, DAY, HOUR, MINUTE or SECOND");
  };
  TARN_ASSIGN(std::string from, unit());
  std::string to = from;
  if (EatWord("TO")) {
    TARN_ASSIGN(to, unit());
  }
  literal->words = {std::move(sign), std::move(from), std::move(to)};
  return literal;
}

Result<ExpressionPointer> ExpressionParser::ParseArray() {
  auto array = Make(Kind::kArray);
  Take();
  Take();
  if (!IsSymbol("]")) {
    TARN_ASSIGN(array->arguments, ParseExpressions());
  }
  TARN_TRY(NeedSymbol("]"));
  return array;
}

// arguments: the operand if `text` is "OPERAND", then condition and result in turn, then the ELSE.
Result<ExpressionPointer> ExpressionParser::ParseCase() {
  auto form = Make(Kind::kCase);
  Take();
  if (!IsWord("WHEN")) {
    form->text = "OPERAND";
    TARN_ASSIGN(auto operand, ParseExpression());
    form->arguments.push_back(std::move(operand));
  }
  while (EatWord("WHEN")) {
    TARN_ASSIGN(auto condition, ParseExpression());
    TARN_TRY(NeedWord("THEN"));
    TARN_ASSIGN(auto result, ParseExpression());
    form->arguments.push_back(std::move(condition));
    form->arguments.push_back(std::move(result));
  }
  if (EatWord("ELSE")) {
    TARN_ASSIGN(auto otherwise, ParseExpression());
    form->arguments.push_back(std::move(otherwise));
  } else {
    form->arguments.push_back(Make(Kind::kNull));
  }
  TARN_TRY(NeedWord("END"));
  if (form->arguments.size() < 3) return Fault("CASE has no WHEN");
  return form;
}

Result<ExpressionPointer> ExpressionParser::ParseCast(Kind kind) {
  auto cast = Make(kind);
  Take();
  Take();
  TARN_ASSIGN(auto value, ParseExpression());
  TARN_TRY(NeedWord("AS"));
  TARN_ASSIGN(cast->type, Type());
  TARN_TRY(NeedSymbol(")"));
  cast->arguments.push_back(std::move(value));
  return cast;
}

Result<ExpressionPointer> ExpressionParser::ParseExtract() {
  auto call = Make(Kind::kCall);
  Take();
  Take();
  if (Peek().kind != Token::Kind::kWord) return Expected("a field to extract");
  const std::string field = Take().text;
  for (const char c : field)
    call->text += c == '_' ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  TARN_TRY(NeedWord("FROM"));
  TARN_ASSIGN(auto value, ParseExpression());
  TARN_TRY(NeedSymbol(")"));
  call->arguments.push_back(std::move(value));
  call->words.push_back("extract");
  return call;
}

// TRIM([LEADING|TRAILING|BOTH] [characters] FROM text) and TRIM(text): ltrim, rtrim or trim.
Result<ExpressionPointer> ExpressionParser::ParseTrim() {
  auto call = Make(Kind::kCall, "trim");
  Take();
  Take();
  if (EatWord("LEADING"))
    call->text = "ltrim";
  else if (EatWord("TRAILING"))
    call->text = "rtrim";
  else
    EatWord("BOTH");
  if (EatWord("FROM")) {
    TARN_ASSIGN(call->arguments, ParseExpressions());
  } else {
    TARN_ASSIGN(call->arguments, ParseExpressions());
    if (EatWord("FROM")) {
      TARN_ASSIGN(auto text, ParseExpression());
      call->arguments.insert(call->arguments.begin(), std::move(text));
    }
  }
  TARN_TRY(NeedSymbol(")"));
  return call;
}

Result<ExpressionPointer> ExpressionParser::ParsePosition() {
  auto call = Make(Kind::kCall, "strpos");
  Take();
  Take();
  TARN_ASSIGN(auto part, ParseConcatenation());
  TARN_TRY(NeedWord("IN"));
  TARN_ASSIGN(auto text, ParseExpression());
  TARN_TRY(NeedSymbol(")"));
  call->arguments.push_back(std::move(text));
  call->arguments.push_back(std::move(part));
  return call;
}

Result<std::vector<SortItem>> ExpressionParser::ParseOrderBy() {
  std::vector<SortItem> items;
  TARN_TRY(NeedWord("ORDER"));
  TARN_TRY(NeedWord("BY"));
  do {
    SortItem item;
    TARN_ASSIGN(item.expression, ParseExpression());
    item.descending = EatWord("DESC");
    if (!item.descending) EatWord("ASC");
    if (EatWord("NULLS")) {
      item.nulls_first = IsWord("FIRST");
      if (!EatWord("FIRST")) TARN_TRY(NeedWord("LAST"));
    }
    items.push_back(std::move(item));
  } while (EatSymbol(","));
  return items;
}

Result<Window> ExpressionParser::ParseWindow() {
  Window window;
  if (AtName() && !IsWord("PARTITION") && !IsWord("ROWS") && !IsWord("RANGE") && !IsWord("GROUPS")) {
    TARN_ASSIGN(const Identifier base, Name("a window's name"));
    window.base = base.name;
  }
  if (EatWord("PARTITION")) {
    TARN_TRY(NeedWord("BY"));
    TARN_ASSIGN(window.partition, ParseExpressions());
  }
  if (IsWord("ORDER")) {
    TARN_ASSIGN(window.order, ParseOrderBy());
  }
  for (const auto unit : {"ROWS", "RANGE", "GROUPS"}) {
    if (!EatWord(unit)) continue;
    window.frame_unit = unit;
    if (EatWord("BETWEEN")) {
      TARN_TRY(ParseBound(window.start));
      TARN_TRY(NeedWord("AND"));
      TARN_TRY(ParseBound(window.end));
    } else {
      TARN_TRY(ParseBound(window.start));
      window.end.kind = "CURRENT ROW";
    }
  }
  return window;
}

Status ExpressionParser::ParseBound(Window::Bound& bound) {
  if (EatWords({"CURRENT", "ROW"})) {
    bound.kind = "CURRENT ROW";
    return Ok();
  }
  const bool unbounded = EatWord("UNBOUNDED");
  if (!unbounded) {
    TARN_ASSIGN(bound.offset, ParseConcatenation());
  }
  if (!IsWord("PRECEDING") && !IsWord("FOLLOWING")) return Expected("PRECEDING or FOLLOWING");
  bound.kind = (unbounded ? "UNBOUNDED " : "") + Take().text;
  return Ok();
}

}  // namespace tarn::query
