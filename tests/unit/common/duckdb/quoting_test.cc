#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"

namespace tarn::duckdb {
namespace {

TEST(Quoting, DoublesTheQuotesInside) {
  EXPECT_EQ(QuoteLiteral("it's"), "'it''s'");
  EXPECT_EQ(QuoteIdentifier("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(QuoteLiteralList({"a", "b'"}), "['a', 'b''']");
  EXPECT_EQ(QuoteLiteralList({}), "[]");
}

TEST(Quoting, LeavesPlainNamesAlone) {
  EXPECT_EQ(QuoteIdentifierIfNeeded("song_id2"), "song_id2");
  EXPECT_EQ(QuoteIdentifierIfNeeded("Select"), "\"Select\"");
  EXPECT_EQ(QuoteIdentifierIfNeeded("2nd"), "\"2nd\"");
  EXPECT_EQ(QuoteIdentifierIfNeeded(""), "\"\"");
}

TEST(Quoting, KnowsEveryKeywordOfTheEngine) {
  auto instance = Instance::Open({});
  auto connection = (*instance)->Connect();
  auto keywords = (*connection)->Rows("SELECT keyword_name, keyword_category FROM duckdb_keywords()");
  ASSERT_THAT(keywords, IsOk());
  ASSERT_GT(keywords->size(), 100u);
  std::map<std::string, bool> reserved;  // a word may stand in several categories
  for (const auto& row : *keywords) reserved[row["keyword_name"]] |= row["keyword_category"] != "unreserved";
  for (const auto& [word, quoted] : reserved) EXPECT_EQ(QuoteIdentifierIfNeeded(word) != word, quoted) << word;
}

}  // namespace
}  // namespace tarn::duckdb
