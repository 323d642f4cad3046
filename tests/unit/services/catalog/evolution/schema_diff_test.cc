#include "services/catalog/evolution/schema_diff.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/evolution/change_json.h"
#include "services/catalog/evolution/change_words.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Words(const std::vector<Column>& from, const std::vector<Column>& to) {
  std::vector<std::string> words;
  for (const SchemaChange& change : DiffSchemas(from, to)) words.push_back(InWords(change));
  return words;
}

TEST(DiffSchemas, SaysWhatCameAndWhatWent) {
  EXPECT_THAT(Words({{"a", "BIGINT", false, 1}, {"k", "DATE", true, 2}}, {{"b", "BIGINT", false, 3}}),
              ElementsAre("column \"a\" BIGINT was dropped, as no file has it",
                          "partition key \"k\" DATE was dropped, as no file has it in its path",
                          "column \"b\" BIGINT was added"));
}

TEST(DiffSchemas, KnowsARenamedColumnByItsId) {
  EXPECT_THAT(
      Words({{"a", "BIGINT", false, 1}}, {{"b", "BIGINT", false, 1, "what it means"}}),
      ElementsAre("column \"a\" was renamed to \"b\"", "the comment of column \"b\" is now: what it means"));
}

TEST(DiffSchemas, TellsWideningFromNarrowingAndChange) {
  const auto kind = [](const std::string& from, const std::string& to) {
    return DiffSchemas({{"v", from, false, 1}}, {{"v", to, false, 1}}).at(0).kind;
  };
  EXPECT_EQ(kind("BIGINT", "DOUBLE"), SchemaChange::Kind::kTypeWidened);
  EXPECT_EQ(kind("DOUBLE", "BIGINT"), SchemaChange::Kind::kTypeNarrowed);
  EXPECT_EQ(kind("BIGINT", "VARCHAR"), SchemaChange::Kind::kTypeChanged);
  EXPECT_EQ(kind("VARCHAR", "BIGINT"), SchemaChange::Kind::kTypeNarrowed);
  EXPECT_EQ(kind("BIGINT", "DATE"), SchemaChange::Kind::kTypeChanged);
}

TEST(DiffSchemas, MovesAsFewColumnsAsItCan) {
  const std::vector<Column> from = {
      {"a", "DATE", false, 1}, {"b", "DATE", false, 2}, {"c", "DATE", false, 3}};
  EXPECT_THAT(Words(from, {from[1], from[2], from[0]}),
              ElementsAre("column \"a\" moved from place 1 to place 3"));
  EXPECT_THAT(Words(from, from), IsEmpty());
}

TEST(DiffSchemas, ComparesByNameWhereThereAreNoIdsYet) {
  EXPECT_THAT(Words({{"A", "BIGINT"}}, {{"A", "DOUBLE", false, 1}}),
              ElementsAre("column \"A\" was widened from BIGINT to DOUBLE"));
}

TEST(ChangesAsJson, AreReadBackAsTheyWere) {
  auto changes =
      DiffSchemas({{"a", "BIGINT", false, 1}, {"v", "BIGINT", false, 2}}, {{"v", "VARCHAR", false, 2}});
  changes[1].sides = {{"BIGINT", 2, {"lake/a.csv"}}, {"VARCHAR", 1, {"lake/b.csv"}}};
  for (SchemaChange& change : changes) change.words = InWords(change);
  EXPECT_EQ(
      changes[1].words,
      "column \"v\" was changed from BIGINT to VARCHAR: 2 files have BIGINT (lake/a.csv, ...) and 1 file has "
      "VARCHAR (lake/b.csv)");
  const auto again = ChangesFromJson(ChangesToJson(changes));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, changes);
  EXPECT_THAT(ChangesFromJson(nlohmann::json::parse("[1]")), HasError(Code::kInternal, "damaged"));
}

}  // namespace
}  // namespace tarn::catalog
