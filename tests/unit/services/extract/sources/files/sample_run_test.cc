#include <gtest/gtest.h>

#include <random>

#include "common/compression/gzip.h"
#include "tests/unit/services/extract/sources/files/file_server.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr size_t kSampleBytes = 256 * 1024;

std::string Csv(size_t bytes) {
  std::mt19937_64 random(7);  // so that it does not pack well
  std::string text = "id,word\n0,first\n";
  while (text.size() < bytes) text += std::to_string(random()) + ",x\n";
  return text;
}

class SampleRun : public testing::Test {
 protected:
  SampleRun() { lab_.lab.is_sample = true; }
  RunLab::Ended Urls(const std::string& path, json more = json::object()) {
    more["urls"] = {server_.Url(path)};
    return lab_.Run(more);
  }

  FileServer server_;
  RunLab lab_;
};

TEST_F(SampleRun, BreaksOffWhenTheBeginningOfAHugeFileIsHere) {
  // Of 5 GB so much comes, and then nothing more.
  server_.Set("/huge.csv",
              {.content = Csv(4 * kSampleBytes), .declared_length = "5000000000", .stalls = true});
  const auto run = Urls("/huge.csv");
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.outcome->problems, IsEmpty());
  EXPECT_THAT(run.files.at("huge.csv"), SizeIs(kSampleBytes));
  EXPECT_EQ(run.facts.at("huge.csv").first_record, R"({"id":"0","word":"first"})");
}

TEST_F(SampleRun, TakesASmallFileAndAnEmptyOneWhole) {
  server_.Set("/small.csv", {.content = "a\n1\n"});
  EXPECT_EQ(Urls("/small.csv").files.at("small.csv"), "a\n1\n");
  server_.Set("/empty", {.content = ""});
  EXPECT_EQ(Urls("/empty").files.at("empty"), "");
}

TEST_F(SampleRun, LooksIntoTheBeginningOfAPackedFile) {
  server_.Set("/huge.csv.gz", {.content = compression::Gzip(Csv(16 * kSampleBytes))});
  EXPECT_EQ(Urls("/huge.csv.gz").facts.at("huge.csv.gz").first_record, R"({"id":"0","word":"first"})");
  const auto unpacked = Urls("/huge.csv.gz", {{"decompress", true}});
  ASSERT_TRUE(unpacked.files.contains("huge.csv"));
  EXPECT_TRUE(unpacked.files.at("huge.csv").starts_with("id,word\n0,first\n"));
  EXPECT_LT(unpacked.files.at("huge.csv").size(), 3 * kSampleBytes);
}

TEST_F(SampleRun, SaysOfParquetHowLargeTheWholeIs) {
  server_.Set("/t.parquet", {.content = "PAR1" + std::string(2 * kSampleBytes, 'x') + "PAR1"});
  const auto run = Urls("/t.parquet");
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_EQ(run.facts.at("t.parquet").first_record, R"({"bytes":524296,"file":"t.parquet"})");
}

TEST_F(SampleRun, SaysWhatIsWrongAsARunDoes) {
  server_.Set("/page.csv", {.content = "<!doctype html>" + std::string(2 * kSampleBytes, ' ')});
  EXPECT_THAT(Urls("/page.csv", {{"format", "csv"}}).outcome->problems.at(0).message(), HasSubstr("HTML"));
  EXPECT_EQ(Urls("/nonesuch").outcome->problems.at(0).code(), Code::kNotFound);
  server_.Set("/large", {.content = std::string(2'000, 'x')});
  EXPECT_EQ(Urls("/large", {{"max_file_bytes", 1'000}}).outcome->problems.at(0).code(), Code::kTooLarge);
}

TEST_F(SampleRun, ReadsOnlyTheBeginningOfALocalFile) {
  WriteFile(lab_.home / "huge.csv", "id\n1\n");
  std::filesystem::resize_file(lab_.home / "huge.csv", 5ull << 30);
  const auto run = lab_.Run({{"directory", lab_.home.path()}});
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files.at("huge.csv"), SizeIs(kSampleBytes));
  EXPECT_EQ(run.facts.at("huge.csv").first_record, R"({"id":"1"})");
}

TEST_F(SampleRun, AsksABucketForABeginningOnly) {
  std::vector<std::string> heads;
  RawServer bucket([&](const auto& received) {
    heads.push_back(received.head);
    if (heads.size() == 1) {
      return RawServer::Ok(200,
                           "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n"
                           "</NextContinuationToken><Contents><Key>huge.csv</Key><ETag>e</ETag>"
                           "<Size>5000000000</Size></Contents></ListBucketResult>");
    }
    return RawServer::Ok(206, Csv(kSampleBytes).substr(0, kSampleBytes),
                         "ETag: \"e\"\r\nContent-Range: bytes 0-262143/5000000000\r\n");
  });
  const auto run = lab_.Run({{"s3", {{"endpoint", bucket.Url("")}, {"bucket", "source"}}}});
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.outcome->problems, IsEmpty());
  EXPECT_THAT(run.files.at("huge.csv"), SizeIs(kSampleBytes));
  ASSERT_THAT(heads, SizeIs(2));
  EXPECT_THAT(heads[1], HasSubstr("Range: bytes=0-262143\r\n"));
}

}  // namespace
}  // namespace tarn::extract::files
