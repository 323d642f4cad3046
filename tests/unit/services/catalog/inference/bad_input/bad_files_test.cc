// Files that are meant to break their reader. Each is read in a process of its own: it must answer, in
// bounded memory, and the same inspector must read a good file afterwards.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zlib.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <thread>

#include "services/catalog/inference/inferred_file.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/inference/bad_input/in_child.h"
#include "tests/unit/services/catalog/inference/inspection_fixture.h"

namespace tarn::catalog {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int64_t kMostMemory = 512 << 20;

struct BadFile : testing::Test {
  // "ok, N rows" or "code: reason at where", by a crawl's inspection of `name` and by POST /v1/infer's; then
  // a good file.
  ChildOutcome Read(const std::string& name, FileFormat format) {
    return InChild([&] {
      FileInspector inspector(directory.path(), InspectionOptions());
      const auto said = [](const auto& result) {
        if (result.ok()) return "ok, " + std::to_string(result->rows) + " rows";
        return std::string(CodeName(result.error().code())) + ": " + result.error().message() + " at " +
               result.error().where();
      };
      std::string text = said(inspector.Inspect(directory / name, format));
      text += "\n" + said(InferFile(inspector, directory / name, name, {}));
      std::ofstream(directory / "good.csv") << "a,b\n1,2\n";
      const auto good = inspector.Inspect(directory / "good.csv", FileFormat::kCsv);
      return text + (good.ok() ? "\ngood" : "\nbroken: " + good.error().message());
    });
  }

  void Expect(const std::string& name, FileFormat format, const std::string& reason) {
    SCOPED_TRACE(name);
    const ChildOutcome outcome = Read(name, format);
    std::cout << name << ": " << outcome.peak_bytes / 1'000'000 << " MB, " << outcome.said << "\n";
    EXPECT_TRUE(outcome.exited_well);
    EXPECT_THAT(outcome.said, HasSubstr(reason));
    EXPECT_TRUE(outcome.said.ends_with("\ngood")) << outcome.said;
    EXPECT_LT(outcome.peak_bytes, kMostMemory);
  }

  // Writes `part` so many times.
  void Write(const std::string& name, const std::string& before, const std::string& part, size_t times) {
    std::ofstream out(directory / name, std::ios::binary);
    out << before;
    for (size_t i = 0; i < times; ++i) out << part;
  }

  void WriteGzip(const std::string& name, const std::string& before, const std::string& part, size_t times,
                 const std::string& after = "") {
    gzFile out = gzopen((directory / name).c_str(), "wb6");
    gzwrite(out, before.data(), static_cast<unsigned>(before.size()));
    for (size_t i = 0; i < times; ++i) gzwrite(out, part.data(), static_cast<unsigned>(part.size()));
    gzwrite(out, after.data(), static_cast<unsigned>(after.size()));
    gzclose(out);
  }

  // A Parquet file that is nothing but a footer.
  void WriteParquet(const std::string& name, const std::string& footer, uint32_t claimed) {
    std::string length(4, '\0');
    for (size_t i = 0; i < 4; ++i) length[i] = static_cast<char>(claimed >> (8 * i));
    std::ofstream(directory / name, std::ios::binary) << "PAR1" << footer << length << "PAR1";
  }

  TempDirectory directory;
};

const std::string kMegabyte(1'000'000, 'x');

TEST_F(BadFile, CsvWithALineOf100MegabytesIsRefused) {
  Write("line.csv", "a,b\n1,2\n", kMegabyte, 100);
  Expect("line.csv", FileFormat::kCsv,
         "a record is longer than a table's may be (2,000,000 bytes); is a quote "
         "missing? at line 3");
}

TEST_F(BadFile, CsvWith100000ColumnsIsRefused) {
  std::string row;
  for (int i = 0; i < 100'000; ++i) row += std::to_string(i) + ",";
  Write("wide.csv", "", row + "\n", 20);
  Expect("wide.csv", FileFormat::kCsv, "more than 5000 columns");
}

TEST_F(BadFile, CsvWithAQuoteThatNeverClosesIsReadAsTextOrRefused) {
  Write("quote.csv", "a,b\n1,\"2\n", "3,4\n", 3'000'000);
  Expect("quote.csv", FileFormat::kCsv, "ok, 3000001 rows");
  Write("quotes.csv", "a,b\n1,\"2\n", "3,\"4\"\n", 1'000'000);
  Expect("quotes.csv", FileFormat::kCsv, "");
}

TEST_F(BadFile, BinaryNamedCsvIsRefused) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7919 % 256);
  Write("noise.csv",
        "\x7f"
        "ELF\x02\x01\x01",
        bytes, 10);
  Expect("noise.csv", FileFormat::kCsv, "unprocessable");
  Write("image.csv", "\x89PNG\r\n\x1a\n", bytes, 1);
  Expect("image.csv", FileFormat::kCsv, "unprocessable");
  Write("zeros.csv", "", std::string(1 << 20, '\0'), 20);
  Expect("zeros.csv", FileFormat::kCsv, "unprocessable");
}

TEST_F(BadFile, Utf16WithoutAByteOrderMarkIsReadAsText) {
  std::string text;
  for (const char c : std::string("id,name\n1,a\n2,b\n3,c\n")) text += {c, '\0'};
  Write("utf16.csv", "", text, 1);
  Expect("utf16.csv", FileFormat::kCsv, "ok, 3 rows");
}

TEST_F(BadFile, GzipBombsCostOnlyWhatIsReadOfThem) {
  const std::string zeros(10'000'000, '0');
  WriteGzip("bomb.csv.gz", "a,b\n", zeros, 20);
  Expect("bomb.csv.gz", FileFormat::kCsv, "a record is longer");
  const std::string spaces(10'000'000, ' ');
  WriteGzip("bomb.json.gz", "[{\"a\": 1}", spaces, 40, "]");
  Expect("bomb.json.gz", FileFormat::kJson, "unpacks to more than 200 times its size");
  WriteGzip("string.json.gz", "[{\"a\": \"", zeros, 4, "\"}]");
  Expect("string.json.gz", FileFormat::kJson, "a string is longer than 16 MiB");
}

TEST_F(BadFile, JsonOfHostileShapesIsRefusedOrRead) {
  Write("deep.json", "", std::string(1'000'000, '['), 4);
  Expect("deep.json", FileFormat::kJson, "nested deeper than 64 levels");
  std::string members = "{";
  for (int i = 0; i < 200'000; ++i)
    members += "\"k" + std::to_string(i) + "\": {\"x\": " + std::to_string(i) + "},";
  Write("members.json", members, "\"z\": 1}", 1);
  Expect("members.json", FileFormat::kJson, "");
  Write("many.json", "", "{\"a\": 1, \"b\": [1, 2, {\"c\": null}]}\n", 1'000'000);
  Expect("many.json", FileFormat::kJson, "ok, 1000000 rows");
}

TEST_F(BadFile, ParquetWhoseFooterClaimsMuchIsRefused) {
  // version 1, then a schema list of 2^31 elements.
  WriteParquet("list.parquet",
               std::string("\x15\x02\x19\xfc\xff\xff\xff\xff\x07", 9) + std::string(200, '\0'), 209);
  Expect("list.parquet", FileFormat::kParquet, "the Parquet footer is damaged");
  WriteParquet("length.parquet", "x", 0x7fffffff);
  Expect("length.parquet", FileFormat::kParquet, "claims to be longer than the file");
  WriteParquet("nothing.parquet", "", 0);
  Expect("nothing.parquet", FileFormat::kParquet, "unprocessable");
  // 60 MB of schema elements that say nothing.
  std::string schema("\x15\x02\x19\xfc\x80\x8e\xce\x1c", 8);
  schema += std::string(60'000'000, '\0');
  WriteParquet("nodes.parquet", schema, static_cast<uint32_t>(schema.size()));
  Expect("nodes.parquet", FileFormat::kParquet, "too many nodes");
}

// One optional column of a kind that only the engine judges, and as many row groups as fit.
TEST_F(BadFile, ParquetWithAMillionEmptyPartsIsNotGivenToTheEngine) {
  std::string footer("\x15\x02\x19\x2c", 4);          // version; schema of two
  footer += std::string("\x48\x01r\x15\x02\x00", 6);  // name r, one child
  footer += std::string("\x15\x0c\x25\x02\x18\x01g\x6c\xec\x00\x00\x00",
                        12);                                 // BYTE_ARRAY g, a logical type by itself
  footer += std::string("\x16\x00\x19\xfc\xc0\x84\x3d", 7);  // no rows; a list of 1,000,000 row groups
  footer += std::string(1'000'001, '\0');
  WriteParquet("groups.parquet", footer, static_cast<uint32_t>(footer.size()));
  Expect("groups.parquet", FileFormat::kParquet, "too many parts");
}

TEST_F(BadFile, ThatIsNoFileIsRefusedAtOnce) {
  fs::create_symlink("loop.csv", directory / "loop.csv");
  Expect("loop.csv", FileFormat::kCsv, "the file is a symbolic link");
  fs::create_symlink("/etc/passwd", directory / "passwd.csv");
  Expect("passwd.csv", FileFormat::kCsv, "the file is a symbolic link");
  ASSERT_EQ(::mkfifo((directory / "pipe.csv").c_str(), 0600), 0);
  Expect("pipe.csv", FileFormat::kCsv, "not a regular file");
  fs::create_directory(directory / "folder.parquet");
  Expect("folder.parquet", FileFormat::kParquet, "not a regular file");
  Expect("gone.json", FileFormat::kJson, "the file is gone");
}

TEST_F(BadFile, NamesThatNeedQuotingAreNames) {
  for (const char* name :
       {"it's.csv", "a\"b.csv", "a b;--.csv", "%s%n.csv", "ünï.csv", "a\\b.csv", "$1.csv"}) {
    Write(name, "", "a,b\n1,2\n", 1);
    Expect(name, FileFormat::kCsv, "ok, 1 rows\nok, 1 rows");
  }
}

// What changes under the reader is answered for one of its states, or refused; it never takes the process
// down.
TEST_F(BadFile, ThatIsReplacedWhileItIsReadIsAnsweredOrRefused) {
  const ChildOutcome outcome = InChild([&] {
    std::atomic<bool> done = false;
    std::thread writer([&] {
      for (int i = 0; !done; ++i) {
        // In place, or as a whole.
        const bool whole = i % 2 == 0;
        std::ofstream out(directory / (whole ? "next.csv" : "moving.csv"),
                          std::ios::binary | std::ios::trunc);
        for (int row = 0; row < (i % 7) * 3'000; ++row) out << row << ",x" << i << "\n";
        out.close();
        if (whole) fs::rename(directory / "next.csv", directory / "moving.csv");
        std::this_thread::yield();
      }
    });
    FileInspector inspector(directory.path(), InspectionOptions());
    int answered = 0;
    for (int i = 0; i < 60; ++i)
      answered += inspector.Inspect(directory / "moving.csv", FileFormat::kCsv).ok();
    done = true;
    writer.join();
    return std::to_string(answered) + " of 60 answered";
  });
  std::cout << outcome.said << "\n";
  EXPECT_TRUE(outcome.exited_well);
  EXPECT_LT(outcome.peak_bytes, kMostMemory);
}

TEST_F(BadFile, CsvOf200MegabytesIsSampledAndSaysSo) {
  std::string rows;
  for (int i = 0; i < 50'000; ++i)
    rows += std::to_string(i) + ",name " + std::to_string(i % 977) + ",2024-01-01\n";
  Write("big.csv", "id,name,day\n", rows, 200'000'000 / rows.size() + 1);
  const ChildOutcome outcome = InChild([&] {
    FileInspector inspector(directory.path(), InspectionOptions());
    const auto inspection = inspector.Inspect(directory / "big.csv", FileFormat::kCsv);
    const auto inferred = InferFile(inspector, directory / "big.csv", "big.csv", {});
    if (!inspection.ok() || !inferred.ok()) return std::string("refused");
    const auto& sample = inferred->evidence.sample;
    return std::to_string(inspection->sampled) + " " + std::to_string(sample.complete) + " " +
           std::to_string(sample.ranges.size()) + " ranges, " +
           (sample.read_bytes <= 16'000'000 ? "little" : "much") + " read, " +
           (std::abs(static_cast<double>(inspection->rows) /
                         static_cast<double>(inferred->evidence.sample.file_bytes) *
                         static_cast<double>(rows.size()) / 50'000 -
                     1) < 0.05
                ? "rows close"
                : "rows far");
  });
  std::cout << outcome.peak_bytes / 1'000'000 << " MB\n";
  EXPECT_EQ(outcome.said, "1 0 3 ranges, little read, rows close");
  EXPECT_LT(outcome.peak_bytes, kMostMemory);
}

}  // namespace
}  // namespace tarn::catalog
