#include "services/query/sql/command.h"

#include <gtest/gtest.h>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

template <class T>
T Read(const std::string& sql, Dialect dialect = Dialect::kDuckDb) {
  auto command = ReadCommand(sql, dialect);
  EXPECT_THAT(command, IsOk()) << sql;
  if (!command.ok() || !std::holds_alternative<T>(*command)) {
    ADD_FAILURE() << "another kind of statement: " << sql;
    return {};
  }
  return std::get<T>(std::move(*command));
}

TEST(Commands, LeaveQueriesToTheGate) {
  for (const char* sql : {"SELECT 1", "with a as (select 1) from a", "(SHOW)", "COPY t TO 'x'", "", ";",
                          "DESCRIBE t", "ATTACH 'x'"})
    EXPECT_TRUE(std::holds_alternative<QueryStatement>(*ReadCommand(sql, Dialect::kDuckDb))) << sql;
}

TEST(Commands, AreFoundBehindComments) {
  const auto show = Read<ShowStatement>("/* all */ -- of them\n sHoW tables IN `Shop` LIKE 'a%';");
  EXPECT_EQ(show.database, "shop");
  EXPECT_EQ(show.pattern, "a%");
  EXPECT_TRUE(show.is_like);
  EXPECT_EQ(Read<ShowStatement>("DESCRIBE a.b", Dialect::kAthena).name, (ObjectName{"a", "b"}));
}

TEST(Commands, ReadHivesTables) {
  const auto table = Read<CreateTableStatement>(
      "CREATE EXTERNAL TABLE IF NOT EXISTS `Shop`.t (a array<struct<`x "
      "y`:bigint,b:map<string,decimal(10,2)>>> COMMENT 'it''s', "
      "b varchar(10)) PARTITIONED BY (day date) ROW FORMAT SERDE "
      "'org.apache.hadoop.hive.serde2.OpenCSVSerde' "
      "WITH SERDEPROPERTIES ('separatorChar' = '|') STORED AS INPUTFORMAT 'a' OUTPUTFORMAT 'b' "
      "LOCATION 's3://bucket/a b/c' TBLPROPERTIES ('k' = 'v', \"n\" = 1)");
  EXPECT_EQ(table.table, (ObjectName{"shop", "t"}));
  ASSERT_EQ(table.columns.size(), 2u);
  EXPECT_EQ(table.columns[0].type, "STRUCT(\"x y\" BIGINT, \"b\" MAP(VARCHAR, DECIMAL(10,2)))[]");
  EXPECT_EQ(table.columns[0].comment, "it's");
  EXPECT_EQ(table.columns[1].type, "VARCHAR");
  EXPECT_EQ(table.partition_keys[0].name, "day");
  EXPECT_EQ(table.location, "bucket/a b/c/");
  EXPECT_EQ(table.properties, (Properties{{"k", "v"}, {"n", "1"}}));
}

TEST(Commands, LeaveTheirQueriesAsText) {
  EXPECT_EQ(Read<CreateViewStatement>("CREATE OR REPLACE VIEW v AS SELECT a ^ $1 -- end\n;").query.text,
            "SELECT a ^ $1");
  const auto create = Read<CreateTableAsStatement>(
      "CREATE TABLE t WITH (format = 'json', partitioned_by = ARRAY['a', 'b'], external_location = "
      "'s3://x/y/') AS SELECT 1 WITH NO DATA");
  EXPECT_TRUE(create.no_data);
  EXPECT_EQ(create.query.text, "SELECT 1 ");
  EXPECT_EQ(create.options.format, "JSON");
  EXPECT_EQ(create.options.partitioned_by, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Read<UnloadStatement>("UNLOAD (SELECT ')' AS a, (1)) TO 's3://x/y/'").query.text,
            "SELECT ')' AS a, (1)");
  EXPECT_EQ(Read<InsertStatement>("INSERT INTO t (a, B) VALUES (1, 2)").columns,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Read<InsertStatement>("INSERT INTO t (SELECT 1)").query.text, "(SELECT 1)");
}

TEST(Commands, KeepThePlaceOfTheirQueries) {
  const std::string sql = "EXPLAIN -- ä\n  SELECT x";
  EXPECT_EQ(Read<ExplainStatement>(sql).query.InPlace(sql), "            \n  SELECT x");
}

TEST(Commands, ReadConstantsOfExecute) {
  const auto execute = Read<ExecuteStatement>("EXECUTE p USING 'a''b', -1.5, DATE '2026-01-01', NULL, true");
  EXPECT_EQ(execute.values,
            (std::vector<std::optional<std::string>>{"a'b", "-1.5", "2026-01-01", std::nullopt, "true"}));
}

struct Refused {
  const char* sql;
  const char* where;
};

class CommandsRefuse : public testing::TestWithParam<Refused> {};

TEST_P(CommandsRefuse, WithThePlace) {
  const auto command = ReadCommand(GetParam().sql, Dialect::kDuckDb);
  ASSERT_THAT(command, HasError(Code::kUnprocessable, "")) << GetParam().sql;
  EXPECT_EQ(command.error().where(), GetParam().where) << GetParam().sql;
}

INSTANTIATE_TEST_SUITE_P(
    Statements, CommandsRefuse,
    testing::Values(Refused{"SHOW", "line 1, column 5"}, Refused{"SHOW TABLES\n x", "line 2, column 2"},
                    Refused{"CREATE TABLE t (a int)", "line 1, column 16"},
                    Refused{"DROP DATABASE a CASCADE", "line 1, column 17"},
                    Refused{"ALTER TABLE t RENAME TO u", "line 1, column 22"},
                    Refused{"ALTER TABLE t DROP PARTITION (a = 1)", "line 1, column 15"},
                    Refused{"CREATE EXTERNAL TABLE t (a text2) LOCATION 's3://a/b/'", "line 1, column 28"},
                    Refused{"CREATE EXTERNAL TABLE t (a int) LOCATION 's3://a/../b/'", "line 1, column 42"},
                    Refused{"UNLOAD (SELECT 1) TO '/tmp/'", "line 1, column 22"},
                    Refused{"UNLOAD (SELECT 1", "line 1, column 17"},
                    Refused{"EXECUTE p USING now()", "line 1, column 17"},
                    Refused{"INSERT t VALUES (1)", "line 1, column 8"}));

}  // namespace
}  // namespace tarn::query
