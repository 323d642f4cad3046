#include "services/query/dialect/expression_parser.h"

#include <array>
#include <utility>

namespace tarn::query {
namespace {

using Kind = Expression::Kind;

constexpr auto kComparisons = std::to_array<std::string_view>({"=", "<>", "!=", "<", "<=", ">", ">="});

}  // namespace

ExpressionPointer ExpressionParser::Make(Kind kind, std::string text) const {
  auto expression = std::make_unique<Expression>();
  expression->kind = kind;
  expression->text = std::move(text);
  expression->position = Peek().position;
  return expression;
}

ExpressionPointer ExpressionParser::Binary(std::string_view symbol, ExpressionPointer left,
                                           ExpressionPointer right, size_t position) const {
  auto binary = Make(Kind::kBinaryOperator, std::string(symbol));
  binary->position = position;
  binary->arguments.push_back(std::move(left));
  binary->arguments.push_back(std::move(right));
  return binary;
}

bool ExpressionParser::AtQuery(size_t ahead) const {
  while (IsSymbol("(", ahead)) ++ahead;
  return IsWord("SELECT", ahead) || IsWord("WITH", ahead) || IsWord("VALUES", ahead) ||
         (IsWord("TABLE", ahead) && AtName(ahead + 1));
}

Result<std::vector<ExpressionPointer>> ExpressionParser::ParseExpressions() {
  std::vector<ExpressionPointer> list;
  do {
    TARN_ASSIGN(auto expression, ParseExpression());
    list.push_back(std::move(expression));
  } while (EatSymbol(","));
  return list;
}

Result<ExpressionPointer> ExpressionParser::ParseExpression() {
  const Level level(depth_);
  if (depth_ > kMaxDepth) return Fault("the statement is nested too deeply");
  TARN_ASSIGN(auto left, ParseAnd());
  while (IsWord("OR")) {
    const size_t position = Take().position;
    TARN_ASSIGN(auto right, ParseAnd());
    left = Binary("OR", std::move(left), std::move(right), position);
  }
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseAnd() {
  TARN_ASSIGN(auto left, ParseNot());
  while (IsWord("AND")) {
    const size_t position = Take().position;
    TARN_ASSIGN(auto right, ParseNot());
    left = Binary("AND", std::move(left), std::move(right), position);
  }
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseNot() {
  if (!IsWord("NOT")) return ParsePredicate();
  const Level level(depth_);
  if (depth_ > kMaxDepth) return Fault("the statement is nested too deeply");
  auto negation = Make(Kind::kUnary, "NOT");
  Take();
  TARN_ASSIGN(auto operand, ParseNot());
  negation->arguments.push_back(std::move(operand));
  return negation;
}

Result<ExpressionPointer> ExpressionParser::ParsePredicate() {
  TARN_ASSIGN(auto left, ParseConcatenation());
  while (true) {
    const size_t before = at_;
    TARN_ASSIGN(left, ParsePredicateOf(std::move(left)));
    if (at_ == before) return left;
  }
}

Result<ExpressionPointer> ExpressionParser::ParsePredicateOf(ExpressionPointer left) {
  for (const auto symbol : kComparisons) {
    if (IsSymbol(symbol)) return ParseComparison(std::move(left));
  }
  if (IsWord("IS")) return ParseIs(std::move(left));
  const bool negated = IsWord("NOT") && (IsWord("IN", 1) || IsWord("LIKE", 1) || IsWord("BETWEEN", 1));
  if (negated) Take();
  if (EatWord("IN")) return ParseIn(std::move(left), negated);
  if (EatWord("LIKE")) return ParseLike(std::move(left), negated);
  if (EatWord("BETWEEN")) return ParseBetween(std::move(left), negated);
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseComparison(ExpressionPointer left) {
  const Token& symbol = Take();
  if (IsWord("ALL") || IsWord("ANY") || IsWord("SOME")) {
    auto quantified = Make(Kind::kQuantified, symbol.text);
    quantified->words.push_back(Take().text == "ALL" ? "ALL" : "ANY");
    TARN_TRY(NeedSymbol("("));
    TARN_ASSIGN(quantified->query, ParseQuery());
    TARN_TRY(NeedSymbol(")"));
    quantified->arguments.push_back(std::move(left));
    return quantified;
  }
  TARN_ASSIGN(auto right, ParseConcatenation());
  return Binary(symbol.text == "!=" ? "<>" : symbol.text, std::move(left), std::move(right), symbol.position);
}

Result<ExpressionPointer> ExpressionParser::ParseIs(ExpressionPointer left) {
  auto test = Make(Kind::kIsNull);
  Take();
  test->negated = EatWord("NOT");
  test->arguments.push_back(std::move(left));
  if (EatWord("NULL")) return test;
  TARN_TRY(NeedWord("DISTINCT"));
  TARN_TRY(NeedWord("FROM"));
  test->kind = Kind::kIsDistinct;
  TARN_ASSIGN(auto right, ParseConcatenation());
  test->arguments.push_back(std::move(right));
  return test;
}

Result<ExpressionPointer> ExpressionParser::ParseIn(ExpressionPointer left, bool negated) {
  auto in = Make(Kind::kIn);
  in->negated = negated;
  in->arguments.push_back(std::move(left));
  TARN_TRY(NeedSymbol("("));
  if (AtQuery()) {
    in->kind = Kind::kInQuery;
    TARN_ASSIGN(in->query, ParseQuery());
  } else {
    TARN_ASSIGN(auto list, ParseExpressions());
    for (auto& item : list) in->arguments.push_back(std::move(item));
  }
  TARN_TRY(NeedSymbol(")"));
  return in;
}

Result<ExpressionPointer> ExpressionParser::ParseLike(ExpressionPointer left, bool negated) {
  auto like = Make(Kind::kLike);
  like->negated = negated;
  like->arguments.push_back(std::move(left));
  TARN_ASSIGN(auto pattern, ParseConcatenation());
  like->arguments.push_back(std::move(pattern));
  if (EatWord("ESCAPE")) {
    TARN_ASSIGN(auto escape, ParseConcatenation());
    like->arguments.push_back(std::move(escape));
  }
  return like;
}

Result<ExpressionPointer> ExpressionParser::ParseBetween(ExpressionPointer left, bool negated) {
  auto between = Make(Kind::kBetween);
  between->negated = negated;
  between->arguments.push_back(std::move(left));
  TARN_ASSIGN(auto low, ParseConcatenation());
  TARN_TRY(NeedWord("AND"));
  TARN_ASSIGN(auto high, ParseConcatenation());
  between->arguments.push_back(std::move(low));
  between->arguments.push_back(std::move(high));
  return between;
}

Result<ExpressionPointer> ExpressionParser::ParseConcatenation() {
  TARN_ASSIGN(auto left, ParseSum());
  while (IsSymbol("||")) {
    const size_t position = Take().position;
    TARN_ASSIGN(auto right, ParseSum());
    left = Binary("||", std::move(left), std::move(right), position);
  }
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseSum() {
  TARN_ASSIGN(auto left, ParseProduct());
  while (IsSymbol("+") || IsSymbol("-")) {
    const Token& symbol = Take();
    TARN_ASSIGN(auto right, ParseProduct());
    left = Binary(symbol.text, std::move(left), std::move(right), symbol.position);
  }
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseProduct() {
  TARN_ASSIGN(auto left, ParseUnary());
  while (IsSymbol("*") || IsSymbol("/") || IsSymbol("%")) {
    const Token& symbol = Take();
    TARN_ASSIGN(auto right, ParseUnary());
    left = Binary(symbol.text, std::move(left), std::move(right), symbol.position);
  }
  return left;
}

Result<ExpressionPointer> ExpressionParser::ParseUnary() {
  const Level level(depth_);
  if (depth_ > kMaxDepth) return Fault("the statement is nested too deeply");
  if (!IsSymbol("-") && !IsSymbol("+")) return ParsePostfix();
  auto unary = Make(Kind::kUnary, Peek().text);
  Take();
  TARN_ASSIGN(auto operand, ParseUnary());
  unary->arguments.push_back(std::move(operand));
  return unary;
}

Result<ExpressionPointer> ExpressionParser::ParsePostfix() {
  TARN_ASSIGN(auto value, ParsePrimary());
  while (true) {
    auto next = Make(Kind::kSubscript);
    if (EatSymbol("[")) {
      TARN_ASSIGN(auto index, ParseExpression());
      TARN_TRY(NeedSymbol("]"));
      next->arguments.push_back(std::move(value));
      next->arguments.push_back(std::move(index));
    } else if (IsSymbol(".") && AtName(1)) {
      Take();
      TARN_ASSIGN(const Identifier field, Name("a field"));
      if (IsSymbol("("))
        return Fault("calling a function behind a value is not supported; write function(value)");
      next->kind = Kind::kField;
      next->text = field.name;
      next->arguments.push_back(std::move(value));
    } else if (IsWord("AT") && IsWord("TIME", 1)) {
      Take();
      Take();
      TARN_TRY(NeedWord("ZONE"));
      next->kind = Kind::kAtTimeZone;
      TARN_ASSIGN(auto zone, ParsePrimary());
      next->arguments.push_back(std::move(value));
      next->arguments.push_back(std::move(zone));
    } else {
      return value;
    }
    value = std::move(next);
  }
}

bool ExpressionParser::AtLambda() const {
  if (AtName() && IsSymbol("->", 1)) return true;
  if (!IsSymbol("(")) return false;
  size_t ahead = 1;
  while (AtName(ahead) && IsSymbol(",", ahead + 1)) ahead += 2;
  if (AtName(ahead)) ++ahead;
  return IsSymbol(")", ahead) && IsSymbol("->", ahead + 1);
}

Result<ExpressionPointer> ExpressionParser::ParseLambda() {
  auto lambda = Make(Kind::kLambda);
  if (EatSymbol("(")) {
    while (!EatSymbol(")")) {
      TARN_ASSIGN(const Identifier name, Name("a parameter"));
      lambda->words.push_back(name.name);
      EatSymbol(",");
    }
  } else {
    TARN_ASSIGN(const Identifier name, Name("a parameter"));
    lambda->words.push_back(name.name);
  }
  TARN_TRY(NeedSymbol("->"));
  TARN_ASSIGN(auto body, ParseExpression());
  lambda->arguments.push_back(std::move(body));
  return lambda;
}

Result<ExpressionPointer> ExpressionParser::ParsePrimary() {
  if (AtLambda()) return ParseLambda();
  const Token& token = Peek();
  ExpressionPointer literal;
  switch (token.kind) {
    case Token::Kind::kString:
      literal = Make(Kind::kString, token.text);
      break;
    case Token::Kind::kBinary:
      literal = Make(Kind::kBinary, token.text);
      break;
    case Token::Kind::kInteger:
      literal = Make(Kind::kInteger, token.text);
      break;
    case Token::Kind::kDecimal:
      literal = Make(Kind::kDecimal, token.text);
      break;
    case Token::Kind::kDouble:
      literal = Make(Kind::kDouble, token.text);
      break;
    case Token::Kind::kParameter:
      literal = Make(Kind::kParameter, std::to_string(++parameters_));
      break;
    case Token::Kind::kWord:
      return ParseWord();
    case Token::Kind::kQuoted:
      return ParseName();
    case Token::Kind::kSymbol:
      if (token.text == "(") return ParseParenthesis();
      return Expected("an expression");
    case Token::Kind::kEnd:
      return Expected("an expression");
  }
  Take();
  return literal;
}

Result<ExpressionPointer> ExpressionParser::ParseParenthesis() {
  auto row = Make(Kind::kRow);
  Take();
  if (AtQuery()) {
    row->kind = Kind::kScalarQuery;
    TARN_ASSIGN(row->query, ParseQuery());
    TARN_TRY(NeedSymbol(")"));
    return row;
  }
  TARN_ASSIGN(row->arguments, ParseExpressions());
  TARN_TRY(NeedSymbol(")"));
  if (row->arguments.size() == 1) return std::move(row->arguments[0]);
  return row;
}

Result<ExpressionPointer> ExpressionParser::ParseName() {
  auto name = Make(Kind::kName);
  TARN_ASSIGN(Identifier first, Name("a name"));
  name->path.push_back(std::move(first));
  if (IsSymbol("(")) return ParseCall(*name);
  while (IsSymbol(".") && AtName(1) && !IsSymbol("(", 2)) {
    Take();
    TARN_ASSIGN(Identifier next, Name("a name"));
    name->path.push_back(std::move(next));
  }
  if (IsSymbol(".") && IsSymbol("*", 1)) {
    Take();
    Take();
    name->kind = Kind::kStar;
  }
  return name;
}

Result<ExpressionPointer> ExpressionParser::ParseCall(Expression& named) {
  auto call = Make(Kind::kCall, named.path[0].name);
  call->position = named.position;
  TARN_TRY(NeedSymbol("("));
  if (!IsSymbol(")")) {
    if (EatSymbol("*")) {
      call->words.push_back("*");
    } else {
      call->distinct = EatWord("DISTINCT");
      if (!call->distinct && IsWord("ALL") && !IsSymbol("(", 1)) Take();
      TARN_ASSIGN(call->arguments, ParseExpressions());
    }
    if (IsWord("ORDER")) {
      TARN_ASSIGN(call->order, ParseOrderBy());
    }
    if (IsWord("ON") && IsWord("OVERFLOW", 1)) return Fault("ON OVERFLOW is not supported");
  }
  TARN_TRY(NeedSymbol(")"));
  TARN_TRY(ParseCallTail(*call));
  return call;
}

Status ExpressionParser::ParseCallTail(Expression& call) {
  if (EatWords({"WITHIN", "GROUP"})) {
    TARN_TRY(NeedSymbol("("));
    TARN_ASSIGN(call.order, ParseOrderBy());
    TARN_TRY(NeedSymbol(")"));
  }
  if (IsWord("FILTER") && IsSymbol("(", 1)) {
    Take();
    Take();
    TARN_TRY(NeedWord("WHERE"));
    TARN_ASSIGN(call.filter, ParseExpression());
    TARN_TRY(NeedSymbol(")"));
  }
  if (EatWords({"IGNORE", "NULLS"}))
    call.ignore_nulls = true;
  else
    EatWords({"RESPECT", "NULLS"});
  if (!EatWord("OVER")) return Ok();
  call.window = std::make_unique<Window>();
  if (EatSymbol("(")) {
    TARN_ASSIGN(*call.window, ParseWindow());
    return NeedSymbol(")");
  }
  TARN_ASSIGN(const Identifier name, Name("a window's name"));
  call.window->base = name.name;
  return Ok();
}

}  // namespace tarn::query
