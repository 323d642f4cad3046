#include "services/catalog/inference/csv_dialect.h"

#include <gtest/gtest.h>

namespace tarn::catalog {
namespace {

TEST(CountFields, CountsWhatTheDelimiterSeparates) {
  EXPECT_EQ(CountFields("a,b,c\n1,2\n", ','), 3u);
  EXPECT_EQ(CountFields("a,b,c", ';'), 1u);
  EXPECT_EQ(CountFields("", ','), 1u);
  EXPECT_EQ(CountFields(",\n", ','), 2u);
}

TEST(CountFields, LeavesQuotedDelimitersAndLineEndsAlone) {
  EXPECT_EQ(CountFields("\"a,b\",c\n", ','), 2u);
  EXPECT_EQ(CountFields("\"a\nb\",c\nd,e,f\n", ','), 2u);
  EXPECT_EQ(CountFields("\"a \"\"x,y\"\" b\",c\n", ','), 2u);
}

TEST(CountFields, TakesAQuoteInTheMiddleOfAFieldForText) {
  EXPECT_EQ(CountFields("36'37.8\"N,2\n", ','), 2u);
}

TEST(ReadCsvSql, SaysEveryPartOfTheDialect) {
  const CsvDialect dialect{"\t", "'", "\\", false, 3};
  EXPECT_EQ(ReadCsvSql("/d/it's.csv", dialect, {"c0", "c1"}),
            "read_csv('/d/it''s.csv', auto_detect = false, delim = '\t', quote = '''', escape = '\\', header "
            "= false, skip = 3, "
            "columns = {'c0': 'VARCHAR', 'c1': 'VARCHAR'}, hive_partitioning = false)");
}

}  // namespace
}  // namespace tarn::catalog
