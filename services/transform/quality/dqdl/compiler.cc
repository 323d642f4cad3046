#include "services/transform/quality/dqdl/compiler.h"

#include <algorithm>
#include <map>

#include "services/transform/quality/dqdl/check_sql.h"
#include "services/transform/quality/dqdl/schema_rules.h"
#include "services/transform/quality/dqdl/values_sql.h"

namespace tarn::dqdl {
namespace {

std::string AsDouble(const std::string& sql) { return "CAST(" + sql + " AS DOUBLE)"; }

bool IsPassing(const Error& error) { return error.retryable() || error.code() == Code::kCancelled; }

Measure Failed(const Error& error) {
  Measure measure;
  measure.kind = Measure::Kind::kError;
  measure.error = error.message();
  return measure;
}

// What grouping the rows by some columns tells of them. Rows whose columns are all NULL count as rows only.
struct Groups {
  Slot rows, filled_rows, unique, repeated_rows, key_breakers, entropy;
};

class Compiler {
 public:
  Compiler(const Relation& relation, Catalog& catalog, Timestamp now)
      : relation_(relation), catalog_(catalog), sql_(relation, catalog, now) {
    plan_.queries.push_back({{}, sql_.From()});
  }

  Status Add(const Rule& rule) {
    PlannedRule planned;
    auto measure = MeasureOf(rule);
    if (!measure.ok() && IsPassing(measure.error())) return measure.error();
    planned.measure = measure.ok() ? *std::move(measure) : Failed(measure.error());
    if (JudgesRows(rule) && planned.measure.kind != Measure::Kind::kError) {
      const auto rows = RowsOf(rule);
      if (rows.ok()) planned.keeps = rows->keeps;
      if (!rows.ok()) planned.measure = Failed(rows.error());
    }
    plan_.rules.push_back(std::move(planned));
    return Ok();
  }

  Plan Take() {
    // Rules about columns alone need no scan; an empty query would be no SQL.
    if (plan_.queries[0].values.empty()) Scan("count(*)");
    return std::move(plan_);
  }

 private:
  Slot Value(size_t query, const std::string& sql) {
    auto& values = plan_.queries[query].values;
    const std::string value = AsDouble(sql);
    const auto known = std::find(values.begin(), values.end(), value);
    if (known != values.end()) return {query, static_cast<size_t>(known - values.begin())};
    values.push_back(value);
    return {query, values.size() - 1};
  }

  Slot Scan(const std::string& aggregate) { return Value(0, aggregate); }

  size_t Separate(const std::string& from) {
    plan_.queries.push_back({{}, from});
    return plan_.queries.size() - 1;
  }

  static std::string Filter(const Check& check) {
    return check.where.empty() ? "" : " FILTER (WHERE " + WhereSql(check) + ")";
  }

  Slot RowsOfWhere(const Check& check) { return Scan("count(*)" + Filter(check)); }

  Result<Measure> MeasureOf(const Rule& rule) {
    if (rule.kind == Rule::Kind::kCheck) return MeasureOf(rule.check);
    if (JudgesRows(rule)) {
      TARN_ASSIGN(const auto rows, RowsOf(rule));
      return Counted(rows, "true");
    }
    Measure measure;
    measure.kind = rule.kind == Rule::Kind::kAnd ? Measure::Kind::kAll : Measure::Kind::kAny;
    for (const Rule& part : rule.parts) {
      auto one = MeasureOf(part);
      if (!one.ok() && IsPassing(one.error())) return one;
      measure.parts.push_back(one.ok() ? *std::move(one) : Failed(one.error()));
    }
    return measure;
  }

  Result<RowSql> RowsOf(const Rule& rule) {
    if (rule.kind == Rule::Kind::kCheck) return sql_.Rows(rule.check);
    RowSql rows;
    for (const Rule& part : rule.parts) {
      TARN_ASSIGN(const auto one, RowsOf(part));
      const char* word = rule.kind == Rule::Kind::kAnd ? " AND " : " OR ";
      rows.keeps += (rows.keeps.empty() ? "" : word) + one.keeps;
      rows.simple &= one.simple;
    }
    rows.keeps = "(" + rows.keeps + ")";
    return rows;
  }

  // How many rows there are and how many of them break a rule.
  Measure Counted(const RowSql& rows, const std::string& where) {
    Measure measure;
    measure.kind = Measure::Kind::kRows;
    if (rows.simple) {
      measure.rows = Scan(where == "true" ? "count(*)" : "count(*) FILTER (WHERE " + where + ")");
      measure.broken = Scan("count(*) FILTER (WHERE " + (where == "true" ? "" : where + " AND ") + "NOT " +
                            rows.keeps + ")");
      return measure;
    }
    const size_t query =
        Separate(" FROM (SELECT " + rows.keeps + " AS keeps" + sql_.From() + " WHERE " + where + ")");
    measure.rows = Value(query, "count(*)");
    measure.broken = Value(query, "count(*) FILTER (WHERE NOT keeps)");
    return measure;
  }

  Result<Measure> MeasureOf(const Check& check) {
    switch (check.type) {
      case RuleType::kRowCount:
        return Number(check, "count(*)" + Filter(check));
      case RuleType::kColumnCount:
        return CountColumns(check, relation_);
      case RuleType::kColumnExists:
        return FindColumn(check, relation_);
      case RuleType::kColumnNamesMatchPattern:
        return NamesMatch(check);
      case RuleType::kSchemaMatch: {
        TARN_ASSIGN(const auto other, catalog_.Table(check.arguments[0]));
        return CompareColumns(check, relation_, other);
      }
      case RuleType::kCompleteness: {
        TARN_ASSIGN(const auto column, sql_.Column(check.arguments[0]));
        Measure measure = Counted({"(" + ColumnSql(column.name) + " IS NOT NULL)", true}, WhereSql(check));
        measure.condition = check.condition;
        return measure;
      }
      case RuleType::kUniqueness:
      case RuleType::kUniqueValueRatio:
      case RuleType::kEntropy:
      case RuleType::kIsUnique:
      case RuleType::kIsPrimaryKey:
        return Grouped(check);
      case RuleType::kDistinctValuesCount: {
        TARN_ASSIGN(const auto column, sql_.Column(check.arguments[0]));
        return Number(check, "count(DISTINCT " + ColumnSql(column.name) + ")" + Filter(check));
      }
      case RuleType::kMean:
        return Statistic(check, "avg");
      case RuleType::kSum:
        return Statistic(check, "sum");
      case RuleType::kStandardDeviation:
        return Statistic(check, "stddev_pop");
      case RuleType::kCustomSql:
        if (check.condition) return Custom(check);
        break;
      default:
        break;
    }
    return Judged(check);
  }

  // Rules that judge each row.
  Result<Measure> Judged(const Check& check) {
    Check everywhere = check;
    everywhere.where.clear();
    TARN_ASSIGN(const auto rows, sql_.Rows(everywhere));
    Measure measure = Counted(rows, WhereSql(check));
    measure.condition = check.type == RuleType::kReferentialIntegrity ? check.condition : check.threshold;
    return measure;
  }

  Measure Number(const Check& check, const std::string& aggregate) {
    Measure measure;
    measure.kind = Measure::Kind::kNumber;
    measure.value = Scan(aggregate);
    measure.rows = RowsOfWhere(check);
    measure.condition = check.condition;
    return measure;
  }

  Result<Measure> Statistic(const Check& check, const std::string& function) {
    TARN_ASSIGN(const auto column, sql_.Column(check.arguments[0]));
    if (!IsNumeric(column.type)) {
      return Error(Code::kUnprocessable,
                   "the column " + column.name + " is " + column.type + ", not a number");
    }
    return Number(check, function + "(" + ColumnSql(column.name) + ")" + Filter(check));
  }

  // The pattern is the engine's to match; a table without columns cannot be.
  Measure NamesMatch(const Check& check) {
    std::string names;
    for (const auto& column : relation_.columns)
      names += (names.empty() ? "(" : ", (") + duckdb::QuoteLiteral(column.name) + ")";
    const size_t query = Separate(" FROM (VALUES " + names + ") AS names(name)");
    Measure measure;
    measure.kind = Measure::Kind::kRows;
    measure.rows = Value(query, "count(*)");
    measure.broken = Value(query, "count(*) FILTER (WHERE NOT regexp_full_match(name, " +
                                      duckdb::QuoteLiteral(check.arguments[0]) + "))");
    return measure;
  }

  Result<Measure> Custom(const Check& check) {
    TARN_ASSIGN(const std::string query, sql_.CustomQuery(check.arguments[0]));
    Measure measure;
    measure.kind = Measure::Kind::kNumber;
    measure.value = Value(Separate(""), "(" + query + ")");
    measure.rows = Scan("count(*)");
    measure.condition = check.condition;
    return measure;
  }

  Result<Measure> Grouped(const Check& check) {
    TARN_ASSIGN(const Groups groups, GroupsOf(check));
    Measure measure;
    measure.kind = Measure::Kind::kRows;
    measure.condition = check.condition;
    measure.rows = groups.filled_rows;
    measure.broken = groups.repeated_rows;
    switch (check.type) {
      case RuleType::kIsPrimaryKey:
        measure.rows = groups.rows;
        measure.broken = groups.key_breakers;
        return measure;
      case RuleType::kUniqueValueRatio:
        measure.kind = Measure::Kind::kNumber;
        measure.value = groups.unique;
        return measure;
      case RuleType::kEntropy:
        measure.kind = Measure::Kind::kNumber;
        measure.value = groups.entropy;
        return measure;
      default:
        return measure;
    }
  }

  // One grouping for all checks of the same columns and rows.
  Result<Groups> GroupsOf(const Check& check) {
    std::string columns, filled, incomplete;
    for (const std::string& name : check.arguments) {
      TARN_ASSIGN(const auto column, sql_.Column(name));
      const std::string sql = ColumnSql(column.name);
      columns += (columns.empty() ? "" : ", ") + sql;
      filled += (filled.empty() ? "" : " OR ") + sql + " IS NOT NULL";
      incomplete += (incomplete.empty() ? "" : " OR ") + sql + " IS NULL";
    }
    const std::string from = " FROM (SELECT count(*) AS n, (" + filled + ") AS filled, (" + incomplete +
                             ") AS incomplete" + sql_.From() + " WHERE " + WhereSql(check) + " GROUP BY " +
                             columns + ")";
    const auto known = groups_.find(from);
    if (known != groups_.end()) return known->second;
    const size_t query = Separate(from);
    Groups groups;
    groups.rows = Value(query, "coalesce(sum(n), 0)");
    groups.filled_rows = Value(query, "coalesce(sum(n) FILTER (WHERE filled), 0)");
    // Of no values, all are unique.
    groups.unique = Value(query,
                          "coalesce(count(*) FILTER (WHERE filled AND n = 1) / "
                          "nullif(count(*) FILTER (WHERE filled), 0), 1)");
    groups.repeated_rows = Value(query, "coalesce(sum(n) FILTER (WHERE filled AND n > 1), 0)");
    groups.key_breakers = Value(query, "coalesce(sum(n) FILTER (WHERE incomplete OR n > 1), 0)");
    // Sum of -p log2 p with p = n / N is log2 N - (sum of n log2 n) / N.
    groups.entropy = Value(query,
                           "log2(sum(n) FILTER (WHERE filled)) - sum(n * log2(n)) FILTER (WHERE filled) / "
                           "sum(n) FILTER (WHERE filled)");
    groups_[from] = groups;
    return groups;
  }

  const Relation& relation_;
  Catalog& catalog_;
  CheckSql sql_;
  Plan plan_;
  std::map<std::string, Groups> groups_;
};

}  // namespace

Result<Plan> Compile(const std::vector<const Rule*>& rules, const Relation& relation, Catalog& catalog,
                     Timestamp now) {
  Compiler compiler(relation, catalog, now);
  for (const Rule* rule : rules) TARN_TRY(compiler.Add(*rule));
  return compiler.Take();
}

}  // namespace tarn::dqdl
