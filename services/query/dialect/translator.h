#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/query/dialect/athena_dialect.h"
#include "services/query/dialect/syntax.h"
#include "services/query/functions/function_entry.h"

namespace tarn::query {

/// An expression in DuckDB's SQL, with what is known of it.
struct Value {
  std::string sql;
  TrinoType type;
  /// The text of a literal that stands for itself: units, zones, digits to round to.
  std::optional<std::string> constant;
  bool simple = false;  ///< a column or a literal: cheap to write twice
};

struct ScopeColumn {
  std::string name;      ///< in lower case; empty if it has none
  std::string relation;  ///< alias or table, in lower case
  std::string database;  ///< of a table without alias
  std::string sql;
  TrinoType type;
  std::string shown;
};

/// The names that an expression sees.
struct Scope {
  const Scope* outer = nullptr;
  std::vector<ScopeColumn> columns;
  std::vector<std::pair<std::string, Value>> parameters;  ///< of lambdas, the innermost last
  const Select* select = nullptr;                         ///< whose WINDOW clause it is
};

struct OutputColumn {
  std::string name;   ///< as columns are looked up; empty if it has none
  std::string shown;  ///< as results show it
  TrinoType type;
};

/// A query in DuckDB's SQL: its columns are called c0, c1, ...
struct TranslatedQuery {
  std::string sql;
  std::vector<OutputColumn> columns;
};

/// A relation of a FROM clause and the names it brings.
struct TranslatedRelation {
  std::string sql;
  std::vector<ScopeColumn> columns;
};

/// Turns the tree of a query into DuckDB's SQL. One statement each; the methods are in files by what they
/// translate.
class Translator {
 public:
  Translator(std::string_view sql, const DialectOptions& options, const TableColumns& tables)
      : text_(sql), options_(options), tables_(tables) {}

  /// The statement with rows as Athena shows them.
  Result<TranslatedQuery> Statement(const Query& query);

 private:
  // queries.cc
  Result<TranslatedQuery> TranslateQuery(const Query& query, const Scope* outer);
  Result<TranslatedQuery> TranslateBody(const Query& query, const QueryBody& body, const Scope* outer);
  Result<TranslatedQuery> TranslateSetOperation(const QueryBody& body, const Scope* outer);
  Result<TranslatedQuery> TranslateValues(const QueryBody& body, const Scope* outer);
  Result<std::string> WithClause(const Query& query, const Scope* outer);
  Result<std::string> CommonTableSql(const Query& query, const CommonTable& table, const Scope* outer);
  Result<std::string> OrderOfOutput(const std::vector<SortItem>& order, const TranslatedQuery& query);
  Result<std::string> LimitSql(const Query& query);
  Result<std::string> CastColumns(const TranslatedQuery& query, const std::vector<OutputColumn>& to);
  std::string RenderOutput(const std::string& sql, const TrinoType& type);

  // selects.cc
  Result<TranslatedQuery> TranslateSelect(const Query& query, const Select& select, const Scope* outer);
  Result<std::vector<Value>> SelectList(const Select& select, const Scope& scope,
                                        std::vector<OutputColumn>& columns);
  Result<std::string> GroupBy(const Select& select, const Scope& scope, const std::vector<Value>& items);
  Result<std::string> OrderOfSelect(const Query& query, const Scope& scope, const std::vector<Value>& items,
                                    const std::vector<OutputColumn>& columns);

  Status KeepConstants(const Select& select, std::vector<Value>& items);

  // relations.cc
  Result<TranslatedRelation> TranslateRelation(const Relation& relation, const Scope& before);
  Result<TranslatedRelation> TranslateTable(const Relation& relation);
  Result<TranslatedRelation> TranslateJoin(const Relation& relation, const Scope& before);
  Result<std::string> JoinUsing(const Relation& relation, const TranslatedRelation& left,
                                const TranslatedRelation& right, std::vector<ScopeColumn>& merged);
  Result<TranslatedRelation> TranslateUnnest(const Relation& relation, const Scope& before);
  Status Rename(const Relation& relation, std::vector<ScopeColumn>& columns);
  TranslatedRelation Derived(const TranslatedQuery& query, bool lateral);

  // expressions.cc
  Result<Value> Translate(const Expression& expression, const Scope& scope);
  Result<Value> TranslateUnmarked(const Expression& expression, const Scope& scope);
  Result<Value> Name(const Expression& expression, const Scope& scope);
  const ScopeColumn* FindColumn(const std::vector<Identifier>& path, size_t parts, const Scope& scope,
                                bool* ambiguous);
  Result<Value> Field(Value row, const std::string& field, const Expression& at);
  Result<Value> Subscript(const Expression& expression, const Scope& scope);
  Result<Value> Case(const Expression& expression, const Scope& scope);
  Result<Value> Array(const Expression& expression, const Scope& scope);
  Result<Value> Row(const Expression& expression, const Scope& scope);
  Result<Value> SubQuery(const Expression& expression, const Scope& scope);
  Result<std::vector<Value>> TranslateAll(const std::vector<ExpressionPointer>& expressions,
                                          const Scope& scope);

  // literals.cc
  Result<Value> Literal(const Expression& expression);
  Result<Value> TypedLiteral(const Expression& expression);
  Result<Value> TimestampLiteral(const Expression& expression);
  Result<Value> IntervalLiteral(const Expression& expression);

  // operators.cc
  Result<Value> Unary(const Expression& expression, const Scope& scope);
  Result<Value> BinaryOperator(const Expression& expression, const Scope& scope);
  Result<Value> Logical(const Expression& expression, const Scope& scope);
  Result<Value> Concatenate(const Expression& at, Value left, Value right);
  Result<Value> Like(const Expression& expression, const Scope& scope);
  Result<Value> In(const Expression& expression, const Scope& scope);
  Result<Value> Between(const Expression& expression, const Scope& scope);
  Result<Value> IsDistinct(const Expression& expression, const Scope& scope);

  // arithmetic.cc
  Result<Value> Arithmetic(const Expression& at, const std::string& symbol, Value left, Value right);
  Result<Value> DecimalArithmetic(const Expression& at, const std::string& symbol, const Value& left,
                                  const Value& right);
  Result<Value> TimeArithmetic(const Expression& at, const std::string& symbol, Value left, Value right);

  // comparisons.cc
  Result<Value> Compare(const Expression& at, const std::string& symbol, Value left, Value right);
  Result<std::string> EqualSql(const Expression& at, const std::string& left, const std::string& right,
                               const TrinoType& type);

  // casts.cc
  Result<Value> Coerce(Value value, const TrinoType& type, const Expression& at);
  Result<Value> Cast(const Expression& expression, const Scope& scope);
  Result<std::string> CastSql(const Value& value, const TrinoType& type, const Expression& at);
  Result<std::string> CastToText(const std::string& sql, const TrinoType& type, const Expression& at);
  Result<std::string> CastNested(const Value& value, const TrinoType& type, const Expression& at);
  Status Unify(std::vector<Value>& values, TrinoType& common, const Expression& at);
  /// JSON text of a value, as CAST(x AS JSON) gives it.
  Result<std::string> JsonSql(const std::string& sql, const TrinoType& type, const Expression& at);

  // zones.cc
  Result<std::string> CheckZone(const std::string& zone, const Expression& at);
  /// The local time of an instant in its zone. Error if the zone is not known.
  Result<std::string> LocalSql(const Value& instant, const Expression& at);
  static std::string LocalSql(const std::string& instant, const std::string& zone);
  static std::string InstantSql(const std::string& local, const std::string& zone);

  // calls.cc
  Result<Value> Call(const Expression& call, const Scope& scope);
  Result<Value> CallOverload(const Expression& call, const CompiledFunction& function, const Scope& scope);
  Result<std::string> CallSuffix(const Expression& call, const Scope& scope);
  Result<std::string> OverSql(const Window& window, const Scope& scope);
  Result<std::string> SortSql(const std::vector<SortItem>& items, const Scope& scope);
  Result<Value> Lambda(const Expression& lambda, const std::vector<TrinoType>& parameters,
                       const Scope& scope);

  // rules*.cc: what "!name" in an overload calls.
  struct RuleCall {
    const Expression& call;
    std::vector<Value>& arguments;
    const Scope& scope;
    TrinoType result;
    std::map<std::string, TrinoType>& variables;
  };
  Result<Value> CallRule(std::string_view rule, RuleCall& call);
  Result<Value> RoundRule(std::string_view rule, RuleCall& call);
  Result<Value> ExtremeRule(std::string_view rule, RuleCall& call);
  Result<Value> ArrayRule(std::string_view rule, RuleCall& call);
  Result<Value> SetRule(std::string_view rule, RuleCall& call);
  Result<Value> MapRule(std::string_view rule, RuleCall& call);
  Result<Value> AggregateRule(std::string_view rule, RuleCall& call);
  Result<Value> TimeRule(std::string_view rule, RuleCall& call);
  Result<Value> DateTruncRule(RuleCall& call);
  Result<Value> DateDiffRule(RuleCall& call);
  Result<Value> DateAddRule(RuleCall& call);
  Result<Value> FieldRule(std::string_view rule, RuleCall& call);
  Result<Value> TextRule(std::string_view rule, RuleCall& call);
  Result<Value> FormatRule(RuleCall& call);
  Result<std::string> UnitOf(const RuleCall& call, size_t argument);
  /// A lambda's body with these values for its parameters.
  Result<Value> ApplyLambda(const Expression& lambda, const std::vector<Value>& values, const Scope& scope);
  std::string SortKeySql(const std::string& sql, const TrinoType& type);

  // Binds values that are written more than once, so that they are computed once.
  struct Bindings {
    std::string head, tail;
  };
  Bindings BindOnce(std::vector<Value*> values);
  Result<Value> MultimapSql(const Value& rows, const Bindings& bound, const TrinoType& type);

  std::string Fresh(const char* prefix) { return prefix + std::to_string(++names_); }
  Error Fault(const std::string& message, const Expression& at) const {
    return FaultAt(message, at.position);
  }
  Error FaultAt(const std::string& message, size_t position) const;
  static Value Make(std::string sql, TrinoType type) {
    return {std::move(sql), std::move(type), std::nullopt, false};
  }

  struct CommonTableScope {
    std::string name, sql_name;
    std::vector<OutputColumn> columns;
  };

  std::string_view text_;
  const DialectOptions& options_;
  const TableColumns& tables_;
  std::vector<CommonTableScope> common_tables_;
  int names_ = 0;
  int outer_references_ = 0;  // names that an enclosing query gave
};

}  // namespace tarn::query
