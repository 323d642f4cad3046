#include "common/json/pull.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/result_matchers.h"

namespace tarn::json {
namespace {

Status Check(std::string_view text) {
  PullReader in(text);
  in.Skip();
  return in.Finish();
}

TEST(PullReader, ReadsWhatIsAskedForAndSkipsTheRest) {
  PullReader in(
      R"( {"a": [1, {"b": "x"}, null], "n": -12, "s": "tab\tA\u00e9", "t": true, "\u006e\u0061me": "x"} )");
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
  EXPECT_EQ(name, "x");
}

TEST(PullReader, GivesNothingForValuesOfAnotherType) {
  PullReader in(R"([7, {}, "7", 7.5, 1e3, 9223372036854775808, "x", false, "true"])");
  int at = 0;
  in.Array([&] {
    const bool is_given = at < 2 ? in.String().has_value() : at < 7 ? in.Integer().has_value() : in.True();
    EXPECT_FALSE(is_given) << at;
    ++at;
  });
  EXPECT_THAT(in.Finish(), IsOk());
  EXPECT_EQ(at, 9);
}

TEST(PullReader, ReadsTheSmallestAndTheLargestInteger) {
  EXPECT_EQ(PullReader("-9223372036854775808").Integer(), INT64_MIN);
  EXPECT_EQ(PullReader("9223372036854775807").Integer(), INT64_MAX);
  EXPECT_EQ(PullReader("-0").Integer(), 0);
}

TEST(PullReader, ReadsEveryEscape) {
  EXPECT_EQ(PullReader(R"("\"\\\/\b\f\n\r\t")").String(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(PullReader(R"("plain \u00e9 \u20AC \uD83D\uDE00\uDBFF\uDFFF end")").String(),
            "plain é € 😀\xF4\x8F\xBF\xBF end");
  EXPECT_EQ(PullReader(R"("a\u0000b")").String(), std::string_view("a\0b", 3));
}

TEST(PullReader, GivesValuesAsTheyStandInTheText) {
  PullReader in(R"([ {"a" : 1} , [ ],"x\n" ])");
  std::vector<std::string_view> values;
  in.Array([&] {
    const size_t start = in.Position();
    in.Skip();
    values.push_back(in.Since(start));
  });
  EXPECT_THAT(in.Finish(), IsOk());
  EXPECT_EQ(values, (std::vector<std::string_view>{R"({"a" : 1})", "[ ]", R"("x\n")"}));
}

TEST(PullReader, KnowsWhatIsWrongAndWhere) {
  struct Case {
    std::string text, message, where;
  };
  const Case cases[] = {
      {"", "cut off: it ends at byte 0", "byte 0"},
      {" ", "cut off", "byte 1"},
      {"{", "cut off", "byte 1"},
      {R"({"a)", "cut off", "byte 3"},
      {R"({"a":)", "cut off", "byte 5"},
      {R"([1, 2)", "cut off", "byte 5"},
      {"tru", "cut off", "byte 3"},
      {"-", "cut off", "byte 1"},
      {"1.", "cut off", "byte 2"},
      {"1e+", "cut off", "byte 3"},
      {R"("abc)", "cut off", "byte 4"},
      {R"("\)", "cut off", "byte 2"},
      {R"("\u12)", "cut off", "byte 5"},
      {R"("\ud83d\)", "cut off", "byte 8"},
      {R"({"a":1,})", "the name of a member", "byte 7"},
      {R"({"a" 1})", "a colon", "byte 5"},
      {R"({"a":1 "b":2})", "a comma or a closing brace", "byte 7"},
      {"[1,]", "expected a value", "byte 3"},
      {"[1 2]", "a comma or a closing bracket", "byte 3"},
      {"[1}", "a comma or a closing bracket", "byte 2"},
      {"01", "something follows", "byte 1"},
      {"-a", "expected a digit", "byte 1"},
      {"[1.e3]", "expected a digit", "byte 3"},
      {"trust", "expected a value", "byte 0"},
      {"nulls", "something follows", "byte 4"},
      {R"("\x")", "unknown escape", "byte 2"},
      {R"("\u12g4")", "four hexadecimal digits", "byte 5"},
      {R"("\uD800")", "surrogate", "byte 7"},
      {R"("\uDC00")", "surrogate", "byte 7"},
      {R"("\uD800\u0041")", "surrogate", "byte 13"},
      {"\"a\nb\"", "control character", "byte 2"},
      {"{} {}", "something follows", "byte 3"},
      {"\"\xff\"", "not UTF-8", "byte 1"},
      {"\"\xc0\xaf\"", "not UTF-8", "byte 1"},
      {"\"\xed\xa0\x80\"", "not UTF-8", "byte 1"},
      {"\"\xf5\x80\x80\x80\"", "not UTF-8", "byte 1"},
      {"\"12345678\xe2\x82\"", "not UTF-8", "byte 9"},
      {"<html>", "expected a value", "byte 0"},
      {std::string("{}\0", 3), "something follows", "byte 2"},
  };
  for (const auto& [text, message, where] : cases) {
    const Status status = Check(text);
    EXPECT_THAT(status, HasError(Code::kUnprocessable, message)) << text;
    if (status.ok()) continue;
    EXPECT_EQ(status.error().where(), where) << text;
  }
}

TEST(PullReader, RefusesAnotherTypeWhereAnObjectOrAnArrayMustBe) {
  PullReader object("[]"), array("{}");
  object.Object([](std::string_view) { FAIL(); });
  array.Array([] { FAIL(); });
  EXPECT_THAT(object.Finish(), HasError(Code::kUnprocessable, "expected an object"));
  EXPECT_THAT(array.Finish(), HasError(Code::kUnprocessable, "expected an array"));
}

TEST(PullReader, GivesNothingMoreAfterAMistake) {
  PullReader in(R"(["a", "b\x", "c", {"d": 1}])");
  std::vector<std::string> texts;
  in.Array([&] {
    if (const auto text = in.String()) texts.emplace_back(*text);
  });
  EXPECT_EQ(texts, std::vector<std::string>{"a"});
  EXPECT_FALSE(in.AtString() || in.AtObject() || in.AtArray());
  EXPECT_FALSE(in.String() || in.Integer() || in.True());
  EXPECT_EQ(in.Position(), 9U);
  EXPECT_THAT(in.Finish(), HasError(Code::kUnprocessable, "unknown escape in a string at byte 9"));
}

TEST(PullReader, RefusesToGoDeeperThan64Levels) {
  EXPECT_THAT(Check(std::string(64, '[') + std::string(64, ']')), IsOk());
  EXPECT_THAT(Check(std::string(65, '[') + std::string(65, ']')),
              HasError(Code::kUnprocessable, "deeper than 64 levels at byte 64"));
  EXPECT_THAT(Check(std::string(1 << 20, '[')), HasError(Code::kUnprocessable, "64 levels"));
  std::string objects;
  for (int i = 0; i < 50'000; ++i) objects += "[{\"\":";
  EXPECT_THAT(Check(objects), HasError(Code::kUnprocessable, "64 levels"));
}

TEST(PullReader, LetsAByteOrderMarkPass) {
  EXPECT_THAT(Check("\xEF\xBB\xBF{}"), IsOk());
  EXPECT_THAT(Check("\xEF\xBB\xBF x"), HasError(Code::kUnprocessable, "byte 4"));
  EXPECT_THAT(Check("\xEF\xBB{}"), HasError(Code::kUnprocessable, "byte 0"));
}

}  // namespace
}  // namespace tarn::json
