#include "services/extract/sources/spotify/json_pull.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/result_matchers.h"

namespace tarn::extract::spotify {
namespace {

Status Check(std::string_view text) {
  JsonPull in(text);
  in.Skip();
  return in.Finish();
}

TEST(JsonPull, ReadsWhatIsAskedForAndSkipsTheRest) {
  JsonPull in(
      R"( {"a": [1, {"b": "x"}, null], "n": -12, "s": "tab\tA\u00e9", "t": true, "\u006e\u0061me": "hidden"} )");
  int64_t elements = 0, number = 0;
  std::string text, name;
  bool is_true = false;
  in.Object([&](std::string_view member) {
    if (member == "a") {
      in.Array([&] {
        ++elements;
        in.Skip();
      });
    } else if (member == "n") {
      number = in.Integer().value_or(0);
    } else if (member == "s") {
      text = in.String().value_or("");
    } else if (member == "t") {
      is_true = in.True();
    } else if (member == "name") {
      name = in.String().value_or("");
    } else {
      in.Skip();
    }
  });
  EXPECT_THAT(in.Finish(), IsOk());
  EXPECT_EQ(elements, 3);
  EXPECT_EQ(number, -12);
  EXPECT_EQ(text, "tab\tAé");
  EXPECT_TRUE(is_true);
  EXPECT_EQ(name, "hidden");
}

TEST(JsonPull, GivesNothingForValuesOfAnotherType) {
  JsonPull in(R"([7, "7", 7.5, 99999999999999999999, "x", {}])");
  std::vector<bool> found;
  in.Array([&] {
    if (found.size() == 4) {
      found.push_back(in.Integer().has_value());
    } else if (found.size() == 5) {
      found.push_back(in.String().has_value());
    } else {
      found.push_back(found.empty() ? in.String().has_value() : in.Integer().has_value());
    }
  });
  EXPECT_THAT(in.Finish(), IsOk());
  EXPECT_EQ(found, std::vector<bool>(6, false));
}

TEST(JsonPull, KnowsWhereATextIsWrong) {
  struct Case {
    std::string text;
    const char* where;
  };
  const Case cases[] = {
      {"", "byte 0"},
      {"{", "byte 1"},
      {R"({"a":)", "byte 5"},
      {R"({"a":1,})", "byte 7"},
      {"[1,]", "byte 3"},
      {"[1 2]", "byte 3"},
      {"01", "byte 2"},
      {"1.", "byte 2"},
      {"1e", "byte 2"},
      {"tru", "byte 0"},
      {"nulls", "byte 4"},
      {R"("abc)", "byte 4"},
      {R"("\x")", "byte 1"},
      {R"("\u12g4")", "byte 1"},
      {"\"a\nb\"", "byte 2"},
      {"{} {}", "byte 3"},
      {"\"\xff\"", "byte 1"},
      {"\"\xc0\xaf\"", "byte 1"},
      {"\"\xed\xa0\x80\"", "byte 1"},
      {"\"\xf5\x80\x80\x80\"", "byte 1"},
      {"\"12345678\xe2\x82\"", "byte 9"},
      {"<html>", "byte 0"},
      {std::string("{}\0", 3), "byte 2"},
  };
  for (const auto& [text, where] : cases)
    EXPECT_THAT(Check(text), HasError(Code::kUnprocessable, where)) << text;
}

TEST(JsonPull, TakesEveryFormOfAValue) {
  for (const char* text :
       {"0", "-0.5e+10", "1E2", "true", "false", "null", "\"\"", "[]", "{}", " [ ] ",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"é€😀 and a longer text that is read eight bytes at a time\""}) {
    EXPECT_THAT(Check(text), IsOk()) << text;
  }
}

TEST(JsonPull, RefusesToGoDeeperThan64Levels) {
  EXPECT_THAT(Check(std::string(64, '[') + std::string(64, ']')), IsOk());
  EXPECT_THAT(Check(std::string(65, '[') + std::string(65, ']')),
              HasError(Code::kUnprocessable, "64 levels"));
  EXPECT_THAT(Check(std::string(1 << 20, '[')), HasError(Code::kUnprocessable, "64 levels"));
}

TEST(JsonPull, AgreesWithTheParsingTestSuite) {
  const std::filesystem::path folder = "/work/shared/data/json/JSONTestSuite_test_parsing";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no " << folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string name = entry.path().filename().string();
    if (name[0] == 'i') continue;
    EXPECT_EQ(Check(text.str()).ok(), name[0] == 'y') << name;
  }
}

}  // namespace
}  // namespace tarn::extract::spotify
