#include "services/catalog/crawlers/key_mapping.h"

#include <gmock/gmock.h>

namespace tarn::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MapKey, TakesDatabaseAndTableFromTheFirstFolders) {
  const auto mapped = MapKey("spotify/songs/part-0.parquet");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->table, (TableName{"spotify", "songs"}));
  EXPECT_EQ(mapped->format, FileFormat::kParquet);
  EXPECT_THAT(mapped->partition, IsEmpty());
}

TEST(MapKey, MapsNamesToLowerCaseLettersDigitsAndUnderscores) {
  EXPECT_EQ(MapKey("My-Data/Top 50 (Müller)/a.csv")->table, (TableName{"my_data", "top_50__m_ller_"}));
}

TEST(MapKey, KnowsTheFormatByTheSuffixWithoutCase) {
  EXPECT_EQ(MapKey("d/t/a.CSV")->format, FileFormat::kCsv);
  EXPECT_EQ(MapKey("d/t/a.csv.gz")->format, FileFormat::kCsv);
  EXPECT_EQ(MapKey("d/t/a.csv.zst")->format, FileFormat::kCsv);
  EXPECT_EQ(MapKey("d/t/a.json")->format, FileFormat::kJson);
  EXPECT_EQ(MapKey("d/t/a.ndjson.gz")->format, FileFormat::kJson);
  EXPECT_EQ(MapKey("d/t/a.ndjson.zst")->format, FileFormat::kJson);
  EXPECT_EQ(MapKey("d/t/a.ndjson")->format, FileFormat::kJson);
}

TEST(MapKey, ReadsHivePartitionsAnywhereBelowTheTable) {
  const auto mapped = MapKey("d/t/Year=2024/run/month=07/a.parquet");
  ASSERT_TRUE(mapped);
  EXPECT_THAT(mapped->partition, ElementsAre(PartitionValue{"year", "2024"}, PartitionValue{"month", "07"}));
}

TEST(MapKey, DecodesPartitionValues) {
  EXPECT_THAT(
      MapKey("d/t/at=10%3A30/city=S%C3%A3o%20Paulo/x=100%/y=a=b/z=%00/a.csv")->partition,
      ElementsAre(PartitionValue{"at", "10:30"}, PartitionValue{"city", "São Paulo"},
                  PartitionValue{"x", "100%"}, PartitionValue{"y", "a=b"}, PartitionValue{"z", "%00"}));
}

TEST(MapKey, TakesAnEmptyPartitionValueForNull) {
  EXPECT_THAT(MapKey("d/t/k=/a.csv")->partition, ElementsAre(PartitionValue{"k", kNullPartition}));
}

TEST(MapKey, LetsTheOuterFolderOfARepeatedPartitionKeyWin) {
  EXPECT_THAT(MapKey("d/t/k=1/K=2/a.csv")->partition, ElementsAre(PartitionValue{"k", "1"}));
}

class NoTable : public testing::TestWithParam<const char*> {};

TEST_P(NoTable, IsMadeOfThisKey) { EXPECT_FALSE(MapKey(GetParam()).has_value()); }

INSTANTIATE_TEST_SUITE_P(Keys, NoTable,
                         testing::Values("", "a.parquet", "db/a.parquet", "db/t/a.txt", "db/t/parquet",
                                         "db/t/.parquet", "db/t/a.parquet/", "_tarn/songs/a.parquet",
                                         "db/t/_SUCCESS", "db/t/_temporary/a.parquet", "db/t/.hidden/a.csv",
                                         "db/t/.a.csv", "db//a.parquet", "/db/t/a.parquet", "db/t//a.csv",
                                         ".x/t/a.csv", "db/_t/a.csv"));

struct TypeCase {
  const char* value;
  const char* type;
};

class PartitionValueTypeOf : public testing::TestWithParam<TypeCase> {};

TEST_P(PartitionValueTypeOf, AValueIsItsNarrowest) {
  EXPECT_EQ(PartitionValueType(GetParam().value), GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(
    Values, PartitionValueTypeOf,
    testing::Values(TypeCase{"2024", "BIGINT"}, TypeCase{"0", "BIGINT"}, TypeCase{"-5", "BIGINT"},
                    TypeCase{"07", "VARCHAR"}, TypeCase{"-0", "VARCHAR"}, TypeCase{"+1", "VARCHAR"},
                    TypeCase{"9223372036854775807", "BIGINT"}, TypeCase{"9223372036854775808", "VARCHAR"},
                    TypeCase{"1.5", "VARCHAR"}, TypeCase{"2024-02-29", "DATE"},
                    TypeCase{"2023-02-29", "VARCHAR"}, TypeCase{"2024-1-01", "VARCHAR"},
                    TypeCase{"2024-01-01 ", "VARCHAR"}, TypeCase{"2024--1-01", "VARCHAR"},
                    TypeCase{"", "VARCHAR"}, TypeCase{kNullPartition, kUnknownType}));

}  // namespace
}  // namespace tarn::catalog
