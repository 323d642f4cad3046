// Files as people and programs write them, each with what a person reads in it: data/dirty_truth.jsonl.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "services/catalog/inference/csv/csv_inference.h"
#include "tests/support/result_matchers.h"

namespace tarn::inference {

// Named for what a failure shows; gtest prints JSON badly.
struct DirtyFile {
  nlohmann::json truth;
};
void PrintTo(const DirtyFile& file, std::ostream* out) { *out << file.truth.dump(); }

namespace {

using nlohmann::json;
const std::filesystem::path kData =
    std::filesystem::path(TARN_SOURCE_DIR) / "tests/unit/services/catalog/inference/data";

std::vector<DirtyFile> DirtyFiles() {
  std::vector<DirtyFile> files;
  std::ifstream lines(kData / "dirty_truth.jsonl");
  for (std::string line; std::getline(lines, line);) files.push_back({json::parse(line)});
  return files;
}

json Answer(const TextSample& sample, const CsvVerdict& verdict) {
  const auto text = [](char c) { return c == 0 ? std::string() : std::string(1, c); };
  json answer = {{"encoding", EncodingName(sample.encoding.encoding)},
                 {"delimiter", verdict.dialect.delimiter},
                 {"quote", text(verdict.dialect.quote)},
                 {"escape", text(verdict.dialect.escape)},
                 {"comment", verdict.dialect.comment},
                 {"skip_lines", verdict.skip_lines},
                 {"header_lines", verdict.header_lines},
                 {"footer_lines", verdict.footer_lines},
                 {"rows", verdict.rows},
                 {"columns", json::array()},
                 {"types", json::array()}};
  for (const CsvColumn& column : verdict.columns) {
    answer["columns"].push_back(column.name);
    answer["types"].push_back(column.type);
  }
  return answer;
}

class DirtyCsv : public testing::TestWithParam<DirtyFile> {};

TEST_P(DirtyCsv, IsReadAsPeopleReadIt) {
  const json& truth = GetParam().truth;
  const auto sample = SampleText(kData / truth["file"].get<std::string>());
  ASSERT_THAT(sample, IsOk());
  const auto verdict = InferCsv(*sample);
  ASSERT_THAT(verdict, IsOk());
  const json answer = Answer(*sample, *verdict);
  for (const auto& [what, expected] : truth.items()) {
    if (what == "file") continue;
    if (what == "columns" && expected.is_number())
      EXPECT_EQ(answer["columns"].size(), expected) << what;
    else
      EXPECT_EQ(answer[what], expected) << what;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, DirtyCsv, testing::ValuesIn(DirtyFiles()), [](const auto& info) {
  std::string name = info.param.truth["file"];
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});

TEST(DirtyCsvEvidence, SaysWhichValueRuledATypeOut) {
  const auto sample = SampleText(kData / "mixed_column.csv");
  ASSERT_THAT(sample, IsOk());
  const auto verdict = InferCsv(*sample);
  ASSERT_THAT(verdict, IsOk());
  const ColumnEvidence& column = verdict->evidence.columns.at(1);
  const auto bigint = std::find_if(column.ruled_out.begin(), column.ruled_out.end(),
                                   [](const RuledOut& against) { return against.type == "BIGINT"; });
  ASSERT_NE(bigint, column.ruled_out.end());
  EXPECT_EQ(bigint->value, "n/a");
  EXPECT_EQ(bigint->place.line, 7);
  EXPECT_EQ(bigint->place.byte_offset, std::string("id,v\n0,0\n1,1\n2,2\n3,3\n4,4\n5,").size());
  EXPECT_EQ(column.note, "mostly numbers");
}

TEST(DirtyCsvEvidence, CountsOffsetsInTheFilesOwnEncoding) {
  const auto sample = SampleText(kData / "utf16le_no_bom.csv");
  ASSERT_THAT(sample, IsOk());
  const auto verdict = InferCsv(*sample);
  ASSERT_THAT(verdict, IsOk());
  const RuledOut& against = verdict->evidence.columns.at(1).ruled_out.at(0);
  EXPECT_EQ(against.value, "Anna Meyer");
  EXPECT_EQ(against.place.byte_offset, 2 * std::string("id,name,n\n0,").size());
}

}  // namespace
}  // namespace tarn::inference
