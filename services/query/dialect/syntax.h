#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/query/functions/trino_type.h"

namespace tarn::query {

struct Query;
struct Expression;
using ExpressionPointer = std::unique_ptr<Expression>;

/// A name as Trino compares them: in lower case, quoted or not.
struct Identifier {
  std::string name;
  std::string shown;  ///< of a quoted name: as written
};

struct SortItem {
  ExpressionPointer expression;
  bool descending = false;
  std::optional<bool> nulls_first;
};

struct Window {
  std::string base;  ///< the name of a window of the WINDOW clause, or empty
  std::vector<ExpressionPointer> partition;
  std::vector<SortItem> order;
  std::string frame_unit;  ///< ROWS, RANGE, GROUPS; empty: no frame
  struct Bound {
    std::string kind;  ///< "UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", ...
    ExpressionPointer offset;
  } start, end;
};

/// An expression. What `text`, `arguments` and the rest hold depends on the kind.
struct Expression {
  enum class Kind {
    kNull,
    kBoolean,
    kInteger,
    kDecimal,
    kDouble,
    kString,
    kBinary,
    kParameter,
    kTyped,     ///< DATE '2026-01-01': `type`, text
    kInterval,  ///< text; `words`: sign, from, to
    kName,      ///< `path`: a, t.a, t.a.b
    kStar,      ///< `path` of its qualifier
    kField,     ///< arguments[0].text
    kSubscript,
    kCall,
    kCast,
    kTryCast,
    kCase,
    kUnary,
    kBinaryOperator,
    kBetween,
    kIn,
    kLike,
    kIsNull,
    kIsDistinct,
    kArray,
    kRow,
    kLambda,
    kScalarQuery,
    kExists,
    kInQuery,
    kQuantified,
    kAtTimeZone,
    kExtract,
    kTry,
    kGrouping,
  };

  Kind kind = Kind::kNull;
  size_t position = 0;
  std::string text;  ///< literal, operator, function's or field's name
  std::vector<Identifier> path;
  std::vector<std::string> words;  ///< names of a lambda's parameters; words of a literal
  std::vector<ExpressionPointer> arguments;
  TrinoType type;
  std::unique_ptr<Query> query;
  bool negated = false;   ///< NOT IN, NOT LIKE, IS NOT NULL ...
  bool distinct = false;  ///< count(DISTINCT x)
  std::vector<SortItem> order;
  ExpressionPointer filter;
  std::unique_ptr<Window> window;
  bool ignore_nulls = false;
};

struct Relation {
  enum class Kind { kTable, kQuery, kUnnest, kJoin, kValues };

  Kind kind = Kind::kTable;
  size_t position = 0;
  std::vector<Identifier> name;  ///< of a table: database, table
  std::unique_ptr<Query> query;
  bool lateral = false;
  std::vector<ExpressionPointer> arguments;  ///< of UNNEST
  bool ordinality = false;
  std::string join;  ///< CROSS, INNER, LEFT, RIGHT, FULL
  std::unique_ptr<Relation> left, right;
  ExpressionPointer on;
  std::vector<Identifier> using_columns;
  std::optional<Identifier> alias;
  std::vector<Identifier> columns;
  std::string sample;  ///< "BERNOULLI" or "SYSTEM"
  ExpressionPointer sample_percent;
};

struct SelectItem {
  ExpressionPointer expression;
  std::optional<Identifier> alias;
};

/// GROUP BY a, ROLLUP (a, b), CUBE (a, b), GROUPING SETS ((a), ())
struct Grouping {
  std::string kind;  ///< empty, ROLLUP, CUBE, GROUPING SETS
  std::vector<std::vector<ExpressionPointer>> sets;
};

struct Select {
  bool distinct = false;
  std::vector<SelectItem> items;
  std::unique_ptr<Relation> from;
  ExpressionPointer where;
  std::vector<Grouping> group_by;
  bool grouped = false;
  ExpressionPointer having;
  std::vector<std::pair<std::string, Window>> windows;
};

/// What stands between WITH and ORDER BY: a SELECT, VALUES, a table or another query, or a set operation on
/// two.
struct QueryBody {
  size_t position = 0;
  std::unique_ptr<Select> select;
  std::vector<std::vector<ExpressionPointer>> values;
  std::unique_ptr<Query> query;
  std::string set_operation;  ///< UNION, INTERSECT, EXCEPT
  bool all = false;
  std::unique_ptr<QueryBody> left, right;
};

struct CommonTable {
  Identifier name;
  size_t position = 0;
  std::vector<Identifier> columns;
  std::unique_ptr<Query> query;
};

struct Query {
  bool recursive = false;
  std::vector<CommonTable> with;
  QueryBody body;
  std::vector<SortItem> order;
  ExpressionPointer limit, offset;
};

/// A statement: a query, EXPLAIN of one, or text that the dialect hands on.
struct ParsedStatement {
  std::unique_ptr<Query> query;
  std::string prefix;  ///< "EXPLAIN ", "EXPLAIN ANALYZE "
  int parameters = 0;
};

}  // namespace tarn::query
