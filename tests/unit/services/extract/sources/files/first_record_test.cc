#include "services/extract/sources/files/first_record.h"

#include <gtest/gtest.h>

#include "common/compression/gzip.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

TEST(FirstRecord, IsReadFromTheBeginningOfAFile) {
  struct Case {
    const char* name;
    std::string content;
    const char* record;
  };
  const std::string long_array = "[" + std::string(R"({"x": "]\"}"},)");
  std::string many = long_array;
  for (int i = 0; i < 100'000; ++i) many += "1,";
  const Case cases[] = {
      {"x.csv", "a,b\n1,\"2, \"\"x\"\"\n3\"\n4,5", R"({"a":"1","b":"2, \"x\"\n3"})"},
      {"x.csv",
       "\xef\xbb\xbf"
       "a;b\r\n1;2,5\r\n",
       R"({"a":"1","b":"2,5"})"},
      {"x.tsv", "a\tb\n1\t2", R"({"a":"1","b":"2"})"},
      {"x.csv", "a,b\n1\n", R"({"bytes":6,"file":"x.csv"})"},
      {"x.csv", "a,b\n", R"({"bytes":4,"file":"x.csv"})"},
      {"x.csv", "a\n\"1", R"({"bytes":4,"file":"x.csv"})"},
      {"x.json", many, R"({"x":"]\"}"})"},
      {"x.json", " {\"a\": [1, 2]} ", R"({"a":[1,2]})"},
      {"x.json", "[]", R"({"bytes":2,"file":"x.json"})"},
      {"x.json", "}", R"({"bytes":1,"file":"x.json"})"},
      {"x.ndjson", "\n{\"a\": 1}\n{\"a\": 2}\n", R"({"a":1})"},
      {"x.csv.gz", compression::Gzip("a\n1\n"), R"({"a":"1"})"},
      {"x.bin", "abc", R"({"bytes":3,"file":"x.bin"})"},
  };
  TempDirectory home;
  for (const Case& each : cases) {
    WriteFile(home / "file", each.content);
    EXPECT_EQ(FirstRecord(home / "file", each.name, Format::kAny), each.record) << each.name;
  }
  WriteFile(home / "file", "{\"a\": 1}");
  EXPECT_EQ(FirstRecord(home / "file", "x", Format::kJson), R"({"a":1})");
}

}  // namespace
}  // namespace tarn::extract::files
