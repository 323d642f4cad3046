#include "common/yaml/yaml_document.h"

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::yaml {
namespace {

TEST(ParseYaml, GivesTheJsonThatItStandsFor) {
  const auto value = ParseYaml("a: 1\nb: [true, x, '2', ~]\nc:\n  d: \"true\"\n");
  ASSERT_THAT(value, IsOk());
  EXPECT_EQ(value->dump(), R"({"a":1,"b":[true,"x","2",null],"c":{"d":"true"}})");
}

TEST(ParseYaml, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(ParseYaml("a: {b: 1, b: 2}"), HasError(Code::kInvalidArgument, "twice"));
}

TEST(ParseYaml, IsNotBlownUpByAliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  EXPECT_THAT(ParseYaml(text), HasError(Code::kTooLarge, "too many"));
}

TEST(AtLine, AddsTheLineOfTheValueAtFault) {
  Lines lines;
  ASSERT_THAT(ParseYaml("a: 1\nb:\n  - c: 2\n    d: 3\n", &lines), IsOk());
  const auto where = [&](const char* pointer) {
    return AtLine(Error(Code::kInvalidArgument, "wrong").At(pointer), lines).where();
  };
  EXPECT_EQ(where("/b/0/d"), "line 4, /b/0/d");
  EXPECT_EQ(where("/b/0/missing"), "line 3, /b/0/missing");
  EXPECT_EQ(where("/b/7"), "line 3, /b/7");
  EXPECT_EQ(where(""), "line 1");
  EXPECT_EQ(where("line 9"), "line 9");
}

}  // namespace
}  // namespace tarn::yaml
