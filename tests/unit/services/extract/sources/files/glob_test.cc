#include "services/extract/sources/files/glob.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/result_matchers.h"

namespace tarn::extract::files {
namespace {

TEST(Matches, FollowsItsRules) {
  struct Case {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const Case cases[] = {
      {"**", "a", true},
      {"**", "a/b/c", true},
      {"*", "a", true},
      {"*", "a/b", false},
      {"*.csv", "a.csv", true},
      {"*.csv", "a.csv.gz", false},
      {"*.csv", "x/a.csv", false},
      {"**/*.csv", "a.csv", true},
      {"**/*.csv", "x/y/a.csv", true},
      {"x/**", "x/a/b", true},
      {"x/**", "y/a", false},
      {"x/**/z.csv", "x/z.csv", true},
      {"x/**/z.csv", "x/1/2/z.csv", true},
      {"x/**/z.csv", "x/1/2/y.csv", false},
      {"**/b/**/d", "a/b/c/b/d", true},
      {"?.csv", "ü.csv", true},
      {"?.csv", "ab.csv", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"data-?*?-??.json", "data-2026-02.json", true},
      {"A", "a", false},
      {"a**b", "axyb", true},
      {"a**b", "a/b", false},
  };
  for (const Case& each : cases)
    EXPECT_EQ(Matches(each.pattern, each.path), each.matches) << each.pattern << " " << each.path;
}

TEST(Matches, TakesNoExponentialTime) {
  std::string pattern, path;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  for (int i = 0; i < 100; ++i) path += "/**/a";
  EXPECT_FALSE(Matches(pattern + "b", std::string(20'000, 'a')));
  EXPECT_FALSE(Matches(path.substr(1) + "/b", std::string(2'000, 'a') + "/c"));
}

TEST(CheckPattern, RefusesWhatCanMatchNothing) {
  for (const char* pattern : {"", "/a", "a/", "a//b", "../a", "./a", "a/.."}) {
    EXPECT_THAT(CheckPattern(pattern), HasError(Code::kInvalidArgument, "")) << pattern;
  }
  EXPECT_THAT(CheckPattern(std::string(1'025, 'a')), HasError(Code::kInvalidArgument, "1,024"));
  EXPECT_THAT(CheckPattern("a/**/*.csv"), IsOk());
}

}  // namespace
}  // namespace tarn::extract::files
