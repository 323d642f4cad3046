#include "common/sql_gate/row_filters.h"

#include <gtest/gtest.h>

#include "common/sql_gate/gate.h"
#include "tests/support/result_matchers.h"

namespace tarn::sql_gate {
namespace {

using table_filter::Filter;
using table_filter::Operator;

const char* Symbol(Operator op) {
  switch (op) {
    case Operator::kEqual: return "=";
    case Operator::kLess: return "<";
    case Operator::kLessOrEqual: return "<=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterOrEqual: return ">=";
    case Operator::kIn: return "in";
    case Operator::kIsNull: return "is null";
    case Operator::kIsNotNull: return "is not null";
  }
  return "?";
}

// "t: a = 5, b in x y; u: " for the tables t and u.
std::string Describe(const CheckedStatement& checked) {
  std::string text;
  for (const auto& table : checked.tables) {
    text += (text.empty() ? "" : "; ") + table.table + ':';
    for (const Filter& filter : table.filters) {
      text += ' ' + filter.column + ' ' + Symbol(filter.op);
      for (const auto& value : filter.values) text += ' ' + value.text;
      text += ',';
    }
  }
  return text;
}

struct Case {
  const char* sql;
  const char* expected;
};

class RowFilters : public testing::TestWithParam<Case> {};

TEST_P(RowFilters, AreWhatIsBeyondDoubt) {
  static Gate* const gate = std::move(Gate::Open()).value().release();
  const auto checked = gate->Check(GetParam().sql);
  ASSERT_THAT(checked, IsOk()) << GetParam().sql;
  EXPECT_EQ(Describe(*checked), GetParam().expected) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    OfComparisons, RowFilters,
    testing::Values(Case{"SELECT * FROM t WHERE a = 5", "t: a = 5,"}, Case{"FROM t WHERE 5 < a AND t.b >= 'x'", "t: a > 5, b >= x,"},
                    Case{"FROM t WHERE a BETWEEN 1 AND 2.50", "t: a >= 1, a <= 2.50,"}, Case{"FROM t WHERE a IN (1, -2)", "t: a in 1 -2,"},
                    Case{"FROM t WHERE d = DATE '2026-01-01' AND ok = true", "t: d = 2026-01-01, ok = true,"},
                    Case{"FROM t WHERE a IS NULL AND b IS NOT NULL", "t: a is null, b is not null,"},
                    Case{"FROM t WHERE a = -0.05", "t: a = -0.05,"}, Case{"FROM t WHERE a = 5::BIGINT", "t: a = 5,"},
                    Case{"FROM t WHERE a = CAST(CAST(3 AS INTEGER) AS BIGINT)", "t: a = 3,"},
                    Case{"FROM t AS x WHERE x.a = 1", "t: a = 1,"}, Case{"FROM t WHERE T.A = 1", "t: A = 1,"}));

INSTANTIATE_TEST_SUITE_P(
    NotOfWhatMayBeOtherwise, RowFilters,
    testing::Values(Case{"FROM t WHERE a = 1 OR b = 2", "t:"}, Case{"FROM t WHERE NOT a = 1", "t:"}, Case{"FROM t WHERE a <> 1", "t:"},
                    Case{"FROM t WHERE a NOT IN (1)", "t:"}, Case{"FROM t WHERE a NOT BETWEEN 1 AND 2", "t:"},
                    Case{"FROM t WHERE a + 1 = 2", "t:"}, Case{"FROM t WHERE a = b", "t:"}, Case{"FROM t WHERE a = NULL", "t:"},
                    Case{"FROM t WHERE a::VARCHAR = '1'", "t:"}, Case{"FROM t WHERE a IN (1, b)", "t:"},
                    Case{"FROM t AS x(a, b) WHERE a = 1", "t:"}, Case{"FROM t TABLESAMPLE 10% WHERE a = 1", "t:"},
                    Case{"SELECT * FROM t WHERE a = 1 USING SAMPLE 5 ROWS", "t:"}, Case{"FROM t WHERE x.a.b = 1", "t:"},
                    Case{"FROM t WHERE a COLLATE NOCASE = 'x'", "t:"}, Case{"SELECT a = 1 FROM t", "t:"},
                    Case{"SELECT max(a) FROM t HAVING max(a) = 1", "t:"}, Case{"FROM t WHERE TRY_CAST('2026-01-01' AS DATE) = d", "t:"}));

INSTANTIATE_TEST_SUITE_P(
    OfJoins, RowFilters,
    testing::Values(Case{"FROM t JOIN u USING (k) WHERE t.a = 1 AND u.b = 2", "t: a = 1,; u: b = 2,"},
                    Case{"FROM t, u WHERE a = 1", "t:; u:"},
                    Case{"FROM t LEFT JOIN u USING (k) WHERE t.a = 1 AND u.b = 2", "t: a = 1,; u:"},
                    Case{"FROM t RIGHT JOIN u USING (k) WHERE t.a = 1 AND u.b = 2", "t:; u: b = 2,"},
                    Case{"FROM t FULL JOIN u USING (k) WHERE t.a = 1 AND u.b = 2", "t:; u:"},
                    Case{"FROM t POSITIONAL JOIN u WHERE t.a = 1", "t:; u:"}, Case{"FROM t ASOF JOIN u ON t.x >= u.x WHERE t.a = 1", "t:; u:"},
                    Case{"FROM t LEFT JOIN (u JOIN v USING (k)) ON t.k = u.k WHERE u.a = 1 AND v.a = 1", "t:; u:; v:"},
                    Case{"FROM t, (SELECT 1 AS a) AS s WHERE t.a = 1", "t: a = 1,"},
                    Case{"FROM t, (SELECT 1 AS a) AS t WHERE t.a = 1", "t:"}));

INSTANTIATE_TEST_SUITE_P(
    OfAllPlacesThatReadTheTable, RowFilters,
    testing::Values(Case{"SELECT * FROM t WHERE a = 1 UNION ALL SELECT * FROM t WHERE a = 1", "t: a = 1,"},
                    Case{"SELECT * FROM t WHERE a = 1 UNION ALL SELECT * FROM t WHERE a = 2", "t:"},
                    Case{"SELECT * FROM t WHERE a = 1 AND b IN (SELECT b FROM t)", "t:"},
                    Case{"WITH x AS (FROM t WHERE a = 1) FROM x WHERE b = 2", "t: a = 1,"},
                    Case{"SELECT * FROM t WHERE a = 1 AND EXISTS (FROM u WHERE u.k = t.k AND u.c = 3)", "t: a = 1,; u: c = 3,"},
                    Case{"SELECT * FROM (SELECT * FROM t LIMIT 5) WHERE a = 1", "t:"},
                    Case{"SELECT * FROM a.t WHERE x = 1 UNION ALL FROM b.t WHERE x = 2", "t: x = 1,; t: x = 2,"}));

}  // namespace
}  // namespace tarn::sql_gate
