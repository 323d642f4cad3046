#pragma once

#include <string_view>
#include <vector>

#include "services/query/dialect/token_cursor.h"

namespace tarn::query {

/// The half of the parser that reads expressions; queries inside them are the other half's.
class ExpressionParser : public TokenCursor {
 public:
  using TokenCursor::TokenCursor;
  virtual ~ExpressionParser() = default;

 protected:
  virtual Result<std::unique_ptr<Query>> ParseQuery() = 0;

  Result<ExpressionPointer> ParseExpression();
  Result<std::vector<ExpressionPointer>> ParseExpressions();
  Result<std::vector<SortItem>> ParseOrderBy();
  Result<Window> ParseWindow();
  bool AtQuery(size_t ahead = 0) const;

  int parameters_ = 0;

 private:
  ExpressionPointer Make(Expression::Kind kind, std::string text = "") const;
  ExpressionPointer Binary(std::string_view symbol, ExpressionPointer left, ExpressionPointer right,
                           size_t position) const;

  Result<ExpressionPointer> ParseAnd();
  Result<ExpressionPointer> ParseNot();
  Result<ExpressionPointer> ParsePredicate();
  Result<ExpressionPointer> ParsePredicateOf(ExpressionPointer left);
  Result<ExpressionPointer> ParseComparison(ExpressionPointer left);
  Result<ExpressionPointer> ParseIs(ExpressionPointer left);
  Result<ExpressionPointer> ParseIn(ExpressionPointer left, bool negated);
  Result<ExpressionPointer> ParseLike(ExpressionPointer left, bool negated);
  Result<ExpressionPointer> ParseBetween(ExpressionPointer left, bool negated);
  Result<ExpressionPointer> ParseConcatenation();
  Result<ExpressionPointer> ParseSum();
  Result<ExpressionPointer> ParseProduct();
  Result<ExpressionPointer> ParseUnary();
  Result<ExpressionPointer> ParsePostfix();
  Result<ExpressionPointer> ParsePrimary();
  Result<ExpressionPointer> ParseWord();
  Result<ExpressionPointer> ParseSpecialForm();
  Result<ExpressionPointer> ParseTypedLiteral();
  Result<ExpressionPointer> ParseInterval();
  Result<ExpressionPointer> ParseParenthesis();
  Result<ExpressionPointer> ParseCase();
  Result<ExpressionPointer> ParseCast(Expression::Kind kind);
  Result<ExpressionPointer> ParseExtract();
  Result<ExpressionPointer> ParseTrim();
  Result<ExpressionPointer> ParsePosition();
  Result<ExpressionPointer> ParseArray();
  Result<ExpressionPointer> ParseName();
  Result<ExpressionPointer> ParseCall(Expression& call);
  Status ParseCallTail(Expression& call);
  Status ParseBound(Window::Bound& bound);
  Result<ExpressionPointer> ParseLambda();
  bool AtLambda() const;
};

}  // namespace tarn::query
