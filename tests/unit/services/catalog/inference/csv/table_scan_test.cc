// Large files, of which a sample is read.
#include <gmock/gmock.h>

#include <fstream>

#include "services/catalog/inference/csv/csv_inference.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::inference {
namespace {

constexpr SampleLimits kSmall{20'000, 5'000, 5'000};

class LargeCsv : public testing::Test {
 protected:
  Result<CsvVerdict> Infer(const std::string& content) {
    const auto file = directory_ / "large.csv";
    std::ofstream(file, std::ios::binary) << content;
    TARN_ASSIGN(sample_, SampleText(file, kSmall));
    return InferCsv(sample_);
  }

  static std::string Rows(int from, int to) {
    std::string rows;
    for (int i = from; i < to; ++i)
      rows += std::to_string(i) + ",\"name, of\n" + std::to_string(i) + "\",2.5\n";
    return rows;
  }

  const TempDirectory directory_;
  TextSample sample_;
};

TEST_F(LargeCsv, IsSampledAtItsStartMiddleAndEndAndSaysSo) {
  const auto verdict = Infer("id,name,x\n" + Rows(0, 20'000));
  ASSERT_THAT(verdict, IsOk());
  EXPECT_FALSE(verdict->evidence.sample.complete);
  EXPECT_LE(verdict->evidence.sample.read_bytes, kSmall.Sum() + 100);
  ASSERT_EQ(verdict->evidence.sample.ranges.size(), 3u);
  EXPECT_EQ(verdict->evidence.sample.ranges[0].first, 0u);
  std::string columns;
  for (const CsvColumn& column : verdict->columns) columns += column.name + " " + column.type + ";";
  EXPECT_EQ(columns, "id BIGINT;name VARCHAR;x DOUBLE;");
  EXPECT_EQ(verdict->longer.count + verdict->shorter.count, 0) << "a slice was not entered at a row";
  EXPECT_THAT(verdict->evidence.notes, testing::Contains(testing::HasSubstr("sample")));
}

TEST_F(LargeCsv, TypesCountValuesOfTheEnd) {
  const auto verdict = Infer("id,name,x\n" + Rows(0, 20'000) + "zz,last,y\n");
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->columns[0].type, "VARCHAR");
  const RuledOut& against = verdict->evidence.columns[0].ruled_out.at(1);
  EXPECT_EQ(against.value, "zz");
  EXPECT_EQ(against.place.line, 0) << "lines are not counted behind a gap";
  EXPECT_EQ(against.place.byte_offset, std::filesystem::file_size(directory_ / "large.csv") - 10);
}

TEST_F(LargeCsv, FindsFootnotesAtTheEnd) {
  const auto verdict = Infer("id,name,x\n" + Rows(0, 20'000) + "\nSource: the office of statistics\n");
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->footer_lines, 2);
  EXPECT_EQ(verdict->columns[0].type, "BIGINT");
}

TEST(HostileCsv, OfALineOf100MegabytesIsRefused) {
  const TempDirectory directory;
  const auto file = directory / "line.csv";
  const std::string part(1'000'000, 'x');
  for (const bool header : {false, true}) {
    {
      std::ofstream out(file, std::ios::binary);
      if (header) out << "a,b\n1,2\n";
      for (int i = 0; i < 100; ++i) out << part;
    }
    const auto sample = SampleText(file);
    ASSERT_THAT(sample, IsOk());
    EXPECT_LE(sample->read_bytes, 16'000'000u);
    EXPECT_THAT(InferCsv(*sample), HasError(Code::kUnprocessable, header ? "line 3" : "line 1"));
  }
}

TEST(HostileCsv, OfManyColumnsIsRefused) {
  const TempDirectory directory;
  const auto file = directory / "wide.csv";
  {
    std::ofstream out(file, std::ios::binary);
    for (int row = 0; row < 3; ++row) {
      for (int i = 0; i < 100'000; ++i) out << i << ',';
      out << "x\n";
    }
  }
  const auto sample = SampleText(file);
  ASSERT_THAT(sample, IsOk());
  EXPECT_THAT(InferCsv(*sample), HasError(Code::kUnprocessable, "columns: 100001"));
}

TEST(HostileCsv, OfOneCharacterAloneIsAnsweredOrRefusedInBoundedMemory) {
  const TempDirectory directory;
  for (const char c : {',', '"', '\'', '\\', '#', ' ', '\n', '\r', '-', '1', '\t'}) {
    const auto file = directory / "one.csv";
    std::ofstream(file, std::ios::binary) << std::string(4'000'000, c);
    const auto sample = SampleText(file);
    if (sample.ok()) (void)InferCsv(*sample).ok();
  }
}

TEST(HostileCsv, OfNothingButBlanksIsEmpty) {
  const TempDirectory directory;
  for (const char* content : {"", "\n\n", "   \n\t\n", "# only\n# comments\n"}) {
    const auto file = directory / "empty.csv";
    std::ofstream(file, std::ios::binary) << content;
    const auto sample = SampleText(file);
    const bool refused = !sample.ok() || !InferCsv(*sample).ok();
    EXPECT_TRUE(refused || std::string_view(content).starts_with('#')) << content;
  }
}

}  // namespace
}  // namespace tarn::inference
