#include "common/sql_gate/gate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "tests/support/result_matchers.h"

namespace tarn::sql_gate {
namespace {

Gate& SharedGate() {
  // Never destroyed: the engine cannot close its sessions once the thread's own data is gone.
  static Gate* const gate = std::move(Gate::Open()).value().release();
  return *gate;
}

// "db.t u" for the tables db.t and u.
std::string TableList(const CheckedStatement& checked) {
  std::string list;
  for (const auto& table : checked.tables) {
    list += (list.empty() ? "" : " ") + (table.database.empty() ? "" : table.database + '.') + table.table;
  }
  return list;
}

std::string Repeat(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

struct Allowed {
  const char* sql;
  const char* tables;
};

class GateAllows : public testing::TestWithParam<Allowed> {};

TEST_P(GateAllows, AQueryAndFindsItsTables) {
  const auto checked = SharedGate().Check(GetParam().sql);
  ASSERT_THAT(checked, IsOk()) << GetParam().sql;
  EXPECT_EQ(TableList(*checked), GetParam().tables) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Queries, GateAllows,
    testing::Values(
        Allowed{"SELECT 1", ""}, Allowed{"select * from songs;", "songs"}, Allowed{"FROM spotify.songs", "spotify.songs"},
        Allowed{"TABLE t", "t"}, Allowed{"VALUES (1, 'a'), (2, NULL)", ""}, Allowed{"-- hi\nSELECT 1 -- there", ""},
        Allowed{"SELECT * FROM \"My DB\".\"a \"\"b\"\"\"", "My DB.a \"b\""},
        Allowed{"SELECT * FROM a, b JOIN c.d USING (x) LEFT JOIN (SELECT * FROM e) ON true", "a b c.d e"},
        Allowed{"SELECT (SELECT max(x) FROM b) FROM a WHERE EXISTS (FROM c) AND y IN (SELECT z FROM d)", "b a c d"},
        Allowed{"SELECT * FROM t UNION ALL SELECT * FROM u EXCEPT SELECT * FROM v INTERSECT FROM w", "t u v w"},
        Allowed{"SELECT * FROM t, T, \"T\"", "t"}, Allowed{"SELECT * FROM t AS u(a, b), u", "t u"},
        Allowed{"WITH a AS (SELECT * FROM t) SELECT * FROM a", "t"}, Allowed{"WITH a AS (SELECT 1) SELECT * FROM A, x.a", "x.a"},
        Allowed{"WITH a AS (SELECT * FROM a) SELECT * FROM a", "a"},
        Allowed{"WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a, b", "b"},
        Allowed{"WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b", ""},
        Allowed{"SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a", "a"},
        Allowed{"WITH a AS (WITH b AS (SELECT * FROM t) SELECT * FROM b) SELECT * FROM a, b", "t b"},
        Allowed{"WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT * FROM n", ""},
        Allowed{"WITH RECURSIVE n AS (SELECT i FROM n UNION ALL SELECT i FROM n) SELECT * FROM n", "n"},
        Allowed{"WITH a AS (SELECT 1) (SELECT * FROM a) UNION (SELECT * FROM b)", "b"},
        Allowed{"SELECT (WITH a AS (SELECT 1) SELECT * FROM a), x FROM a", "a"},
        Allowed{"SELECT x, row_number() OVER (PARTITION BY y ORDER BY z) FROM t QUALIFY true", "t"},
        Allowed{"SELECT count(*) FILTER (WHERE a > 1), string_agg(b, ',' ORDER BY c) FROM t GROUP BY ALL HAVING sum(d) > 1", "t"},
        Allowed{"SELECT CASE WHEN a THEN b ELSE c END, CAST(d AS DECIMAL(10, 2)), e::INTEGER[], TRY_CAST(f AS DATE) FROM t", "t"},
        Allowed{"SELECT [x * 2 for x in l], list_transform(l, lambda a: a + 1), {'k': 1}.k, m['k'], l[1:2] FROM t", "t"},
        Allowed{"SELECT coalesce(a, b), nullif(a, b), a LIKE '%x', a ILIKE 'x', a SIMILAR TO 'x', a BETWEEN 1 AND 2 FROM t", "t"},
        Allowed{"SELECT current_date, now(), today(), date_trunc('month', d), EXTRACT(year FROM d), INTERVAL 1 DAY FROM t", "t"},
        Allowed{"SELECT * EXCLUDE (a) REPLACE (upper(b) AS b), COLUMNS('x.*') FROM t", "t"},
        Allowed{"SELECT unnest([1, 2]), generate_subscripts([1], 1)", ""},
        Allowed{"SELECT * FROM range(3) r(i), generate_series(1, 2), unnest([1, 2]) u(x)", ""},
        Allowed{"SELECT * FROM t, LATERAL (SELECT t.a + 1) x, json_each(t.j)", "t"},
        Allowed{"SELECT j->>'$.a', json_extract(j, 'b'), to_json(a) FROM t", "t"},
        Allowed{"SELECT median(a), quantile_cont(a, 0.5), approx_count_distinct(a), histogram(a), arg_max(a, b) FROM t", "t"},
        Allowed{"SELECT regexp_extract(a, 'x'), md5(a), strftime(d, '%Y'), a || b, a ^ 2, a // b, ~a FROM t", "t"},
        Allowed{"FROM t PIVOT (sum(a) FOR b IN ('x', 'y'))", "t"}, Allowed{"FROM t UNPIVOT (a FOR b IN (c, d))", "t"},
        Allowed{"SELECT * FROM t TABLESAMPLE 10%", "t"}, Allowed{"SELECT * FROM a ASOF JOIN b ON a.x >= b.x", "a b"},
        Allowed{"SELECT * FROM t WHERE a = $1 AND b = ?2 LIMIT 10 OFFSET 5", "t"}, Allowed{"DESCRIBE t", "t"},
        Allowed{"DESCRIBE SELECT * FROM d.t", "d.t"}, Allowed{"SUMMARIZE t", "t"},
        Allowed{"SELECT * FROM 'file.csv'", "file.csv"},  // a name like any other: whoever resolves it finds no such table
        Allowed{"SELECT * FROM duckdb_settings", "duckdb_settings"}, Allowed{"SELECT * FROM information_schema.tables", "information_schema.tables"},
        Allowed{"SELECT t.a.abs() FROM t", "t"}, Allowed{"SELECT * FROM t ORDER BY (SELECT max(x) FROM u) LIMIT (SELECT 1 FROM v)", "t u v"}));

struct Refused {
  const char* sql;
  const char* says;
};

class GateRefuses : public testing::TestWithParam<Refused> {};

TEST_P(GateRefuses, SayingWhatAndWhere) {
  const auto checked = SharedGate().Check(GetParam().sql);
  EXPECT_THAT(checked, HasError(Code::kUnprocessable, GetParam().says)) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Statements, GateRefuses,
    testing::Values(
        Refused{"COPY (SELECT 1) TO '/tmp/x.csv'", "got COPY"}, Refused{"COPY t FROM 'x.csv'", "got COPY"},
        Refused{"ATTACH 'x.db'", "got ATTACH"}, Refused{"DETACH x", "got DETACH"}, Refused{"INSTALL httpfs", "got INSTALL"},
        Refused{"LOAD httpfs", "got LOAD"}, Refused{"SET memory_limit = '1TB'", "got SET"}, Refused{"RESET memory_limit", "got RESET"},
        Refused{"PRAGMA version", "got PRAGMA"}, Refused{"CALL pragma_version()", "got CALL"},
        Refused{"CREATE TABLE t (a INT)", "got CREATE"}, Refused{"CREATE TABLE t AS SELECT 1", "got CREATE"},
        Refused{"CREATE MACRO f(x) AS x", "got CREATE"}, Refused{"CREATE SECRET s (TYPE s3)", "got CREATE"},
        Refused{"INSERT INTO t VALUES (1)", "got INSERT"}, Refused{"UPDATE t SET a = 1", "got UPDATE"},
        Refused{"DELETE FROM t", "got DELETE"}, Refused{"DROP TABLE t", "got DROP"}, Refused{"ALTER TABLE t ADD a INT", "got ALTER"},
        Refused{"BEGIN", "got BEGIN"}, Refused{"VACUUM", "got VACUUM"}, Refused{"CHECKPOINT", "got CHECKPOINT"},
        Refused{"EXPORT DATABASE 'x'", "got EXPORT"}, Refused{"IMPORT DATABASE 'x'", "got IMPORT"}, Refused{"USE x", "got USE"},
        Refused{"PREPARE p AS SELECT 1", "got PREPARE"}, Refused{"EXECUTE p", "got EXECUTE"}, Refused{"EXPLAIN SELECT 1", "got EXPLAIN"},
        Refused{"SELECT 1; DROP TABLE t", "not allowed"}, Refused{"SELECT 1; SELECT 2", "got 2"}, Refused{"", "got 0"},
        Refused{"-- only a comment", "got 0"}, Refused{"SHOW ALL TABLES", "only SHOW"}, Refused{"SELECT * FROM (SHOW TABLES)", "SHOW"},
        Refused{"SELEC 1", "line 1, column 1"}, Refused{"SELECT\n  1 FROM\n  WHERE", "line 3, column 3"}, Refused{"SELECT 'x", "unterminated"}));

INSTANTIATE_TEST_SUITE_P(
    Functions, GateRefuses,
    testing::Values(
        Refused{"SELECT * FROM read_csv('/etc/passwd')", "line 1, column 15"}, Refused{"SELECT * FROM READ_CSV('x')", "not allowed"},
        Refused{"SELECT * FROM read_parquet('x')", "read_parquet"}, Refused{"SELECT * FROM read_text('/etc/passwd')", "read_text"},
        Refused{"SELECT * FROM read_blob('x')", "read_blob"}, Refused{"SELECT * FROM glob('*')", "glob"},
        Refused{"SELECT * FROM parquet_metadata('x')", "parquet_metadata"}, Refused{"SELECT * FROM sniff_csv('x')", "sniff_csv"},
        Refused{"SELECT * FROM duckdb_settings()", "duckdb_settings"}, Refused{"SELECT * FROM duckdb_secrets()", "duckdb_secrets"},
        Refused{"SELECT * FROM pragma_table_info('t')", "pragma_table_info"}, Refused{"SELECT * FROM query('SELECT 1')", "query"},
        Refused{"SELECT * FROM query_table('t')", "query_table"}, Refused{"SELECT * FROM json_execute_serialized_sql('x')", "json_execute"},
        Refused{"SELECT * FROM histogram_values('t', a)", "histogram_values"}, Refused{"SELECT * FROM enable_logging()", "enable_logging"},
        Refused{"SELECT * FROM \"read_csv\"('x')", "read_csv"}, Refused{"SELECT * FROM main.read_csv('x')", "read_csv"},
        Refused{"SELECT a FROM t WHERE a IN (SELECT content FROM read_text('x'))", "read_text"},
        Refused{"WITH x AS (FROM read_text('x')) SELECT 1", "read_text"},
        Refused{"FROM (VALUES (1)) v(a), LATERAL (FROM read_csv(a))", "read_csv"},
        Refused{"SELECT getenv('HOME')", "getenv"}, Refused{"SELECT current_setting('x')", "current_setting"},
        Refused{"SELECT getvariable('x')", "getvariable"}, Refused{"SELECT nextval('s')", "nextval"}, Refused{"SELECT sleep_ms(1000)", "sleep_ms"},
        Refused{"SELECT pg_sleep(1)", "pg_sleep"}, Refused{"SELECT current_query()", "current_query"}, Refused{"SELECT write_log('x')", "write_log"},
        Refused{"SELECT no_such_function(1)", "no_such_function"}, Refused{"SELECT main.getenv('x')", "getenv"},
        Refused{"SELECT system.main.getenv('x')", "getenv"}, Refused{"SELECT ('HOME').getenv()", "getenv"},
        Refused{"SELECT abs(length(getenv('x')))", "getenv"}, Refused{"SELECT CASE WHEN getenv('x') THEN 1 END", "getenv"},
        Refused{"SELECT * REPLACE (getenv('x') AS a) FROM t", "getenv"}, Refused{"SELECT 1 ORDER BY getenv('x')", "getenv"},
        Refused{"SELECT 1 LIMIT getenv('x')", "getenv"}, Refused{"SELECT list_transform([1], lambda x: getenv('y'))", "getenv"},
        Refused{"SELECT sum(a) OVER (ORDER BY getenv('x')) FROM t", "getenv"}, Refused{"VALUES (getenv('x'))", "getenv"},
        Refused{"SELECT * FROM a JOIN b ON getenv('x') = 'y'", "getenv"}, Refused{"FROM range(getenv('x')::INT)", "getenv"},
        Refused{"SELECT count(*) FILTER (WHERE getenv('x') = '') FROM t", "getenv"}, Refused{"DESCRIBE SELECT getenv('x')", "getenv"},
        Refused{"FROM t PIVOT (max(getenv('x')) FOR b IN ('y'))", "getenv"}, Refused{"SELECT string_agg(a, ',' ORDER BY getenv('x')) FROM t", "getenv"},
        Refused{"SELECT a FROM t QUALIFY getenv('x') = ''", "getenv"}, Refused{"SELECT a FROM t GROUP BY GROUPING SETS ((a), (getenv('x')))", "getenv"},
        Refused{"SELECT * FROM a.b.c", "two parts"}, Refused{"SELECT * FROM t AT (VERSION => 1)", "AT"}));

TEST(Gate, AnswersShowFromTheCatalog) {
  auto databases = SharedGate().Check("SHOW DATABASES");
  ASSERT_THAT(databases, IsOk());
  EXPECT_EQ(databases->show->what, ShowCommand::What::kDatabases);
  auto tables = SharedGate().Check("show tables");
  ASSERT_THAT(tables, IsOk());
  EXPECT_EQ(tables->show->what, ShowCommand::What::kTables);
  EXPECT_EQ(tables->show->database, "");
  tables = SharedGate().Check("SHOW TABLES FROM spotify");
  ASSERT_THAT(tables, IsOk());
  EXPECT_EQ(tables->show->database, "spotify");
}

TEST(Gate, KnowsWhereATableStands) {
  const auto checked = SharedGate().Check("SELECT 1\nFROM songs");
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->tables[0].position, 14u);
}

TEST(Gate, TellsWhatIsNoPlainSelect) {
  EXPECT_TRUE(SharedGate().Check("DESCRIBE t")->describes);
  EXPECT_TRUE(SharedGate().Check("SUMMARIZE SELECT 1")->describes);
  EXPECT_FALSE(SharedGate().Check("SELECT * FROM t")->describes);
  EXPECT_TRUE(SharedGate().Check("SELECT a FROM t WHERE b IN (SELECT $1)")->has_parameters);
  EXPECT_FALSE(SharedGate().Check("SELECT '$1', 1")->has_parameters);
}

TEST(Gate, RefusesWhatIsNotText) {
  EXPECT_THAT(SharedGate().Check(std::string("SELECT 1\0; DROP TABLE t", 23)), HasError(Code::kInvalidArgument, "NUL"));
  EXPECT_THAT(SharedGate().Check("SELECT '\xff'"), HasError(Code::kInvalidArgument, "UTF-8"));
  EXPECT_THAT(SharedGate().Check("SELECT '\xc3"), HasError(Code::kInvalidArgument, "UTF-8"));
  EXPECT_THAT(SharedGate().Check("SELECT '\xed\xa0\x80'"), HasError(Code::kInvalidArgument, "UTF-8"));  // a surrogate
  EXPECT_THAT(SharedGate().Check("SELECT '\xe0\x80\xa7'"), HasError(Code::kInvalidArgument, "UTF-8"));  // overlong
  EXPECT_THAT(SharedGate().Check("SELECT 'é € 𝄞'"), IsOk());
}

TEST(Gate, RefusesTextOverOneMebibyte) {
  EXPECT_THAT(SharedGate().Check("SELECT '" + std::string(kMaxSqlBytes, 'x') + "'"), HasError(Code::kTooLarge, "1 MiB"));
  EXPECT_THAT(SharedGate().Check("SELECT '" + std::string(kMaxSqlBytes - 100, 'x') + "'"), IsOk());
}

// Each is up to a megabyte; none may crash, or take longer than a few seconds.
TEST(Gate, SurvivesDeepAndWideStatements) {
  const auto started = std::chrono::steady_clock::now();
  const std::string statements[] = {
      "SELECT " + Repeat("(", 100'000) + "1" + Repeat(")", 100'000),
      Repeat("(", 100'000) + "SELECT 1" + Repeat(")", 100'000),
      "SELECT " + Repeat("- ", 100'000) + "1",
      "SELECT " + Repeat("[", 100'000) + Repeat("]", 100'000),
      "SELECT " + Repeat("NOT ", 100'000) + "true",
      "SELECT 1" + Repeat("::INT", 100'000),
      "SELECT x" + Repeat("[1]", 100'000),
      "SELECT " + Repeat("abs(", 100'000) + "1" + Repeat(")", 100'000),
      "SELECT 1" + Repeat(" OR 1", 100'000),
      "SELECT 1" + Repeat(" + 1", 100'000),
      "SELECT 1" + Repeat(" UNION ALL SELECT 1", 50'000),
      "SELECT * FROM t" + Repeat(", t", 100'000),
      "SELECT * FROM " + Repeat("(SELECT * FROM ", 50'000) + "t" + Repeat(")", 50'000),
      "SELECT 1" + Repeat(", 1", 300'000),
      "SELECT 1::STRUCT(" + Repeat("a STRUCT(", 50'000) + "a INT" + Repeat(")", 50'001),
  };
  for (const auto& sql : statements) {
    const auto checked = SharedGate().Check(sql);
    EXPECT_THAT(checked, HasError(Code::kUnprocessable, "")) << sql.substr(0, 40);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(120));
  EXPECT_THAT(SharedGate().Check("SELECT 1"), IsOk());
}

TEST(Gate, TakesALongListOfValues) {
  std::string sql = "SELECT * FROM t WHERE a IN (0";
  for (int i = 1; i < 20'000; ++i) sql += ", " + std::to_string(i);
  EXPECT_THAT(SharedGate().Check(sql + ")"), IsOk());
}

TEST(Gate, TakesStatementsNestedAsDeepAsPeopleWrite) {
  EXPECT_THAT(SharedGate().Check("SELECT " + Repeat("(1 + ", 200) + "1" + Repeat(")", 200)), IsOk());
  EXPECT_THAT(SharedGate().Check("SELECT * FROM " + Repeat("(SELECT * FROM ", 50) + "t" + Repeat(")", 50)), IsOk());
}

}  // namespace
}  // namespace tarn::sql_gate
