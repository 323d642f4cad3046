#include "services/extract/sources/files/content_check.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using namespace std::string_literals;

class CheckContentTest : public testing::Test {
 protected:
  Status Check(const std::string& content, const std::string& name, Format format) {
    WriteFile(home_ / "file", content);
    return CheckContent(home_ / "file", name, format);
  }
  TempDirectory home_;
};

TEST_F(CheckContentTest, TakesWhatFits) {
  EXPECT_THAT(Check("a,b\n1,2\n", "x.csv", Format::kCsv), IsOk());
  EXPECT_THAT(Check("", "x.csv", Format::kCsv), IsOk());
  EXPECT_THAT(Check("<a> < b", "x.csv", Format::kCsv), IsOk());
  EXPECT_THAT(Check("\xef\xbb\xbf [1]", "x.json", Format::kJson), IsOk());
  for (const char* json : {"{}", "[]", "\"x\"", "-1", "12", "true", "false", "null", ""}) {
    EXPECT_THAT(Check(json, "x", Format::kJson), IsOk()) << json;
  }
  EXPECT_THAT(Check("PAR1....PAR1", "x", Format::kParquet), IsOk());
  EXPECT_THAT(Check("\x1f\x8b...", "x.csv.GZ", Format::kCsv), IsOk());
  EXPECT_THAT(Check("\x28\xb5\x2f\xfd...", "x.zst", Format::kAny), IsOk());
  EXPECT_THAT(Check("<html>", "x", Format::kAny), IsOk());
}

TEST_F(CheckContentTest, RefusesWhatIsSomethingElse) {
  struct Case {
    std::string content, name;
    Format format;
    const char* says;
  };
  const Case cases[] = {
      {"<!doctype HTML>", "x.csv", Format::kCsv, "HTML"},
      {"\r\n  <HTML lang=en>", "x.json", Format::kJson, "HTML"},
      {"<html>", "x.csv.gz", Format::kAny, "HTML"},
      {"plain", "x.csv.gz", Format::kAny, "gzip"},
      {"plain", "x.zst", Format::kAny, "zstd"},
      {"\x1f\x8b...", "x.csv", Format::kCsv, "gzip"},
      {"a,b\n", "x.json", Format::kJson, "JSON"},
      {"\0\0\0"s, "x.csv", Format::kCsv, "binary"},
      {"PAR1", "x.parquet", Format::kAny, "cut off"},
      {"PAR1...........", "x", Format::kParquet, "cut off"},
      {"x", "x.parquet", Format::kAny, "Parquet"},
      {"", "x", Format::kParquet, "Parquet"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(Check(each.content, each.name, each.format), HasError(Code::kUnprocessable, each.says))
        << each.name;
  }
}

}  // namespace
}  // namespace tarn::extract::files
