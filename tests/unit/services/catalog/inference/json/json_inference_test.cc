#include "services/catalog/inference/json/json_inference.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::inference {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Json : public testing::Test {
 protected:
  Result<JsonVerdict> Infer(std::string_view content, const JsonOptions& options = {}) {
    const auto file = directory_ / "a.json";
    std::ofstream(file, std::ios::binary) << content;
    return InferJson(file, options);
  }
  static std::vector<std::string> Describe(const JsonVerdict& verdict) {
    std::vector<std::string> columns;
    for (const JsonColumn& column : verdict.columns) columns.push_back(column.name + " " + column.type);
    return columns;
  }

  const TempDirectory directory_;
};

struct Case {
  const char* name;
  const char* content;
  std::vector<std::string> columns;
  const char* layout;
  int64_t rows;
};

class JsonText : public Json, public testing::WithParamInterface<Case> {};

TEST_P(JsonText, HasColumns) {
  const auto verdict = Infer(GetParam().content, {~uint64_t{0}, true});
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(Describe(*verdict), GetParam().columns);
  EXPECT_EQ(verdict->layout, GetParam().layout);
  EXPECT_EQ(verdict->rows, GetParam().rows);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, JsonText,
    testing::Values(
        Case{"Lines", "{\"a\":1}\n{\"a\":2.5,\"b\":\"x\"}\n", {"a DOUBLE", "b VARCHAR"}, "ndjson", 2},
        Case{"Array",
             R"([{"id": 1, "tags": ["x"]}, {"id": 2, "name": "b"}])",
             {"id BIGINT", "tags VARCHAR[]", "name VARCHAR"},
             "array",
             2},
        Case{"Records", "{\n\"a\": 1\n}\n{\n\"a\": true\n}\n", {"a VARCHAR"}, "records", 2},
        Case{"Object",
             R"({"a": {"b c": [1, 2], "d": null}})",
             {"a STRUCT(\"b c\" BIGINT[], d \"NULL\")"},
             "object",
             1},
        Case{"Wrapped",
             R"({"total": 2, "items": [{"id": 1}, {"id": 2}], "next": null})",
             {"id BIGINT"},
             "wrapped",
             2},
        Case{"TwoListsAreNotWrapped",
             R"({"a": [{"x": 1}], "b": [{"y": 1}]})",
             {"a STRUCT(x BIGINT)[]", "b STRUCT(y BIGINT)[]"},
             "object",
             1},
        Case{"Conflict", "{\"a\": {\"x\": 1}}\n{\"a\": [1]}\n{\"a\": 5}\n", {"a JSON"}, "ndjson", 3},
        Case{"Dates",
             "{\"d\":\"2024-01-01\",\"t\":\"2024-01-01T10:00:00\"}\n{\"d\":\"2024-01-02\",\"t\":\"2024-01-"
             "01\"}\n",
             {"d DATE", "t TIMESTAMP"},
             "ndjson",
             2},
        Case{"Zones", R"({"t":"2024-01-01T10:00:00Z"})", {"t TIMESTAMP WITH TIME ZONE"}, "object", 1},
        Case{"BigNumbers",
             R"([{"u":18446744073709551615,"h":18446744073709551615,"d":1e400},{"u":1,"h":-1,"d":1}])",
             {"u HUGEINT", "h HUGEINT", "d DOUBLE"},
             "array",
             2},
        Case{"NoValues", R"([{"a": null, "b": [], "c": {}}])", {"a NULL", "b \"NULL\"[]", "c JSON"}, "array", 1},
        Case{"Scalars", "[1, 2, 3]", {"json BIGINT"}, "array", 3},
        Case{"NestedLists", R"([{"m": [[1], [2.5]]}])", {"m DOUBLE[][]"}, "array", 1},
        Case{"Escapes", R"([{"a\u00e9\ud83d\ude42": "x\n"}])", {"a\u00e9\U0001f642 VARCHAR"}, "array", 1},
        Case{"ByteOrderMark", "\xef\xbb\xbf[{\"a\":1}]", {"a BIGINT"}, "array", 1}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Json, TakesManyNamesForAMap) {
  std::string content;
  for (int i = 0; i < 2'000; ++i)
    content += "{\"scores\": {\"user" + std::to_string(i) + "\": " + std::to_string(i) + "}}\n";
  const auto verdict = Infer(content);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_THAT(Describe(*verdict), ElementsAre("scores MAP(VARCHAR, BIGINT)"));
}

TEST_F(Json, ShowsWhatRuledATypeOut) {
  const auto verdict = Infer("{\"a\":1}\n{\"a\":2}\n{\"a\":\"x\"}\n");
  ASSERT_THAT(verdict, IsOk());
  const RuledOut& against = verdict->evidence.columns.at(0).ruled_out.at(0);
  EXPECT_EQ(against.type, "BIGINT");
  EXPECT_EQ(against.value, "x");
  EXPECT_EQ(against.place.line, 3);
  EXPECT_EQ(against.place.byte_offset, 21u);
}

TEST_F(Json, StopsAtTheLimitAndSaysSo) {
  std::string content;
  for (int i = 0; i < 10'000; ++i) content += "{\"a\":1}\n";
  const auto verdict = Infer(content, {1'000, false});
  ASSERT_THAT(verdict, IsOk());
  EXPECT_FALSE(verdict->evidence.sample.complete);
  EXPECT_LT(verdict->rows, 200);
}

TEST_F(Json, RefusesWhatIsTooDeepOrTooWide) {
  EXPECT_THAT(Infer(std::string(100'000, '[')), HasError(Code::kUnprocessable, "64 levels"));
  std::string wide = "[{";
  for (int i = 0; i < 60'000; ++i) wide += "\"k" + std::to_string(i) + "\":1,";
  wide += "\"k\":1}]";
  EXPECT_THAT(Infer(wide), HasError(Code::kUnprocessable, "too many different members"));
  EXPECT_THAT(Infer("  \n"), HasError(Code::kUnprocessable, "empty"));
  EXPECT_THAT(Infer("{\"a\": 1}\n{\"a\": "), HasError(Code::kUnprocessable, "line 2"));
}

// https://github.com/nst/JSONTestSuite: y_ must be accepted, n_ refused, i_ may be either.
TEST_F(Json, KnowsWhatIsJson) {
  const char* set = std::getenv("TARN_DATA");
  const fs::path data = set ? fs::path(set) : fs::path(TARN_SOURCE_DIR).parent_path() / "shared" / "data";
  const fs::path folder = data / "json/JSONTestSuite_test_parsing";
  if (!fs::exists(folder)) GTEST_SKIP() << "no " << folder;
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!name.ends_with(".json")) continue;
    ++files;
    const auto verdict = InferJson(entry.path());
    // Several values in a row are no JSON text, but they are records.
    const bool accepted = verdict.ok() && verdict->documents == 1;
    EXPECT_TRUE(accepted || !name.starts_with("y_"))
        << name << ": " << (verdict.ok() ? "" : verdict.error().message());
    EXPECT_FALSE(accepted && name.starts_with("n_")) << name;
  }
  EXPECT_GT(files, 300);
}

}  // namespace
}  // namespace tarn::inference
