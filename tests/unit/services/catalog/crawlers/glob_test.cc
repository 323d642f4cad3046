#include "services/catalog/crawlers/glob.h"

#include <gmock/gmock.h>

#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

struct MatchCase {
  const char* pattern;
  const char* path;
  bool matches;
};

void PrintTo(const MatchCase& c, std::ostream* out) { *out << c.pattern << " over " << c.path; }

class GlobOver : public testing::TestWithParam<MatchCase> {};

TEST_P(GlobOver, APathDecides) {
  const auto glob = Glob::Parse(GetParam().pattern);
  ASSERT_THAT(glob, IsOk());
  EXPECT_EQ(glob->Matches(GetParam().path), GetParam().matches);
}

// The tables of examples in "Include and exclude patterns" of the AWS Glue developer guide.
INSTANTIATE_TEST_SUITE_P(
    GluesExamples, GlobOver,
    testing::Values(MatchCase{"*.csv", "a.csv", true}, MatchCase{"*.csv", "folder/a.csv", false},
                    MatchCase{"*.*", "a.b", true}, MatchCase{"*.*", "ab", false},
                    MatchCase{"*.{csv,avro}", "a.avro", true}, MatchCase{"*.{csv,avro}", "a.json", false},
                    MatchCase{"foo.?", "foo.x", true}, MatchCase{"foo.?", "foo.xy", false},
                    MatchCase{"foo.?", "foo.", false}, MatchCase{"myfolder/*", "myfolder/mysource", true},
                    MatchCase{"myfolder/*", "myfolder/a/b", false},
                    MatchCase{"myfolder/*/*", "myfolder/mysource/data", true},
                    MatchCase{"myfolder/**", "myfolder/mysource/mydata", true},
                    MatchCase{"myfolder/**", "myfolder/mysource/data", true},
                    MatchCase{"myfolder/**", "other/data", false}, MatchCase{"myfolder**", "myfolder", true},
                    MatchCase{"myfolder**", "myfolder/mydata.txt", true},
                    MatchCase{"departments/**", "departments/finance.json", true},
                    MatchCase{"departments/**", "employees/hr.json", false},
                    MatchCase{"departments/market*", "departments/market-us.json", true},
                    MatchCase{"departments/market*", "departments/finance.json", false},
                    MatchCase{"**.csv", "employees/john.csv", true}, MatchCase{"**.csv", "john.csv", true},
                    MatchCase{"**.csv", "employees/juan.txt", false},
                    MatchCase{"employees/*.csv", "employees/jane.csv", true},
                    MatchCase{"employees/*.csv", "employees/old/jane.csv", false},
                    MatchCase{"*", ".hidden", true}));

// The first week of January 2015 stays.
INSTANTIATE_TEST_SUITE_P(GluesPartitions, GlobOver,
                         testing::Values(MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/01/a.csv", false},
                                         MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/07/deep/a.csv", false},
                                         MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/08/a.csv", true},
                                         MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/09/deep/a.csv", true},
                                         MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/10/a.csv", true},
                                         MatchCase{"2015/01/{[!0],0[8-9]}**", "2015/01/31/a.csv", true},
                                         MatchCase{"2015/01/{[!0],0[8-9]}*", "2015/01/31/a.csv", false},
                                         MatchCase{"2015/0[2-9]/**", "2015/02/01/a.csv", true},
                                         MatchCase{"2015/0[2-9]/**", "2015/01/01/a.csv", false},
                                         MatchCase{"2015/1[0-2]/**", "2015/12/31/a.csv", true},
                                         MatchCase{"2015/1[0-2]/**", "2015/13/31/a.csv", false}));

INSTANTIATE_TEST_SUITE_P(
    Characters, GlobOver,
    testing::Values(
        MatchCase{"[abc]", "b", true}, MatchCase{"[abc]", "d", false}, MatchCase{"[abce-g]", "f", true},
        MatchCase{"[abce-g]", "d", false}, MatchCase{"[!a-c]", "d", true}, MatchCase{"[!a-c]", "b", false},
        MatchCase{"[!a]", "/", false}, MatchCase{"[/]", "/", false}, MatchCase{"?", "/", false},
        MatchCase{"[*?\\]", "\\", true}, MatchCase{"[*?\\]", "*", true}, MatchCase{"[*]", "x", false},
        MatchCase{"[-a]", "-", true}, MatchCase{"[!-a]", "-", false}, MatchCase{"[a-]", "-", true},
        MatchCase{"\\*", "*", true}, MatchCase{"\\*", "x", false}, MatchCase{"\\\\", "\\", true},
        MatchCase{"\\{a\\}", "{a}", true}, MatchCase{"a,b", "a,b", true}, MatchCase{"{a,}b", "b", true},
        MatchCase{"{a}", "a", true}, MatchCase{"{,a,b}", "b", true}, MatchCase{"{a*,b/**}c", "b/x/c", true},
        MatchCase{"?", "ü", true}, MatchCase{"[ä-ü]", "ö", true}, MatchCase{"M?ller", "Müller", true},
        MatchCase{"*", "", true}, MatchCase{"a", "A", false}, MatchCase{"***", "a/b", true},
        MatchCase{"\xff", "\xff", true}, MatchCase{"?", "\xff", true}, MatchCase{"\xfe", "\xff", false}));

TEST(Glob, TakesTimeInProportionToBothLengths) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "*a";
  const auto glob = Glob::Parse(pattern);
  ASSERT_THAT(glob, IsOk());
  // One that tries each way by itself would not come back.
  EXPECT_FALSE(glob->Matches(std::string(1024, 'a') + "b"));
}

struct BadPattern {
  std::string pattern;
  const char* message;
};

class Refused : public testing::TestWithParam<BadPattern> {};

TEST_P(Refused, APatternSaysWhatIsWrong) {
  EXPECT_THAT(Glob::Parse(GetParam().pattern), HasError(Code::kInvalidArgument, GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Patterns, Refused,
                         testing::Values(BadPattern{"", "empty"}, BadPattern{"a[b", "not closed: ["},
                                         BadPattern{"[]", "not closed: ["}, BadPattern{"{a", "not closed: {"},
                                         BadPattern{"{a,{b}}", "in another one"},
                                         BadPattern{"a}", "was not opened"}, BadPattern{"[z-a]", "backwards"},
                                         BadPattern{"a\\", "after the last"},
                                         BadPattern{std::string(1025, 'a'), "1024"}));

}  // namespace
}  // namespace tarn::catalog
