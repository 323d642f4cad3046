#include "services/extract/sources/rest/json_scan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "common/json/json.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::rest {
namespace {

std::vector<JsonPath> Paths(const std::vector<std::string>& texts) {
  std::vector<JsonPath> paths;
  for (const std::string& text : texts) paths.push_back(JsonPath::Parse(text).value());
  return paths;
}

TEST(JsonScan, FindsValuesByPointerAndByDottedPath) {
  const std::string text = R"( {"a": {"b": [1, {"c": "x"}], "d/e": null}, "n": -1.5e3} )";
  const auto scan = ScanJson(text, Paths({"a.b", "/a/b/1/c", "/a/d~1e", "n", "a.x", ""}));
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->found[0]->text, R"([1, {"c": "x"}])");
  EXPECT_EQ(scan->found[0]->elements, 2);
  EXPECT_EQ(scan->found[1]->text, R"("x")");
  EXPECT_TRUE(scan->found[2]->IsNull());
  EXPECT_EQ(scan->found[3]->text, "-1.5e3");
  EXPECT_FALSE(scan->found[4]);
  EXPECT_TRUE(scan->found[5]->IsObject());
}

TEST(JsonScan, KnowsNamesWithEscapesAndTakesTheLastOfTwo) {
  const std::string text = R"({"\u0061": 1, "a": 2, "b": [[], {}]})";
  const auto scan = ScanJson(text, Paths({"a"}));
  ASSERT_THAT(scan, IsOk());
  EXPECT_EQ(scan->found[0]->text, "2");
  EXPECT_EQ(ValueAt(text, JsonPath::Parse("a").value()), "2");
  EXPECT_EQ(ScalarText(R"("\u00e9\n")"), "\xC3\xA9\n");
  ASSERT_EQ(scan->top_arrays.size(), 1U);
  EXPECT_EQ(ElementsOf(scan->top_arrays[0].text), (std::vector<std::string_view>{"[]", "{}"}));
}

TEST(JsonScan, SaysWhereATextIsBroken) {
  const struct {
    std::string text, message, where;
  } cases[] = {
      {"", "cut off", "byte 0"},
      {R"({"a": [1, 2)", "cut off", "byte 11"},
      {R"({"a": "x)", "cut off", "byte 8"},
      {R"({"a": tru)", "cut off", "byte 9"},
      {R"({"a" 1})", "expected a colon", "byte 5"},
      {R"([1 2])", "expected a comma", "byte 3"},
      {R"([1,])", "expected a value", "byte 3"},
      {R"({} x)", "something follows", "byte 3"},
      {"[\"a\xFFz\"]", "not UTF-8", "byte 3"},
      {"[\"a\xC0\xAFz\"]", "not UTF-8", "byte 3"},
      {"[\"a\nz\"]", "control character", "byte 3"},
      {R"(["\uD800"])", "surrogate", "byte 8"},
      {R"(["\x"])", "unknown escape", "byte 3"},
      {"[01]", "expected a comma", "byte 2"},
      {std::string(65, '[') + std::string(65, ']'), "deeper than 64", "byte 64"},
  };
  for (const auto& each : cases) {
    const auto scan = ScanJson(each.text);
    EXPECT_THAT(scan, HasError(Code::kUnprocessable, each.message)) << each.text;
    if (scan.ok()) continue;
    EXPECT_EQ(scan.error().where(), each.where) << each.text;
  }
  EXPECT_THAT(ScanJson(std::string(64, '[') + std::string(64, ']')), IsOk());
  EXPECT_THAT(ScanJson("\xEF\xBB\xBF{}"), IsOk());
}

/// A parser of another make is the judge, over texts that are slightly wrong.
TEST(JsonScan, AcceptsWhatAParserAccepts) {
  const std::string seed =
      R"({"id": 12, "t": "a\"b\\ \u00e9 \uD83D\uDE00 é", "l": [1.5, -0, 2e-3, true, false, null],
    "o": {"x": {}, "y": [[]]}, "long text to pass the eight byte steps": "0123456789abcdef"})";
  const std::string bytes = "{}[]\",:\\u0eE+-.tfn \n\x80\xC3\xED\xF0";
  std::mt19937 random(7);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = seed;
    for (int edit = static_cast<int>(random() % 3); edit >= 0; --edit) {
      const size_t at = random() % text.size();
      const char byte = bytes[random() % bytes.size()];
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 3);
      } else if (random() % 2 == 0) {
        text.insert(at, 1, byte);
      } else {
        text[at] = byte;
      }
    }
    const auto parsed = json::Parse(text);
    const auto scan = ScanJson(text);
    ASSERT_EQ(scan.ok(), parsed.ok()) << text;
    accepted += parsed.ok();
  }
  EXPECT_GT(accepted, 1000);
}

/// Walking must find what the document has, whatever its members are.
TEST(JsonScan, FindsWhatADocumentHas) {
  const auto document =
      nlohmann::json::parse(R"({"a": [{"b": "x,]}"}, [], "\"", 7], "c": {"d": [[1], [2, 3]]}})");
  const auto flat = document.flatten();
  for (const int indent : {-1, 0, 3}) {
    const std::string text = document.dump(indent);
    for (const auto& [pointer, value] : flat.items()) {
      const auto path = JsonPath::Parse(pointer);
      ASSERT_THAT(path, IsOk());
      const auto found = ValueAt(text, *path);
      ASSERT_TRUE(found) << pointer;
      EXPECT_EQ(nlohmann::json::parse(*found), document.at(nlohmann::json::json_pointer(pointer))) << pointer;
      const auto scanned = ScanJson(text, {*path});
      EXPECT_EQ(scanned->found[0]->text, *found) << pointer;
    }
  }
}

}  // namespace
}  // namespace tarn::extract::rest
