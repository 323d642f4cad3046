#include "services/query/ddl/serde.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

using nlohmann::json;

CreateTableStatement Table(const std::string& serde = "", Properties properties = {}) {
  CreateTableStatement table;
  table.columns = {{"id", "BIGINT"}, {"tags", "VARCHAR[]"}};
  table.location = "bucket/folder/";
  table.serde = serde;
  table.serde_properties = std::move(properties);
  return table;
}

json Classifier(const CreateTableStatement& table) {
  const auto declaration = DeclarationOf(table);
  if (!declaration.ok()) return declaration.error().message();
  return declaration->value("classifiers", json::array({nullptr}))[0];
}

TEST(Serde, IsHivesOwnTextWithoutAWord) {
  const json classifier = Classifier(Table());
  EXPECT_EQ(classifier["kind"], "csv");
  EXPECT_EQ(classifier["delimiter"], "\x01");
  EXPECT_EQ(classifier["quote"], "");
  EXPECT_EQ(classifier["header"], false);
  EXPECT_EQ(classifier["names"], json({"id", "tags"}));
  EXPECT_EQ(classifier["types"], json({{"id", "BIGINT"}}));
}

TEST(Serde, ReadsTheMarksOfTextFiles) {
  const json lazy = Classifier(Table("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                                     {{"field.delim", "\t"}, {"escape.delim", "\\"}}));
  EXPECT_EQ(lazy["delimiter"], "\t");
  EXPECT_EQ(lazy["escape"], "\\");
  const json open = Classifier(Table("org.apache.hadoop.hive.serde2.OpenCSVSerde", {{"separatorchar", ";"}}));
  EXPECT_EQ(open["delimiter"], ";");
  EXPECT_EQ(open["quote"], "\"");
  auto skipping = Table();
  skipping.properties = {{"skip.header.line.count", "2"}};
  EXPECT_EQ(Classifier(skipping)["skip_lines"], 2);
  for (const char* bad : {"-1", "x", "1 ", ""}) {
    skipping.properties = {{"skip.header.line.count", bad}};
    EXPECT_THAT(DeclarationOf(skipping), HasError(Code::kUnprocessable, "skip.header.line.count")) << bad;
  }
}

TEST(Serde, NamesTheGroupsOfPatterns) {
  const auto pattern = [](const std::string& text) {
    const json classifier =
        Classifier(Table("org.apache.hadoop.hive.serde2.RegexSerDe", {{"input.regex", text}}));
    return classifier.is_object() ? classifier["pattern"].get<std::string>() : classifier.get<std::string>();
  };
  EXPECT_EQ(pattern("(\\d+) (.*)"), "(?P<id>\\d+) (?P<tags>.*)");
  EXPECT_EQ(pattern("(?:a|b)(\\d+)\\(([(])"), "(?:a|b)(?P<id>\\d+)\\((?P<tags>[(])");
  EXPECT_THAT(pattern("(\\d+)"), testing::HasSubstr("1 groups, the table 2 columns"));
  EXPECT_THAT(pattern("(a)(b)(c)"), testing::HasSubstr("3 groups"));
  EXPECT_THAT(Classifier(Table("x.RegexSerDe")).get<std::string>(), testing::HasSubstr("input.regex"));
}

TEST(Serde, LeavesTheRestToInferenceOrRefusesIt) {
  EXPECT_TRUE(Classifier(Table("org.openx.data.jsonserde.JsonSerDe")).is_null());
  auto parquet = Table();
  parquet.stored_as = "PARQUET";
  EXPECT_TRUE(Classifier(parquet).is_null());
  EXPECT_THAT(DeclarationOf(Table("com.example.Evil")), HasError(Code::kUnprocessable, "com.example.Evil"));
  parquet.stored_as = "ORC";
  EXPECT_THAT(DeclarationOf(parquet), HasError(Code::kUnprocessable, "ORC"));
}

TEST(Serde, DeclaresColumnsKeysAndTexts) {
  auto table = Table();
  table.partition_keys = {{"day", "DATE", "of the sale"}};
  table.comment = "Sales";
  table.properties = {{"source", "till"}};
  const auto body = DeclarationOf(table);
  ASSERT_THAT(body, IsOk());
  EXPECT_EQ((*body)["location"], "bucket/folder/");
  EXPECT_EQ((*body)["description"], "Sales");
  EXPECT_EQ((*body)["parameters"], json({{"source", "till"}}));
  EXPECT_EQ((*body)["columns"][2],
            json({{"name", "day"}, {"type", "DATE"}, {"partition_key", true}, {"comment", "of the sale"}}));
}

}  // namespace
}  // namespace tarn::query
