#include "services/catalog/types/member_name.h"

#include <gtest/gtest.h>

#include "services/catalog/inference/query.h"

namespace tarn::catalog {
namespace {

TEST(MemberName, IsWrittenAsTheEngineWritesIt) {
  const auto instance = duckdb::Instance::Open({});
  ASSERT_TRUE(instance.ok());
  const auto connection = (*instance)->Connect();
  const auto keywords = QueryRows(**connection, "SELECT DISTINCT keyword_name FROM duckdb_keywords()", {});
  ASSERT_TRUE(keywords.ok());
  std::vector<std::string> names = {"plain",     "_x1",   "1x",    "a b", "quo\"te",
                                    "caf\u00e9", "Mixed", "Zone9", "a$b"};
  for (const auto& row : *keywords) names.push_back(row[0]);
  std::string members, expected;
  for (const std::string& name : names) {
    members += (members.empty() ? "" : ", ") + duckdb::QuoteLiteral(name) + ": 1";
    expected += (expected.empty() ? "STRUCT(" : ", ") + MemberName(name) + " INTEGER";
  }
  const auto described = DescribeColumns(**connection, "(SELECT {" + members + "} AS s)", {});
  ASSERT_TRUE(described.ok()) << described.error().message();
  EXPECT_EQ(described->at(0).type, expected + ")");
}

}  // namespace
}  // namespace tarn::catalog
