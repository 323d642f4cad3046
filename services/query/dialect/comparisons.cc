#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

// NaN equals nothing and comes before and after nothing; DuckDB takes it for equal to itself and the largest
// number.
std::string CompareFloating(const std::string& symbol, const Value& left, const Value& right) {
  const std::string plain = left.sql + ' ' + symbol + ' ' + right.sql;
  const bool equality = symbol == "=" || symbol == "<>";
  if (equality && (left.constant || right.constant)) return '(' + plain + ')';
  if (symbol == "=") return '(' + plain + " AND (NOT isnan(" + left.sql + ") OR " + right.sql + " IS NULL))";
  if (symbol == "<>") return '(' + plain + " OR (isnan(" + left.sql + ") AND " + right.sql + " IS NOT NULL))";
  const bool less = symbol[0] == '<';
  const Value& larger = less ? right : left;
  const Value& smaller = less ? left : right;
  if (larger.constant) return '(' + plain + ')';
  return '(' + plain + " AND (NOT isnan(" + larger.sql + ") OR " + smaller.sql + " IS NULL))";
}

bool HasChar(const TrinoType& type) {
  return AnyPart(type, [](const TrinoType& part) { return part.kind == TypeKind::kChar; });
}

}  // namespace

Result<Value> Translator::Compare(const Expression& at, const std::string& symbol, Value left, Value right) {
  const TrinoType boolean = MakeType(TypeKind::kBoolean);
  const bool equality = symbol == "=" || symbol == "<>";
  TrinoType common;
  if (!CommonType(left.type, right.type, common)) {
    return Fault("cannot compare " + left.type.Name() + " with " + right.type.Name(), at);
  }
  if (common.kind == TypeKind::kChar) {
    return Make("(rtrim(" + left.sql + ", ' ') " + symbol + " rtrim(" + right.sql + ", ' '))", boolean);
  }
  if (HasChar(left.type) || HasChar(right.type))
    return Fault("char cannot be compared with varchar here; cast one of them", at);
  TARN_ASSIGN(left, Coerce(std::move(left), common, at));
  TARN_ASSIGN(right, Coerce(std::move(right), common, at));
  if (common.floating()) {
    const Bindings bound = BindOnce({&left, &right});
    return Make(bound.head + CompareFloating(symbol, left, right) + bound.tail, boolean);
  }
  if (common.kind == TypeKind::kArray || common.kind == TypeKind::kRow) {
    if (!equality) return Fault("arrays and rows can only be compared with = and <>", at);
    const Bindings bound = BindOnce({&left, &right});
    TARN_ASSIGN(std::string sql, EqualSql(at, left.sql, right.sql, common));
    if (symbol == "<>") sql = "(NOT " + sql + ')';
    return Make(bound.head + sql + bound.tail, boolean);
  }
  if (common.kind == TypeKind::kMap) return Fault("maps cannot be compared", at);
  if (common.kind == TypeKind::kJson && !equality)
    return Fault("JSON can only be compared with = and <>", at);
  return Make('(' + left.sql + ' ' + symbol + ' ' + right.sql + ')', boolean);
}

// With SQL's three values all the way down: ARRAY[1, NULL] = ARRAY[1, NULL] is not known.
Result<std::string> Translator::EqualSql(const Expression& at, const std::string& left,
                                         const std::string& right, const TrinoType& type) {
  const std::string null = "CASE WHEN " + left + " IS NULL OR " + right + " IS NULL THEN NULL ";
  if (type.kind == TypeKind::kRow) {
    std::string all;
    for (size_t i = 0; i < type.children.size(); ++i) {
      const std::string field = ", " + duckdb::QuoteLiteral(type.StorageField(i)) + ')';
      TARN_ASSIGN(const std::string equal, EqualSql(at, "struct_extract(" + left + field,
                                                    "struct_extract(" + right + field, type.children[i]));
      all += (i == 0 ? "" : " AND ") + equal;
    }
    return null + "ELSE (" + all + ") END";
  }
  if (type.kind == TypeKind::kArray) {
    const std::string index = Fresh("i"), results = Fresh("m");
    TARN_ASSIGN(const std::string equal,
                EqualSql(at, "list_extract(" + left + ", " + index + ')',
                         "list_extract(" + right + ", " + index + ')', type.element()));
    return null + "WHEN len(" + left + ") <> len(" + right +
           ") THEN false ELSE list_extract(list_transform([list_transform(range(1, len(" + left +
           ") + 1), lambda " + index + ": " + equal + ")], lambda " + results + ": CASE WHEN list_contains(" +
           results + ", false) THEN false WHEN len(list_filter(" + results +
           ", lambda n: n IS NULL)) > 0 THEN NULL ELSE true END), 1) END";
  }
  if (type.kind == TypeKind::kMap) return Fault("maps cannot be compared", at);
  Value a = Make(left, type), b = Make(right, type);
  if (type.floating()) return CompareFloating("=", a, b);
  return '(' + left + " = " + right + ')';
}

}  // namespace tarn::query
