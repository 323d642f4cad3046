// Files with bytes changed, cut out and repeated, by fixed seeds: each is read or refused with a reason.
#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>
#include <random>

#include "services/catalog/inference/csv/csv_inference.h"
#include "services/catalog/inference/inferred_file.h"
#include "services/catalog/inference/json/json_inference.h"
#include "services/catalog/inference/parquet/column_types.h"
#include "services/catalog/inference/parquet/footer.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One to eight changes behind the byte `from`.
std::string Mutate(std::string bytes, size_t from, std::mt19937& random) {
  constexpr std::string_view kMeaning("\0\xff\x80\"',;\n\r\\{}[]:PK\x7f", 18);
  const unsigned changes = 1 + random() % 8;
  for (unsigned i = 0; i < changes && bytes.size() > from + 2; ++i) {
    const size_t at = from + random() % (bytes.size() - from);
    const size_t length = std::min<size_t>(1 + random() % 40, bytes.size() - at);
    switch (random() % 5) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] = kMeaning[random() % kMeaning.size()];
        break;
      case 2:
        bytes.erase(at, length);
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 4:
        bytes.insert(at, length, kMeaning[random() % kMeaning.size()]);
        break;
    }
  }
  return bytes;
}

struct Mutated : testing::Test {
  fs::path Write(const std::string& name, const std::string& bytes) { return fixture.Write(name, bytes); }

  void ExpectClean(const Error& error) {
    EXPECT_FALSE(error.message().empty());
    EXPECT_EQ(error.message().find(fixture.directory.path().string()), std::string::npos) << error.message();
    const Code code = error.code();
    EXPECT_TRUE(code == Code::kUnprocessable || code == Code::kResourceExhausted) << error.message();
  }

  InspectionFixture fixture;
};

constexpr const char* kColumns =
    "SELECT i::INTEGER a, 'text ' || i b, i::DECIMAL(18,3) c, DATE '2024-01-01' + i::INTEGER d, [i] e, {'x': "
    "i, 'y': [{'z': "
    "i}]} f, MAP {'k': i} g, uuid() h, i::DOUBLE k FROM range(300) t(i)";

TEST_F(Mutated, ParquetFooterIsReadOrRefused) {
  const std::string whole =
      ReadAll(fixture.WriteQuery("a.parquet", kColumns, " (FORMAT parquet, ROW_GROUP_SIZE 128)"));
  std::mt19937 random(11);
  int read = 0;
  for (int round = 0; round < 600; ++round) {
    const auto footer = inference::ReadParquetFooter(
        Write("m.parquet", Mutate(whole.substr(0, whole.size() - 8), whole.size() / 2, random) +
                               whole.substr(whole.size() - 8)));
    if (footer.ok()) {
      ++read;
      (void)inference::ParquetColumnTypes(*footer);
    } else {
      ExpectClean(footer.error());
    }
  }
  std::cout << read << " of 600 read\n";
}

TEST_F(Mutated, ParquetFileIsInspectedOrRefused) {
  const std::string whole = ReadAll(fixture.WriteQuery("a.parquet", kColumns, " (FORMAT parquet)"));
  std::mt19937 random(12);
  for (int round = 0; round < 100; ++round) {
    const auto inspection =
        fixture.Inspect(Write("m.parquet", Mutate(whole, whole.size() / 2, random)), FileFormat::kParquet);
    if (!inspection.ok() && inspection.error().code() != Code::kInternal) ExpectClean(inspection.error());
  }
}

TEST_F(Mutated, CsvIsInspectedOrRefused) {
  const std::string plain =
      "id,name,day,\"long, text\"\n1,\"a "
      "\"\"b\"\"\",2024-01-01,\"x\ny\"\n2,c,2024-01-02,z\n3,,2024-01-03,'q'\n";
  std::string long_one = plain;
  for (int i = 4; i < 60; ++i)
    long_one += std::to_string(i) + ",n" + std::to_string(i) + ",2024-02-01,\"t, u\"\n";
  std::mt19937 random(13);
  for (int round = 0; round < 600; ++round) {
    const fs::path file = Write("m.csv", Mutate(round % 2 ? long_one : plain, 0, random));
    if (round % 6 == 0) {
      const auto inspection = fixture.Inspect(file, FileFormat::kCsv);
      if (!inspection.ok()) ExpectClean(inspection.error());
      continue;
    }
    const auto sample = inference::SampleText(file);
    if (!sample.ok()) {
      ExpectClean(sample.error());
      continue;
    }
    const auto verdict = inference::InferCsv(*sample);
    if (!verdict.ok()) ExpectClean(verdict.error());
  }
}

TEST_F(Mutated, JsonIsInspectedOrRefused) {
  const std::string whole =
      R"({"id": 1, "s": "a\u00e9\n", "l": [1, 2.5e3, null], "o": {"t": true, "d": "2024-01-01"}})"
      "\n"
      R"({"id": -2, "s": null, "l": [], "o": {"t": false, "x": [{"y": "z"}]}})"
      "\n";
  std::mt19937 random(14);
  for (int round = 0; round < 600; ++round) {
    const fs::path file = Write("m.json", Mutate(whole, 0, random));
    if (round % 6 == 0) {
      const auto inspection = fixture.Inspect(file, FileFormat::kJson);
      if (!inspection.ok()) ExpectClean(inspection.error());
      continue;
    }
    const auto verdict = inference::InferJson(file, {~uint64_t{0}, round % 2 == 0, {}});
    if (!verdict.ok()) ExpectClean(verdict.error());
  }
}

TEST_F(Mutated, PackedTextIsReadOrRefused) {
  const fs::path data = fs::path(TARN_SOURCE_DIR) / "tests/unit/services/catalog/inference/data";
  std::mt19937 random(15);
  for (const char* name : {"packed.zip", "stored.zip", "packed.csv.gz", "packed.csv.bz2", "packed.csv.zst"}) {
    const std::string whole = ReadAll(data / name);
    ASSERT_FALSE(whole.empty()) << name;
    for (int round = 0; round < 150; ++round) {
      const auto sample = inference::SampleText(Write("m", Mutate(whole, round % 4 == 0 ? 0 : 4, random)));
      if (!sample.ok()) {
        ExpectClean(sample.error());
        continue;
      }
      const auto verdict = inference::InferCsv(*sample);
      if (!verdict.ok()) ExpectClean(verdict.error());
    }
  }
}

}  // namespace
}  // namespace tarn::catalog
