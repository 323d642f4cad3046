#include "services/transform/quality/json_scan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace tarn::transform {
namespace {

TEST(JsonScan, AcceptsValuesOfAnyShape) {
  for (const char* text :
       {"{}", "[]", " 1 ", "-0.5e+10", "0", "true", "[null, false]", "\"\"", "{\"a\":[1,{\"b\":[]}]}\n",
        R"("\u00e9\ud83d\ude00\n")", "\"\xc3\xa9 \xf0\x9f\x94\xa5\"", "\xef\xbb\xbf{}"}) {
    EXPECT_TRUE(IsJson(text, 200)) << text;
  }
}

TEST(JsonScan, RefusesWhatTheGrammarDoesNotKnow) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[1,]",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "[1 2]",
                           "{} {}",
                           "01",
                           "1.",
                           ".5",
                           "1e",
                           "-",
                           "+1",
                           "NaN",
                           "tru",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           R"("\ud83d")",
                           R"("\ude00")",
                           R"("\ud83dx")",
                           "\"tab\there\"",
                           "]",
                           "[}",
                           "'a'",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf5\x80\x80\x80\"",
                           "\"\xe2\x82\"",
                           "// a\n1"}) {
    EXPECT_FALSE(IsJson(text, 200)) << text;
  }
}

TEST(JsonScan, FollowsNestingUpToItsLimit) {
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  EXPECT_TRUE(IsJson(deep, 200));
  EXPECT_FALSE(IsJson(deep, 199));
  EXPECT_FALSE(IsJson(std::string(10'000'000, '['), 200));
}

// The two differ only where a number is beyond what a double holds, which no change here makes.
TEST(JsonScan, AgreesWithAFullParserOnDamagedText) {
  const std::string whole =
      R"({"a": [1, -2.5e3, true, null, "x\"y\\\u00e9é🔥 and more than eight plain bytes"], "b": {"c": {}, "d": []}})";
  std::mt19937 random(1);
  const auto pick = [&random](size_t count) { return random() % count; };
  const std::string replacements = "{}[]\",:\\ue0129.-+ \n\t\x01\x80\xc3\xf0\xff";
  for (int i = 0; i < 50'000; ++i) {
    std::string text = whole;
    for (size_t changes = 1 + pick(2); changes > 0; --changes) {
      const size_t at = pick(text.size());
      if (pick(3) == 0) {
        text.erase(at, 1 + pick(3));
      } else {
        text[at] = replacements[pick(replacements.size())];
      }
    }
    ASSERT_EQ(IsJson(text, 200), nlohmann::json::accept(text)) << text;
  }
}

}  // namespace
}  // namespace tarn::transform
