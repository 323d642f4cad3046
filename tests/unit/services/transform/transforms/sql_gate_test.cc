#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "services/transform/transforms/definition_parser.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/transform/transforms/sql_attempts.h"

namespace tarn::transform {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SqlGate : public testing::Test {
 protected:
  SqlGate() {
    std::filesystem::create_directories(folder_ / "models");
    Write("models/places.sql", "SELECT 1 AS place FROM {{ input }}");
  }

  Result<Definition> Load(const std::string& model, const std::string& more_yaml = "") {
    Write("transform.yaml",
          "name: shop\ninput: {bucket: raw, prefix: shop/, format: json}\nparams: {least: 5}\noutputs:\n"
          "  - table: shop.sales\n    model: sales\n    mode: append\n" +
              more_yaml);
    Write("models/sales.sql", model);
    return LoadDefinition(folder_, *sql_check_);
  }

  Result<Definition> LoadModel(const std::string& sql) { return Load(sql); }
  Result<Definition> LoadCount(const std::string& sql) {
    return Load("SELECT 1 AS a", "counts:\n  sold: |-\n    " + sql + "\n");
  }
  Result<Definition> LoadRule(const std::string& rule) {
    return Load("SELECT 1 AS a", "    quality:\n      - rules: |\n          Rules = [ " + rule + " ]\n");
  }
  Result<Definition> LoadCustomSql(const std::string& sql) {
    return LoadRule("CustomSql \"" + sql + "\" = 1");
  }
  Result<Definition> LoadCondition(const std::string& sql) {
    return LoadRule("RowCount > 0 where \"" + sql + "\"");
  }

  static void ExpectRefused(const Result<Definition>& loaded, const std::string& sql,
                            const std::string& where) {
    ASSERT_FALSE(loaded.ok()) << "let through in " << where << ": " << sql;
    EXPECT_EQ(loaded.error().code(), Code::kInvalidArgument) << sql << ": " << loaded.error().message();
    EXPECT_THAT(loaded.error().where(), HasSubstr(where)) << sql;
    EXPECT_NE(loaded.error().message(), "") << sql;
  }

  void ExpectRefusedEverywhere(const std::string& sql) {
    ExpectRefused(LoadModel(sql), sql, "models/sales.sql");
    ExpectRefused(LoadCount(sql), sql, "transform.yaml: counts.sold");
    ExpectRefused(LoadCustomSql(sql), sql, "outputs[0].quality[0].rules");
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  TempDirectory directory_;
  const std::filesystem::path folder_ = directory_ / "shop";
  const std::unique_ptr<SqlCheck> sql_check_ = std::move(SqlCheck::Open()).value();
};

TEST_F(SqlGate, KnowsEnoughAttempts) {
  const SqlAttempts& attempts = TheSqlAttempts();
  EXPECT_GE(attempts.statements.size() + attempts.relations.size() + attempts.expressions.size(), 150u);
}

TEST_F(SqlGate, RefusesStatementsThatAreNoSelect) {
  for (const std::string sql : TheSqlAttempts().statements) {
    ExpectRefused(LoadModel(sql), sql, "models/sales.sql");
    ExpectRefused(LoadCount(sql.empty() ? "''" : sql), sql, "counts");
    ExpectRefused(LoadCustomSql(sql), sql, "outputs[0].quality[0].rules");
  }
}

TEST_F(SqlGate, RefusesRelationsThatNoMarkNames) {
  for (const std::string relation : TheSqlAttempts().relations) {
    // The names of models are what CustomSql reads its tables by.
    const bool is_model = relation == "places";
    ExpectRefused(LoadModel("SELECT * FROM " + relation), relation, "models/sales.sql");
    ExpectRefused(LoadCount("SELECT count(*) FROM " + relation), relation, "counts.sold");
    if (!is_model) ExpectRefused(LoadCustomSql("SELECT count(*) FROM " + relation), relation, "rules");
    ExpectRefused(LoadCondition("1 IN (SELECT 1 FROM " + relation + ")"), relation, "rules");
    ExpectRefusedEverywhere("WITH w AS (SELECT 1 AS a) SELECT 1 FROM w, " +
                            std::string(is_model ? "'x'" : relation));
  }
}

TEST_F(SqlGate, RefusesFunctionsThatReachOutOfTheRows) {
  for (const std::string expression : TheSqlAttempts().expressions) {
    ExpectRefusedEverywhere("SELECT " + expression);
    ExpectRefused(LoadCondition(expression + " IS NULL"), expression, "rules");
  }
}

TEST_F(SqlGate, SaysInWhichFileAndLine) {
  const auto file = LoadModel("SELECT a\nFROM {{ input }},\n  read_csv('x')");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().where(), "models/sales.sql: line 3");
  EXPECT_THAT(file.error().message(), HasSubstr("read_csv"));

  const auto name = LoadModel("SELECT a\nFROM songs");
  ASSERT_FALSE(name.ok());
  EXPECT_EQ(name.error().where(), "models/sales.sql: line 2");
  EXPECT_THAT(name.error().message(), AllOf(HasSubstr("songs"), HasSubstr("{{ ref('model') }}")));
}

TEST_F(SqlGate, LetsModelsReadWhatTheirMarksName) {
  const char* const kAllowed[] = {
      "SELECT * FROM {{ input }}",
      "FROM {{ input }}",
      "SELECT * FROM {{ input }} i JOIN {{ ref('places') }} p ON true",
      "SELECT * FROM {{ table('spotify.songs') }} WHERE a >= {{ param('least') }}",
      "SELECT * FROM {{ input }}, TARN.\"INPUT\" again",
      "WITH w AS (SELECT * FROM {{ input }}), v AS (FROM w) SELECT * FROM v UNION ALL SELECT * FROM W",
      "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT * FROM n",
      "SELECT unnest(CAST(document->'$.items' AS JSON[])) AS item FROM {{ input }}",
      "SELECT j.value FROM {{ input }}, LATERAL (SELECT * FROM json_each(document)) j",
      "SELECT * FROM range(3) r(i), generate_series(1, 2) g(k), unnest([1, 2]) u(x)",
      "SELECT row_number() OVER (PARTITION BY object_key ORDER BY object_time DESC) AS n FROM {{ input }} "
      "QUALIFY n = 1",
      "SELECT list_transform([1, 2], lambda x: x + 1) AS l, {'a': 1}.a AS a, [y * 2 for y in [1]] AS m",
      "SELECT current_date AS d, now() AS t, {{ run('id') }} AS id, {{ run('started_at') }} AS s",
      "FROM {{ ref('places') }} PIVOT (count(*) FOR place IN (1, 2))",
      "SELECT 1 AS a -- {{ ref('places') }}\n",
      "/* {{ input }} */ SELECT '{{ input }}' AS text",
      "SELECT 'read_csv(''x''); ATTACH ''y''' AS text, \"place\" FROM {{ ref('places') }} -- ; DROP TABLE x",
      "SELECT 1 AS a;",
      "VALUES (1, 'a')",
  };
  for (const std::string sql : kAllowed) EXPECT_THAT(LoadModel(sql), IsOk()) << sql;
}

TEST_F(SqlGate, LetsCountsAndRulesReadTheirTables) {
  EXPECT_THAT(LoadCount("SELECT count(*) FROM {{ ref('places') }}"), IsOk());
  EXPECT_THAT(
      LoadCount("SELECT (SELECT count(*) FROM {{ input }}) - (SELECT count(*) FROM {{ table('a.b') }})"),
      IsOk());
  EXPECT_THAT(LoadCustomSql("SELECT count(*) FROM primary"), IsOk());
  EXPECT_THAT(LoadCustomSql("WITH w AS (FROM places) SELECT count(*) FROM Primary, w, sales"), IsOk());
  EXPECT_THAT(LoadCondition("a > 0 AND a NOT IN (1, 2) OR length(b) > 3"), IsOk());
}

TEST_F(SqlGate, RefusesATableThatTheTransformPublishesItself) {
  EXPECT_THAT(LoadModel("SELECT * FROM {{ table('shop.sales') }}"),
              HasError(Code::kInvalidArgument, "publishes shop.sales itself"));
}

TEST_F(SqlGate, RefusesNamesOfTablesThatAreNone) {
  for (const char* name : {"sales", "a.b.c", ".b", "a.", "a b.c", "../x.y", "A.b", "a.'b"}) {
    ExpectRefused(LoadModel("SELECT * FROM {{ table('" + std::string(name) + "') }}"), name,
                  "models/sales.sql");
  }
}

}  // namespace
}  // namespace tarn::transform
