// One crawl over files that are meant to break it: each is reported with its reason, and the others become
// tables.
#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>
#include <map>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/crawlers/crawler_fixture.h"

namespace tarn::catalog {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string Parquet() {
  const TempDirectory directory;
  duckdb::InstanceOptions options;
  options.allowed_directories = {directory.path()};
  const auto instance = duckdb::Instance::Open(options).value();
  const auto connection = instance->Connect().value();
  const fs::path file = directory / "a.parquet";
  EXPECT_THAT(connection->Run("COPY (SELECT i, 'x' || i AS t FROM range(1000) r(i)) TO " +
                              duckdb::QuoteLiteral(file.string()) + " (FORMAT parquet)"),
              IsOk());
  return ReadFile(file);
}

std::string Gzip(const std::string& text) {
  const TempDirectory directory;
  const fs::path file = directory / "a.gz";
  gzFile out = gzopen(file.c_str(), "wb1");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  return ReadFile(file);
}

std::string Little(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

// APPNOTE 4.3: files that are stored as they are.
std::string Zip(const std::map<std::string, std::string>& files, int flags = 0) {
  std::string archive, directory;
  for (const auto& [name, text] : files) {
    const std::string sizes =
        Little(0, 4) + Little(text.size(), 4) + Little(text.size(), 4) + Little(name.size(), 2);
    const std::string common =
        Little(20, 2) + Little(static_cast<uint64_t>(flags), 2) + Little(0, 2) + Little(0, 4);
    directory += "PK\x01\x02" + Little(20, 2) + common + sizes + Little(0, 2 + 2 + 2 + 2 + 4) +
                 Little(archive.size(), 4) + name;
    archive += "PK\x03\x04" + common + sizes + Little(0, 2) + name + text;
  }
  const std::string counts = Little(0, 4) + Little(files.size(), 2) + Little(files.size(), 2);
  return archive + directory + "PK\x05\x06" + counts + Little(directory.size(), 4) +
         Little(archive.size(), 4) + Little(0, 2);
}

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// What the last crawl says of each file that failed.
std::map<std::string, std::string> Failures(CrawlerFixture& fixture) {
  std::map<std::string, std::string> failures;
  const Crawl crawl = fixture.catalog->crawls->List("", 1)->at(0);
  EXPECT_EQ(static_cast<size_t>(crawl.counts.files_failed), crawl.failures.size());
  for (const CrawlFailure& failure : crawl.failures)
    failures[failure.file.key] = failure.file.detail + " at " + failure.file.where;
  return failures;
}

TEST(BadInput, EachBadFileIsReportedWithItsReasonAndTheOthersAreRead) {
  const std::string parquet = Parquet();
  std::string fuzzed = parquet;
  for (size_t i = parquet.size() - 200; i < parquet.size() - 8; i += 3) fuzzed[i] = static_cast<char>(0xff);
  std::string noise =
      "\x7f"
      "ELF\x02\x01\x01";
  for (int i = 0; i < 10'000; ++i) noise += static_cast<char>(i * 7919 % 256);
  const std::map<std::string, std::pair<std::string, std::string>> bad = {
      {"truncated.parquet", {parquet.substr(0, parquet.size() - 20), ""}},
      {"headless.parquet", {parquet.substr(4), ""}},
      {"encrypted.parquet", {"PARE" + parquet.substr(4, parquet.size() - 8) + "PARE", "encrypted"}},
      {"fuzzed.parquet", {fuzzed, ""}},
      {"no.parquet", {"id\n1\n", ""}},
      {"bomb.csv.gz", {Gzip("a,b\n" + std::string(20'000'000, '0')), "a record is longer"}},
      {"cut.csv.gz", {Gzip("a,b\n1,2\n").substr(0, 15), "truncated"}},
      {"two.csv.zip",
       {Zip({{"a.csv", "a,b\n1,2\n"}, {"b.csv", "a,b\n3,4\n"}}), "must hold one file, but holds more: 2"}},
      {"locked.csv.zip", {Zip({{"a.csv", "a,b\n1,2\n"}}, 1), "encrypted"}},
      {"line.csv", {"a,b\n1," + std::string(3'000'000, 'x') + "\n", "a record is longer"}},
      {"wide.csv", {Repeat(Repeat("1,", 100'000) + "\n", 3), "more than 5000 columns"}},
      {"noise.csv", {noise, ""}},
      {"ragged.csv", {"a,b\n1,2\n3,4,5\n", "at line 3"}},
      {"utf32.csv", {std::string("\xff\xfe\0\0a\0\0\0", 8), "UTF-32"}},
      {"deep.json", {std::string(100'000, '['), "nested deeper"}},
      {"cut.json", {"{\"a\": 1}\n{\"a\": ", ""}}};
  CrawlerFixture fixture;
  std::vector<std::pair<std::string, std::string>> contents = {{"s/t/good.csv", "a,b\n1,2\n"}};
  for (const auto& [name, file] : bad) contents.emplace_back("s/t/" + name, file.first);
  fixture.Commit(contents);
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());

  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("t", "s")), ElementsAre("s/t/good.csv: 1"));
  auto failures = Failures(fixture);
  for (const auto& [name, file] : bad) {
    ASSERT_TRUE(failures.contains("s/t/" + name)) << name;
    EXPECT_THAT(failures["s/t/" + name], HasSubstr(file.second)) << name;
    EXPECT_FALSE(failures["s/t/" + name].starts_with(" at")) << name << ": no reason";
    EXPECT_THAT(failures["s/t/" + name], testing::Not(HasSubstr(fixture.directory.path().string()))) << name;
  }
  EXPECT_EQ(failures.size(), bad.size());
  // The next crawl is none the worse for it.
  fixture.Put("s/t/more.csv", "a,b\n5,6\n");
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_THAT(CrawlerFixture::Files(fixture.Resolve("t", "s")),
              ElementsAre("s/t/good.csv: 1", "s/t/more.csv: 1"));
}

TEST(BadInput, OddNamesAndUtf16WithoutAByteOrderMarkAreRead) {
  std::string utf16;
  for (const char c : std::string("a,b\n1,2\n3,4\n")) utf16 += {c, '\0'};
  CrawlerFixture fixture;
  fixture.Commit({{"s/t/it's \"odd\"; DROP TABLE x; --.csv", "a,b\n1,2\n"},
                  {"s/t/%s%n $1 {x} [y] \\z.csv", "a,b\n1,2\n"},
                  {"s/t/\u00fcn\u00ef.csv", "a,b\n1,2\n"},
                  {"s/t/utf16.csv", utf16}});
  ASSERT_THAT(fixture.CrawlEvents(), IsOk());
  EXPECT_EQ(fixture.Resolve("t", "s").files.size(), 4u);
  EXPECT_EQ(fixture.catalog->tables->GetTable({"s", "t"})->rows, 5);
}

// The store takes what other programs leave in its folders; it follows no link.
TEST(BadInput, LinksThatLeadOutOrInCirclesAreNoFiles) {
  CrawlerFixture fixture;
  fixture.Put("s/t/good.csv", "a,b\n1,2\n");
  const TempDirectory elsewhere;
  std::ofstream(elsewhere / "secret.csv") << "a,b\n9,9\n";
  const fs::path folder = fixture.directory / "lake" / "transformed" / "s" / "t";
  ASSERT_TRUE(fs::is_directory(folder));
  fs::create_symlink("loop.csv", folder / "loop.csv");
  fs::create_symlink(elsewhere / "secret.csv", folder / "secret.csv");
  fs::create_directory_symlink("..", folder / "up");
  fs::create_directory_symlink(elsewhere.path(), folder / "out");
  const Crawl crawl = fixture.Run(*fixture.crawler);
  EXPECT_FALSE(crawl.error.has_value());
  EXPECT_THAT(crawl.failures, IsEmpty());
  EXPECT_THAT(fixture.Tables("s"), ElementsAre("t(a BIGINT, b BIGINT): s/t/good.csv"));
}

}  // namespace
}  // namespace tarn::catalog
