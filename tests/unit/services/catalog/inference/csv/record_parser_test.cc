#include "services/catalog/inference/csv/record_parser.h"

#include <gmock/gmock.h>

namespace tarn::inference {
namespace {

using testing::ElementsAre;
using Rows = std::vector<std::vector<std::string>>;

Rows Parse(std::string_view text, const Dialect& dialect = {}) {
  RecordParser parser(text, dialect);
  Record record;
  Rows rows;
  while (parser.Next(record)) {
    if (record.comment || record.blank) continue;
    auto& row = rows.emplace_back();
    for (const Field& field : record.fields) row.push_back(FieldValue(field, dialect));
  }
  return rows;
}

TEST(RecordParser, ReadsRfc4180) {
  EXPECT_EQ(Parse("a,b\r\n\"x, \"\"y\"\"\r\nz\",\r\n"), (Rows{{"a", "b"}, {"x, \"y\"\r\nz", ""}}));
  EXPECT_EQ(Parse("a,b\n1,2"), (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(Parse(",\n"), (Rows{{"", ""}}));
}

TEST(RecordParser, ForgivesSpacesAroundQuotes) {
  EXPECT_EQ(Parse("1, \"a, b\" ,2\n"), (Rows{{"1", "a, b", "2"}}));
}

TEST(RecordParser, TakesQuotesInTheMiddleForText) {
  EXPECT_EQ(Parse("5\" x 4\",a\n"), (Rows{{"5\" x 4\"", "a"}}));
  EXPECT_EQ(Parse("\"he said \"hi\" twice\",b\n"), (Rows{{"he said \"hi\" twice", "b"}}));
}

TEST(RecordParser, TakesAQuoteThatNeverClosesForText) {
  EXPECT_EQ(Parse("a,b\n1,\"x\n2,y\n"), (Rows{{"a", "b"}, {"1", "\"x"}, {"2", "y"}}));
}

TEST(RecordParser, KnowsBackslashes) {
  Dialect dialect;
  dialect.escape = '\\';
  EXPECT_EQ(Parse("\"a \\\"b\\\", c\",d\n", dialect), (Rows{{"a \"b\", c", "d"}}));
}

TEST(RecordParser, KnowsCommentsLongDelimitersAndAlignedColumns) {
  EXPECT_EQ(Parse("#x\na\n", {",", '"', '"', "#", false}), (Rows{{"a"}}));
  EXPECT_EQ(Parse("a||b|c||\n", {"||", '"', '"', "", false}), (Rows{{"a", "b|c", ""}}));
  EXPECT_EQ(Parse("  a   b \n", {" ", '"', '"', "", true}), (Rows{{"a", "b"}}));
}

TEST(RecordParser, CountsLinesAndOffsets) {
  const Dialect dialect;
  RecordParser parser("a\n\"x\ny\"\n\nb\n", dialect);
  Record record;
  std::vector<std::pair<int64_t, size_t>> places;
  while (parser.Next(record)) places.emplace_back(record.line, record.offset);
  EXPECT_THAT(places, ElementsAre(std::pair(1, 0u), std::pair(2, 2u), std::pair(4, 8u), std::pair(5, 9u)));
}

TEST(RecordParser, IsLinearInUnclosedQuotes) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "\"a b,\"c d\n";
  EXPECT_EQ(Parse(text).size(), 300'000u);
}

}  // namespace
}  // namespace tarn::inference
