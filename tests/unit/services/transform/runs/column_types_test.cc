#include "services/transform/runs/column_types.h"

#include <gtest/gtest.h>

namespace tarn::transform {
namespace {

TEST(ColumnTypes, FindTheTypeThatHoldsBoth) {
  struct Case {
    const char *a, *b, *common;
  };
  for (const Case& c : {Case{"BIGINT", "BIGINT", "BIGINT"},
                        {"INTEGER", "BIGINT", "BIGINT"},
                        {"UBIGINT", "TINYINT", "HUGEINT"},
                        {"UTINYINT", "TINYINT", "SMALLINT"},
                        {"BIGINT", "DOUBLE", "DOUBLE"},
                        {"DECIMAL(9,2)", "BIGINT", "DOUBLE"},
                        {"DATE", "TIMESTAMP", "TIMESTAMP"},
                        {"DATE", "BIGINT", "VARCHAR"},
                        {"BOOLEAN", "BIGINT", "VARCHAR"},
                        {"BIGINT", "VARCHAR", "VARCHAR"},
                        {"JSON", "VARCHAR", "JSON"},
                        {"BIGINT[]", "BIGINT", "VARCHAR"}}) {
    EXPECT_EQ(CommonType(c.a, c.b), c.common) << c.a << " and " << c.b;
    EXPECT_EQ(CommonType(c.b, c.a), c.common) << c.b << " and " << c.a;
  }
}

TEST(ColumnTypes, KnowWhatTextFitsWithoutAnotherLook) {
  EXPECT_TRUE(CsvTypeFits("INTEGER", "BIGINT"));
  EXPECT_TRUE(CsvTypeFits("DECIMAL(9,2)", "BIGINT"));
  EXPECT_TRUE(CsvTypeFits("VARCHAR", "DATE"));
  EXPECT_TRUE(CsvTypeFits("TIMESTAMP", "DATE"));
  EXPECT_FALSE(CsvTypeFits("BIGINT", "DOUBLE"));
  EXPECT_FALSE(CsvTypeFits("DATE", "VARCHAR"));
  EXPECT_FALSE(CsvTypeFits("BOOLEAN", "BIGINT"));
}

}  // namespace
}  // namespace tarn::transform
