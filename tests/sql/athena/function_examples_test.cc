#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "services/query/functions/extension_functions.h"
#include "services/query/functions/function_entry.h"
#include "tests/sql/athena/function_table.h"
#include "tests/sql/trino/trino_runner.h"
#include "tests/support/result_matchers.h"

namespace tarn::query {
namespace {

// "sum(x) over 1, 2 = 3": the function of a column x with these values; "first over": in its first row.
struct Example {
  std::string sql, expected;
};

Example Read(const FunctionEntry& entry) {
  const std::string text(entry.example);
  const size_t equals = text.rfind(" = ");
  Example example{text.substr(0, equals), text.substr(equals + 3)};
  const size_t over = example.sql.rfind(" over ");
  if (over == std::string::npos) {
    example.sql = "SELECT " + example.sql;
    return example;
  }
  std::string call = example.sql.substr(0, over);
  const std::string from = " FROM (VALUES " + example.sql.substr(over + 6) + ") t(x)";
  const auto strip = [&](const std::string& word) {
    if (!call.ends_with(word)) return false;
    call.resize(call.size() - word.size());
    return true;
  };
  if (strip(" first"))
    example.sql = "SELECT v FROM (SELECT x, " + call + " AS v" + from + ") ORDER BY x LIMIT 1";
  else if (strip(" grouped"))
    example.sql = "SELECT " + call + from + " GROUP BY x";
  else
    example.sql = "SELECT " + call + from;
  return example;
}

TEST(AthenaFunctions, GiveWhatTheirExamplesSay) {
  TrinoRunner runner({});
  int count = 0;
  for (const FunctionEntry* entry : AllFunctions()) {
    if (entry->how == How::kUnsupported) continue;
    const Example example = Read(*entry);
    SCOPED_TRACE(example.sql);
    const auto rows = runner.Run(example.sql);
    ASSERT_THAT(rows, IsOk());
    ASSERT_EQ(rows->rows.size(), 1u);
    EXPECT_EQ(rows->rows[0][0], nlohmann::json::parse(example.expected));
    ++count;
  }
  EXPECT_GT(count, 250);
}

TEST(AthenaFunctions, HaveEntriesThatCanBeRead) {
  std::set<std::string_view> names;
  for (const FunctionEntry* entry : AllFunctions()) {
    SCOPED_TRACE(entry->name);
    EXPECT_TRUE(names.insert(entry->name).second);
    EXPECT_FALSE(entry->description.empty());
    const CompiledFunction* function = FindFunction(entry->name);
    ASSERT_NE(function, nullptr);
    EXPECT_EQ(function->overloads.size(), entry->overloads.size());
    EXPECT_EQ(entry->overloads.empty(), entry->how == How::kUnsupported);
  }
}

TEST(AthenaFunctions, CallOnlyExtensionsThatExist) {
  std::set<std::string> known;
  for (const auto& extension : ExtensionFunctions())
    EXPECT_TRUE(known.insert(extension.name).second) << extension.name;
  for (const FunctionEntry* entry : AllFunctions()) {
    for (const auto& overload : entry->overloads) {
      for (size_t at = overload.sql.find("tarn_"); at != std::string_view::npos;
           at = overload.sql.find("tarn_", at + 1)) {
        EXPECT_TRUE(known.contains(std::string(overload.sql.substr(at, overload.sql.find('(', at) - at))))
            << overload.sql;
      }
    }
  }
}

TEST(AthenaFunctions, StandInTheGuide) {
  std::ifstream stream(TARN_ATHENA_GUIDE);
  const std::string guide((std::istreambuf_iterator<char>(stream)), {});
  EXPECT_NE(guide.find(FunctionTable()), std::string::npos)
      << "the table of docs/athena_dialect.md is old: replace it by what "
         "build/dev/tests/sql/athena/print_function_table prints";
}

}  // namespace
}  // namespace tarn::query
