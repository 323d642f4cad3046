#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"
#include "tests/unit/services/query/test_lake.h"

namespace tarn::query {
namespace {

class Views : public testing::Test {
 protected:
  // The lake is made once: views of one test have names of their own, or replace those of others.
  static void SetUpTestSuite() {
    shared_ = std::make_unique<TestLake>();
    AddGoldenTables(*shared_);
  }
  static void TearDownTestSuite() { shared_.reset(); }

  void Make(const std::string& name, const std::string& sql, const std::string& dialect = "duckdb",
            const std::string& database = "spotify") {
    lake_.catalog().SetView({{database, name}, 1, dialect, sql});
  }
  Result<std::string> Run(const std::string& sql, Dialect dialect = Dialect::kDuckDb,
                          const std::string& database = "spotify") {
    return lake_.Run(sql, database, {}, dialect);
  }
  std::string Rows(const std::string& sql, Dialect dialect = Dialect::kDuckDb,
                   const std::string& database = "spotify") {
    const auto answer = Run(sql, dialect, database);
    return answer.ok() ? answer->substr(answer->find('\n') + 1) : answer.error().message();
  }

  static inline std::unique_ptr<TestLake> shared_;
  TestLake& lake_ = *shared_;
};

TEST_F(Views, AreReadLikeTables) {
  Make("long_songs",
       "SELECT song_id, duration_ms / 1000 AS seconds FROM songs WHERE duration_ms >= 200000; -- all");
  EXPECT_EQ(Rows("SELECT song_id FROM long_songs ORDER BY 1"), "[\"s2\"]\n[\"s3\"]\n");
  EXPECT_EQ(
      Rows("SELECT l.song_id FROM Spotify.LONG_songs l JOIN songs s USING (song_id) ORDER BY 1 LIMIT 1"),
      "[\"s2\"]\n");
}

TEST_F(Views, HaveNamesOfTheirOwnDatabase) {
  Make("sums", "SELECT sum(amount) AS s FROM sales", "duckdb", "shop");
  EXPECT_EQ(Rows("SELECT * FROM shop.sums"), "[\"6\"]\n");
  // The statement's own table of that name is another one.
  Make("sales", "SELECT 'mine' AS amount FROM songs LIMIT 1");
  EXPECT_EQ(Rows("SELECT s.*, m.amount FROM shop.sums s, sales m"), "[\"6\",\"mine\"]\n");
}

TEST_F(Views, OpenViewsInsideOfThem) {
  Make("a", "SELECT song_id FROM songs");
  Make("b", "SELECT * FROM a UNION ALL SELECT * FROM spotify.a");
  Make("c", "WITH songs AS (SELECT * FROM b) SELECT count(*) AS n FROM songs");
  EXPECT_EQ(Rows("SELECT * FROM c"), "[6]\n");
}

TEST_F(Views, AreOfTheirOwnDialectWhateverTheStatements) {
  Make("of_athena",
       "SELECT date_format(DATE '2026-07-01', '%Y-%m') AS month, element_at(ARRAY[1, 2], -1) AS e, 7 / 2 AS "
       "half",
       "athena");
  Make("of_duckdb", "SELECT 7 / 2 AS half, {'a': 1} AS s, song_id FROM songs LIMIT 1");
  EXPECT_EQ(Rows("SELECT * FROM of_athena"), "[\"2026-07\",2,3]\n");
  EXPECT_EQ(Rows("SELECT half, s.a FROM of_duckdb", Dialect::kAthena), "[3.5,1]\n");
  Make("combined", "SELECT a.half + d.half AS x FROM of_athena a CROSS JOIN of_duckdb d", "athena");
  EXPECT_EQ(Rows("SELECT x FROM combined", Dialect::kAthena), "[6.5]\n");
  EXPECT_EQ(Rows("SELECT x FROM combined"), "[6.5]\n");
}

TEST_F(Views, KeepTheFiltersThatHoldForEachReader) {
  Make("german", "SELECT * FROM sales WHERE country = 'DE'", "duckdb", "shop");
  EXPECT_EQ(Rows("SELECT (SELECT count(*) FROM shop.german), (SELECT count(*) FROM shop.sales)"), "[2,3]\n");
}

TEST_F(Views, NameThemselvesInErrors) {
  Make("wrong", "SELECT no_such_column FROM songs");
  EXPECT_THAT(Run("SELECT * FROM wrong"),
              HasError(Code::kUnprocessable, "the view spotify.wrong cannot be read: "));
  Make("lost", "SELECT * FROM\n gone");
  EXPECT_THAT(Run("SELECT * FROM lost"),
              HasError(Code::kUnprocessable, "the view spotify.lost cannot be read: there is no table gone"));
  Make("odd", "SELECT 1", "oracle");
  EXPECT_THAT(Run("SELECT * FROM odd"), HasError(Code::kUnprocessable, "dialect is unknown: oracle"));
  Make("early", "SELECT date_format(1)", "athena");
  EXPECT_THAT(Run("SELECT * FROM early"), HasError(Code::kUnprocessable, "the view spotify.early"));
}

TEST_F(Views, MayNotReadThemselves) {
  Make("a", "SELECT * FROM b");
  Make("b", "SELECT * FROM c");
  Make("c", "SELECT * FROM spotify.a");
  EXPECT_THAT(Run("SELECT * FROM b"),
              HasError(Code::kUnprocessable, "spotify.a -> spotify.b -> spotify.c -> spotify.a"));
}

TEST_F(Views, HaveBoundsOfDepthAndNumber) {
  Make("v0", "SELECT 1 AS a");
  for (int i = 1; i <= 40; ++i) Make("v" + std::to_string(i), "SELECT * FROM v" + std::to_string(i - 1));
  EXPECT_THAT(Run("SELECT * FROM v20"), IsOk());
  EXPECT_THAT(Run("SELECT * FROM v40"), HasError(Code::kUnprocessable, "over 32 inside of one another"));
  // 2^20 reads of w0 are written in 20 short views.
  Make("w0", "SELECT 1 AS a");
  for (int i = 1; i <= 20; ++i) {
    const std::string below = "w" + std::to_string(i - 1);
    Make("w" + std::to_string(i), "SELECT l.a FROM " + below + " l, " + below + " r");
  }
  EXPECT_THAT(Run("SELECT * FROM w20"), HasError(Code::kUnprocessable, "over 1000 tables and views"));
}

TEST_F(Views, AreHeldByTheSandbox) {
  for (const char* sql : {"SELECT * FROM read_csv('/etc/passwd')",
                          "SELECT * FROM '/etc/passwd'",
                          "SELECT * FROM \"/etc/passwd\"",
                          "SELECT getenv('HOME')",
                          "SELECT 1; SELECT 2",
                          "SELECT 1; DROP SCHEMA main",
                          "COPY (SELECT 1) TO '/tmp/x'",
                          "SELECT * FROM duckdb_settings()",
                          "SELECT ?",
                          "SELECT $1",
                          "SHOW TABLES",
                          "DESCRIBE songs",
                          "PRAGMA database_list",
                          "SELECT 1) TO '/tmp/x'; --",
                          "",
                          "not SQL",
                          "EXPLAIN SELECT 1",
                          "SELECT * FROM read_text('/etc/' || 'passwd')",
                          "WITH a AS (FROM glob('*')) FROM a",
                          "SET threads = 1"}) {
    for (const char* dialect : {"duckdb", "athena"}) {
      Make("trick", sql, dialect);
      EXPECT_THAT(Run("SELECT * FROM trick"),
                  HasError(Code::kUnprocessable, "the view spotify.trick cannot be read"))
          << dialect << ": " << sql;
    }
  }
}

TEST_F(Views, ReadTheTablesOfTheSystem) {
  lake_.store().Put("transformed", "system_view/a.txt", "x").value();
  Make("objects", "SELECT bucket, key FROM system.objects WHERE key LIKE 'system_view/%'");
  Make("outer_objects", "SELECT o.key FROM objects o JOIN System.OBJECTS s ON s.key = o.key");
  Make("athena_objects", "SELECT date_format(TIMESTAMP '2020-01-01 00:00:00', '%Y') AS y, key FROM objects",
       "athena");
  EXPECT_EQ(Rows("SELECT key FROM objects"), "[\"system_view/a.txt\"]\n");
  EXPECT_EQ(Rows("SELECT * FROM outer_objects"), "[\"system_view/a.txt\"]\n");
  EXPECT_EQ(Rows("SELECT * FROM athena_objects", Dialect::kAthena), "[\"2020\",\"system_view/a.txt\"]\n");
  // The statement's own conditions on the table are not the view's.
  EXPECT_EQ(Rows("SELECT o.key, count(s.key) FROM objects o LEFT JOIN system.objects s ON s.bucket = "
                 "'results' GROUP BY 1"),
            "[\"system_view/a.txt\",0]\n");
  EXPECT_EQ(Rows("SELECT count(*) > 0 FROM system.objects a, System.OBJECTS b"), "[true]\n");
  Make("no_such", "SELECT * FROM system.nothing");
  EXPECT_NE(Rows("SELECT * FROM no_such")
                .find("the view spotify.no_such cannot be read: there is no table nothing"),
            std::string::npos);
}

}  // namespace
}  // namespace tarn::query
