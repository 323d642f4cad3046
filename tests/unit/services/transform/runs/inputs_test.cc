#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/compression/gzip.h"
#include "services/transform/runs/csv_place.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/one_input.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Inputs : public testing::Test, protected OneInput {};

constexpr const char* kSumOfA = "SELECT CAST(sum(a) AS BIGINT) AS total, count(*) AS n FROM {{ input }}";

TEST_F(Inputs, JoinsSeveralByName) {
  rig.WritePipelineFile("p/transform.yaml", R"(
name: p
inputs:
  - {name: songs, bucket: raw, prefix: songs/, format: json}
  - {name: plays, bucket: raw, prefix: plays/, format: csv, columns: {song: VARCHAR, n: INTEGER}}
outputs:
  - {table: shop.out, model: out, mode: append}
)");
  rig.WritePipelineFile("p/models/out.sql", R"(
SELECT s.document->>'$.name' AS name, coalesce(sum(p.n), 0)::BIGINT AS plays
FROM {{ input('songs') }} s LEFT JOIN {{ input('plays') }} p ON p.song = (s.document->>'$.id') GROUP BY 1)");
  rig.Load();
  rig.Put("songs/1", R"({"id": "a", "name": "Tarn"})");
  rig.Put("plays/1", "song,n\na,2\na,3\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([["Tarn", 5]])"));
  // Without an object of the one with declared columns it is an empty relation.
  rig.Put("songs/2", R"({"id": "b", "name": "Lake"})");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([["Lake", 0], ["Tarn", 5]])"));
}

TEST_F(Inputs, UnpackByEndingOrAsDeclared) {
  Use("format: csv", kSumOfA);
  rig.Put("in/1.csv", "a\n1\n");
  rig.Put("in/2.csv.gz", compression::Gzip("a\n2\n"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[3, 2]]"));
  Use("format: json, compression: gzip",
      "SELECT CAST(document->>'$.a' AS BIGINT) AS total, 1::BIGINT AS n FROM {{ input }}");
  rig.Put("in/3", compression::Gzip(R"({"a": 7})"));
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[3, 2], [7, 1]]"));
}

TEST_F(Inputs, BuryWhatIsCutOffOrUnpacksToTooMuch) {
  RunnerOptions options;
  options.input.max_unpacked_bytes = 1 << 20;
  rig.Reopen(options);
  Use("format: csv", kSumOfA);
  const std::string packed = compression::Gzip("a\n5\n6\n");
  rig.Put("in/cut.csv.gz", packed.substr(0, packed.size() - 5));
  rig.Put("in/bomb.csv.gz", compression::Gzip("a\n" + std::string(8 << 20, '1')));
  rig.Put("in/fine.csv.gz", packed);
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[11, 2]]"));
  EXPECT_EQ(run.report.counts.at("objects_dead"), 2);
}

TEST_F(Inputs, ReadNdjsonAndCsvBehindAByteOrderMark) {
  Use("format: ndjson", "SELECT CAST(document->>'$.a' AS BIGINT) AS a FROM {{ input }}");
  rig.Put("in/1", "\xef\xbb\xbf{\"a\": 1}\n{\"a\": 2}\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1], [2]]"));
  Use("format: csv", "SELECT a FROM {{ input }}");
  rig.Put("in/2",
          "\xef\xbb\xbf"
          "a,b\n3,x\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1], [2], [3]]"));
}

TEST_F(Inputs, ReadCsvAsItsOptionsSay) {
  Use(R"(format: csv, csv: {delimiter: ";", quote: "'", header: false, "null": "-"}, columns: {a: BIGINT, b: VARCHAR})",
      "SELECT a, b FROM {{ input }}");
  rig.Put("in/1", "1;'x;y'\n-;z\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([[1, "x;y"], [null, "z"]])"));
}

TEST_F(Inputs, RememberTheColumnsOfTheLastRun) {
  Use("format: csv", "SELECT a, b FROM {{ input }}");
  rig.Put("in/1", "a,b\n1,x\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  // A file of nothing but a header, one without a column, and one whose column is empty.
  rig.Reopen();
  rig.Put("in/2", "a,b\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/3", "b\ny\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/4", "a,b\n,z\n");
  rig.Put("in/5", "");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([[1, "x"], [null, "y"], [null, "z"]])"));
}

TEST_F(Inputs, SayThatColumnsAreUnknownWithoutAnObject) {
  Use("format: csv", "SELECT a FROM {{ input }}");
  rig.Put("in/1", "");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(ReasonOf(run), HasSubstr("declare them"));
}

TEST_F(Inputs, FailARunWhoseColumnChangesItsType) {
  Use("format: csv", kSumOfA);
  rig.Put("in/1.csv", "a,b\n1,x\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/2.csv", "a,b\n1,x\n2,\"y\nz\"\nmany,z\n");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_THAT(ReasonOf(run),
              HasSubstr("column a has another type: BIGINT is expected, got \"many\" in line 5"));
  EXPECT_EQ(run.report.error->where(), "raw/in/2.csv: byte 16");
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1, 1]]"));
}

TEST_F(Inputs, WidenATypeForGood) {
  Use("format: csv, on_type_change: widen",
      "SELECT CAST(a AS DOUBLE) AS a, typeof(a) AS type FROM {{ input }}");
  rig.Put("in/1.csv", "a\n1\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/2.csv", "a\n2.5\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/3.csv", "a\n3\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([[1.0, "BIGINT"], [2.5, "DOUBLE"], [3.0, "DOUBLE"]])"));
}

TEST_F(Inputs, QuarantineTheObjectWhoseTypeDiffers) {
  Use("format: csv, columns: {a: BIGINT}, on_type_change: quarantine", kSumOfA);
  rig.Put("in/1.csv", "a\n1\n");
  rig.Put("in/2.csv", "a\n2\n2.5\n");
  rig.Put("in/3.csv", "a\n3\n");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_THAT(ReasonOf(run), HasSubstr("got \"2.5\" in line 3"));
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[4, 2]]"));
}

// The engine infers types from the beginning of a file.
TEST_F(Inputs, FindAValueThatDiffersFarBehindTheBeginning) {
  std::string text = "a\n";
  for (int i = 0; i < 60'000; ++i) text += "1\n";
  Use("format: csv, on_type_change: quarantine", kSumOfA);
  rig.Put("in/1.csv", "a\n1\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  rig.Put("in/2.csv", text + "many\n");
  rig.Put("in/3.csv", "a\n2\n");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_THAT(ReasonOf(run), HasSubstr("got \"many\" in line 60002"));
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[1, 1], [2, 1]]"));
}

TEST_F(Inputs, WidenWhatWasInferredTooNarrowlyAtFirst) {
  std::string text = "a\n";
  for (int i = 0; i < 60'000; ++i) text += "1\n";
  Use("format: csv", "SELECT count(*) AS n, max(a) AS last FROM {{ input }}");
  rig.Put("in/1.csv", text + "many\n");
  EXPECT_EQ(rig.PlanAndRun().state, RunState::kSucceeded);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([[60001, "many"]])"));
}

TEST_F(Inputs, TakeDeclaredColumnsOutOfDocuments) {
  Use(R"(format: json, columns: {id: BIGINT, "$.album.name": VARCHAR}, on_type_change: quarantine)",
      "SELECT id, \"$.album.name\" AS album FROM {{ input }}");
  rig.Put("in/1", R"({"id": 1, "album": {"name": "x"}})");
  rig.Put("in/2", R"({"id": "2", "album": {"name": "y"}})");
  rig.Put("in/3", R"({"id": 3, "album": {"name": ["z"]}})");
  rig.Put("in/4", R"({"id": null})");
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.report.counts.at("objects_dead"), 2);
  EXPECT_EQ(rig.Rows("shop.out"), json::parse(R"([[1, "x"], [null, null]])"));
  EXPECT_THAT(ReasonOf(run),
              HasSubstr("the value at $.\"id\" has another type: BIGINT is expected, got VARCHAR 2"));
}

TEST_F(Inputs, BuryAPoisonObjectAmongManyOfSeveralInputs) {
  rig.WritePipelineFile("p/transform.yaml", R"(
name: p
inputs:
  - {name: left, bucket: raw, prefix: left/, format: json}
  - {name: right, bucket: raw, prefix: right/, format: ndjson}
outputs:
  - {table: shop.out, model: out, mode: append}
)");
  rig.WritePipelineFile("p/models/numbers.sql",
                        "SELECT CAST(document->>'$.n' AS BIGINT) AS n FROM {{ input('left') }} UNION ALL "
                        "SELECT CAST(document->>'$.n' AS BIGINT) FROM {{ input('right') }}");
  rig.WritePipelineFile("p/models/out.sql",
                        "SELECT CAST(sum(n) AS BIGINT) AS total FROM {{ ref('numbers') }}");
  rig.Load();
  for (int i = 0; i < 20; ++i) {
    rig.Put("left/" + std::to_string(i), "{\"n\": " + std::to_string(i) + "}");
    rig.Put("right/" + std::to_string(i) + ".gz",
            compression::Gzip(i == 7 ? "{\"n\": 1}\n{\"n\": \"x\"}\n" : "{\"n\": 1}\n"));
  }
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kPartiallySucceeded);
  EXPECT_THAT(ReasonOf(run), HasSubstr("raw/right/7.gz: models/numbers.sql"));
  EXPECT_EQ(rig.Rows("shop.out"), json::parse("[[209]]"));
  ASSERT_EQ(run.report.models.size(), 2u);
  EXPECT_EQ(run.report.models[0].rows, 39);
}

TEST_F(Inputs, ReportViewsWithoutRows) {
  Use("format: json", "SELECT 1 AS one FROM {{ input }}");
  rig.Put("in/1", "{}");
  const auto run = rig.PlanAndRun();
  ASSERT_EQ(run.report.models.size(), 1u);
  EXPECT_FALSE(run.report.models[0].materialised);
  EXPECT_FALSE(run.report.models[0].rows.has_value());
  EXPECT_EQ(run.report.outputs.at(0).rows, 1);
}

TEST_F(Inputs, RefuseAHugeDocumentWithoutReadingIt) {
  RunnerOptions options;
  options.input.max_bytes = 1000;
  rig.Reopen(options);
  Use("format: json", "SELECT 1 AS one FROM {{ input }}");
  rig.Put("in/plain", "\"" + std::string(2000, 'x') + "\"");
  rig.Put("in/packed.gz", compression::Gzip("\"" + std::string(2000, 'x') + "\""));
  const auto run = rig.PlanAndRun();
  EXPECT_EQ(run.state, RunState::kFailed);
  EXPECT_EQ(run.report.counts.at("objects_dead"), 2);
  EXPECT_THAT(ReasonOf(run), HasSubstr("1000 bytes"));
}

TEST(CsvPlace, CountsRecordsAndLines) {
  const TempDirectory directory;
  std::ofstream(directory / "f", std::ios::binary) << "a,b\r\n1,\"x\ny\"\r\n\r\n2,\"q\"\"\n\"\n3,z";
  EXPECT_EQ(FindCsvRecord(directory / "f", 1, "\"")->line, 2u);
  EXPECT_EQ(FindCsvRecord(directory / "f", 2, "\"")->line, 5u);
  EXPECT_EQ(FindCsvRecord(directory / "f", 3, "\"")->line, 7u);
  EXPECT_EQ(FindCsvRecord(directory / "f", 3, "\"")->byte_offset, 25u);
  EXPECT_FALSE(FindCsvRecord(directory / "f", 4, "\"").has_value());
}

}  // namespace
}  // namespace tarn::transform
