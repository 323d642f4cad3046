#include "services/catalog/inference/classifiers/classifier.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/catalog/inference/classifiers/line_pattern.h"
#include "services/catalog/inference/classifiers/records_path.h"
#include "tests/support/result_matchers.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Classifier, IsReadFromJsonAndWrittenBackTheSame) {
  const json options[] = {
      {{"name", "a"},
       {"kind", "csv"},
       {"delimiter", "||"},
       {"quote", ""},
       {"header", false},
       {"skip_lines", 3},
       {"names", {"x", "y"}},
       {"types", {{"x", "DOUBLE"}}}},
      {{"name", "b"}, {"kind", "json"}, {"path", "$.data['odd name'][*]"}},
      {{"name", "c"}, {"kind", "regex"}, {"pattern", "(?P<ip>\\S+) (?P<rest>.*)"}, {"unmatched", "skip"}},
  };
  for (const json& value : options) {
    const auto classifier = ParseClassifier(value);
    ASSERT_THAT(classifier, IsOk());
    EXPECT_EQ(ClassifierToJson(*classifier), value);
  }
}

TEST(Classifier, ThatIsWrongIsRefusedWithThePlace) {
  const struct {
    const char* value;
    const char* where;
  } cases[] = {
      {R"({"kind": "csv"})", "/0/name"},
      {R"({"name": "a", "kind": "grok"})", "/0/kind"},
      {R"({"name": "a", "kind": "csv", "delimiter": ""})", "/0/delimiter"},
      {R"({"name": "a", "kind": "csv", "delimiter": "12345"})", "/0/delimiter"},
      {R"({"name": "a", "kind": "csv", "quote": "''"})", "/0/quote"},
      {R"({"name": "a", "kind": "csv", "skip_lines": -1})", "/0/skip_lines"},
      {R"({"name": "a", "kind": "csv", "names": ["x", "X"]})", "/0/names"},
      {R"({"name": "a", "kind": "csv", "pattern": "x"})", "/0/pattern"},
      {R"({"name": "a", "kind": "json", "path": "items"})", "/0/path"},
      {R"({"name": "a", "kind": "json", "path": "$.a[0]"})", "/0/path"},
      {R"({"name": "a", "kind": "regex"})", "/0/pattern"},
      {R"({"name": "a", "kind": "regex", "pattern": "(?P<x>a", "types": {}})", "/0/pattern"},
      {R"({"name": "a", "kind": "csv", "types": {"x": 1}})", "/0/types"},
      {R"(1)", "/0"},
  };
  for (const auto& [value, where] : cases) {
    SCOPED_TRACE(value);
    const auto classifiers = ParseClassifiers(json::array({json::parse(value)}));
    ASSERT_FALSE(classifiers.ok());
    EXPECT_EQ(classifiers.error().code(), Code::kInvalidArgument);
    EXPECT_EQ(classifiers.error().where(), where);
  }
  EXPECT_THAT(
      ParseClassifiers(json::parse(R"([{"name": "a", "kind": "csv"}, {"name": "a", "kind": "json"}])")),
      HasError(Code::kInvalidArgument, "same name"));
}

TEST(RecordsPath, LeadsThroughMembers) {
  EXPECT_THAT(*ParseRecordsPath("$"), IsEmpty());
  EXPECT_THAT(*ParseRecordsPath("$[*]"), IsEmpty());
  EXPECT_THAT(*ParseRecordsPath("$.a.b[*]"), ElementsAre("a", "b"));
  EXPECT_THAT(*ParseRecordsPath("$['it\\'s'].b"), ElementsAre("it's", "b"));
  for (const char* wrong : {"", "a", "$.", "$..a", "$.a[*].b", "$['a", "$['a'", "$[", "$['a\\", "$x"})
    EXPECT_THAT(ParseRecordsPath(wrong), HasError(Code::kInvalidArgument, "JSON path")) << wrong;
}

TEST(LinePattern, FindsItsGroupsAndNothingElse) {
  const auto pattern =
      ParseLinePattern(R"(^(?<ip>[^ (]+) \((?P<user>[]()]*|(?:-))\) \[(?P<t>[[:digit:]:\]]+)\])");
  ASSERT_THAT(pattern, IsOk());
  EXPECT_THAT(pattern->groups, ElementsAre("ip", "user", "t"));
  EXPECT_TRUE(pattern->text.starts_with("^(?P<ip>")) << pattern->text;
}

TEST(LinePattern, ThatCannotMakeColumnsIsRefused) {
  for (const char* wrong : {"", "abc", "(a)(?P<b>c)", "(?P<a>x)(?P<A>y)", "(?P<a>x", "(?P<a", "(?P<a>[)",
                            "(?P<a>x)(?=y)", "(?P<a>x){2000}", "(?P<a>\\Qx\\E)", "(?P<a>x)\\", "(?P<>x)"})
    EXPECT_THAT(ParseLinePattern(wrong), HasError(Code::kInvalidArgument, "")) << wrong;
  EXPECT_THAT(ParseLinePattern("(?P<a>" + std::string(5000, 'x') + ")"),
              HasError(Code::kInvalidArgument, "4096"));
}

}  // namespace
}  // namespace tarn::catalog
