#include "common/config/option_set.h"

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::config {
namespace {

class OptionSetTest : public testing::Test {
 protected:
  OptionSetTest() : set("extract", "writes raw objects") {
    set.Text("home", &home, "where");
    set.Integer("max-runs", &max_runs, 1, 10, "how many");
    set.Duration("poll", &poll, "how often");
    set.Flag("loud", &loud, "whether");
  }

  std::string WriteFile(const std::string& text) {
    const auto path = directory / "tarn.yaml";
    std::ofstream(path) << text;
    return path.string();
  }

  TempDirectory directory;
  OptionSet set;
  std::string home = "./.tarn";
  int64_t max_runs = 4;
  std::chrono::milliseconds poll{1'000};
  bool loud = false;
};

TEST_F(OptionSetTest, KeepsDefaultsWithoutInput) {
  EXPECT_EQ(*set.Load({}, {}), OptionSet::Outcome::kRun);
  EXPECT_EQ(home, "./.tarn");
  EXPECT_EQ(max_runs, 4);
}

TEST_F(OptionSetTest, TakesFlagsInBothForms) {
  ASSERT_THAT(set.Load({"--home", "/a", "--max-runs=7", "--loud", "--poll", "5s"}, {}), IsOk());
  EXPECT_EQ(home, "/a");
  EXPECT_EQ(max_runs, 7);
  EXPECT_TRUE(loud);
  EXPECT_EQ(poll, std::chrono::seconds(5));
}

TEST_F(OptionSetTest, FlagsBeatTheServicesVariableBeatsTheSharedOneBeatsTheFile) {
  const std::string file =
      WriteFile("home: /file\nmax_runs: 2\nloud: true\nextract:\n  max_runs: 3\ncatalog:\n  whatever: 1\n");
  ASSERT_THAT(set.Load({"--home", "/flag"}, {{"TARN_HOME", "/shared"},
                                             {"TARN_POLL", "2s"},
                                             {"TARN_EXTRACT_POLL", "3s"},
                                             {"TARN_CONFIG", file}}),
              IsOk());
  EXPECT_EQ(home, "/flag");
  EXPECT_EQ(poll, std::chrono::seconds(3));
  EXPECT_EQ(max_runs, 3);
  EXPECT_TRUE(loud);
}

TEST_F(OptionSetTest, UnknownKeysAreErrorsThatNameThem) {
  EXPECT_THAT(set.Load({"--hoem", "/a"}, {}), HasError(Code::kInvalidArgument, "--hoem"));
  EXPECT_THAT(set.Load({"stray"}, {}), HasError(Code::kInvalidArgument, "stray"));
  EXPECT_THAT(set.Load({}, {{"TARN_HOEM", "/a"}}), HasError(Code::kInvalidArgument, "TARN_HOEM"));
  EXPECT_THAT(set.Load({}, {{"TARN_EXTRACT_HOEM", "/a"}}),
              HasError(Code::kInvalidArgument, "TARN_EXTRACT_HOEM"));
  EXPECT_THAT(set.Load({"--config", WriteFile("home: /a\nhoem: /b\n")}, {}),
              HasError(Code::kInvalidArgument, "line 2"));
  EXPECT_THAT(set.Load({"--config", WriteFile("extract:\n  hoem: /b\n")}, {}),
              HasError(Code::kInvalidArgument, "hoem"));
}

TEST_F(OptionSetTest, VariablesOfOtherServicesAreNotLookedAt) {
  EXPECT_THAT(set.Load({}, {{"TARN_QUERY_CATALOG_URL", "x"}, {"PATH", "/bin"}}), IsOk());
}

TEST_F(OptionSetTest, WrongValuesNameTheOptionAndThePlace) {
  EXPECT_THAT(set.Load({"--max-runs", "11"}, {}), HasError(Code::kInvalidArgument, "from 1 to 10"));
  EXPECT_THAT(set.Load({"--max-runs", "many"}, {}), HasError(Code::kInvalidArgument, "flag --max-runs"));
  EXPECT_THAT(set.Load({"--loud=perhaps"}, {}), HasError(Code::kInvalidArgument, "true or false"));
  EXPECT_THAT(set.Load({"--home"}, {}), HasError(Code::kInvalidArgument, "needs a value"));
  EXPECT_THAT(set.Load({"--config", WriteFile("home: [a]\n")}, {}),
              HasError(Code::kInvalidArgument, "one value"));
  EXPECT_THAT(set.Load({"--config", WriteFile("home: [a\n")}, {}),
              HasError(Code::kInvalidArgument, "cannot read"));
  EXPECT_THAT(set.Load({"--config", "missing.yaml"}, {}), HasError(Code::kInvalidArgument, "missing.yaml"));
}

TEST_F(OptionSetTest, HelpShowsEveryOptionWithItsDefault) {
  EXPECT_EQ(*set.Load({"--help"}, {}), OptionSet::Outcome::kHelp);
  const std::string help = set.Help();
  EXPECT_NE(help.find("--max-runs NUMBER\n      how many (default: 4)"), std::string::npos) << help;
  EXPECT_NE(help.find("--poll DURATION\n      how often (default: 1s)"), std::string::npos) << help;
}

}  // namespace
}  // namespace tarn::config
