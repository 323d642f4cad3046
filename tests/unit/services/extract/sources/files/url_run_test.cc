#include <gtest/gtest.h>

#include <thread>

#include "common/checksums/checksum.h"
#include "common/compression/gzip.h"
#include "tests/unit/services/extract/sources/files/file_server.h"
#include "tests/unit/services/extract/sources/files/run_lab.h"

namespace tarn::extract::files {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string kDate = "Sun, 01 Feb 2026 10:00:00 GMT";

class UrlRun : public testing::Test {
 protected:
  json Urls(std::vector<std::string> paths) const {
    for (auto& path : paths) path = server_.Url(path);
    return {{"urls", paths}, {"connections", 2}};
  }
  /// The one problem of a run in which everything failed.
  static Error ProblemOf(const RunLab::Ended& run) {
    EXPECT_THAT(run.outcome, IsOk());
    EXPECT_THAT(run.outcome->problems, SizeIs(1));
    EXPECT_FALSE(run.outcome->anything_stored);
    return run.outcome->problems.empty() ? Error(Code::kInternal, "no problem")
                                         : run.outcome->problems.front();
  }

  FileServer server_;
  RunLab lab_;
};

TEST_F(UrlRun, StoresEveryFileOnceAndThenOnlyWhatChangedOrIsNew) {
  server_.Set("/a.csv", {.content = "x\n1\n", .etag = "\"a1\""});
  server_.Set("/b.csv", {.content = "x\n2\n", .modified = kDate});
  const json options = Urls({"/a.csv", "/b.csv"});
  auto run = lab_.Run(options);
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, ElementsAre(Pair("a.csv", "x\n1\n"), Pair("b.csv", "x\n2\n")));
  EXPECT_EQ(run.facts["a.csv"].request, "GET " + server_.Url("/a.csv"));
  EXPECT_EQ(run.facts["a.csv"].first_record, R"({"x":"1"})");
  EXPECT_TRUE(run.finished);
  EXPECT_FALSE(run.outcome->unchanged);

  run = lab_.Run(options);
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_TRUE(run.outcome->unchanged);
  EXPECT_FALSE(run.finished);
  EXPECT_THAT(run.files, IsEmpty());
  EXPECT_EQ(lab_.Count("unchanged_files"), 2);

  server_.Set("/b.csv", {.content = "x\n3\n", .modified = "Sun, 01 Feb 2026 11:00:00 GMT"});
  server_.Set("/c.csv", {.content = "x\n4\n", .etag = "\"c1\""});
  run = lab_.Run(Urls({"/a.csv", "/b.csv", "/c.csv"}));
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, ElementsAre(Pair("b.csv", "x\n3\n"), Pair("c.csv", "x\n4\n")));
}

TEST_F(UrlRun, KnowsAnUnchangedFileWhenTheServerKnowsNoConditions) {
  server_.Set("/a", {.content = "12", .etag = "W/\"a\"", .takes_conditions = false});
  ASSERT_THAT(lab_.Run(Urls({"/a"})).outcome, IsOk());
  EXPECT_TRUE(lab_.Run(Urls({"/a"})).outcome->unchanged);
}

TEST_F(UrlRun, ComparesTheContentWhereTheServerGivesNothingElse) {
  server_.Set("/a", {.content = "12"});
  EXPECT_THAT(lab_.Run(Urls({"/a"})).files, SizeIs(1));
  EXPECT_TRUE(lab_.Run(Urls({"/a"})).outcome->unchanged);
  server_.Set("/a", {.content = "13"});
  EXPECT_THAT(lab_.Run(Urls({"/a"})).files, ElementsAre(Pair("a", "13")));
}

TEST_F(UrlRun, ComparesHashesWhateverTheServerSaysWhenItIsToldTo) {
  json options = Urls({"/a"});
  options["compare"] = "hash";
  server_.Set("/a", {.content = "12", .etag = "\"1\""});
  EXPECT_THAT(lab_.Run(options).files, SizeIs(1));
  server_.Set("/a", {.content = "12", .etag = "\"2\""});
  EXPECT_TRUE(lab_.Run(options).outcome->unchanged);
  server_.Set("/a", {.content = "34", .etag = "\"2\""});
  EXPECT_THAT(lab_.Run(options).files, SizeIs(1));
}

TEST_F(UrlRun, GoesOnWhereTheConnectionBroke) {
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += std::to_string(i) + "\n";
  for (const bool by_date : {false, true}) {
    server_.Forget();
    ServedFile file{.content = content, .breaks_after = {1, 0, 70'000, 200'000, 1}};
    (by_date ? file.modified : file.etag) = by_date ? kDate : "\"v1\"";
    server_.Set("/big.csv", file);
    lab_.ResetCursor();
    const auto run = lab_.Run(Urls({"/big.csv"}));
    ASSERT_THAT(run.outcome, IsOk());
    EXPECT_THAT(run.outcome->problems, IsEmpty());
    EXPECT_EQ(run.files.at("big.csv"), content);
    EXPECT_EQ(server_.sent_bytes(), content.size()) << "something was sent twice";
    ASSERT_THAT(server_.heads(), SizeIs(6));
    EXPECT_EQ(HeaderIn(server_.heads()[1], "Range"), "bytes=1-");
    EXPECT_EQ(HeaderIn(server_.heads()[1], "If-Range"), by_date ? kDate : "\"v1\"");
  }
}

TEST_F(UrlRun, GoesOnAfterTheProcessDied) {
  const std::string content(300'000, 'x');
  server_.Set("/a", {.content = content, .etag = "\"1\"", .stalls = true});
  EXPECT_THAT(lab_.RunUntilReceived(Urls({"/a"}), 150'000).outcome, HasError(Code::kCancelled, ""));
  server_.Set("/a", {.content = content, .etag = "\"1\""});
  const auto run = lab_.Resume(Urls({"/a"}));
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_EQ(run.files.at("a"), content);
  EXPECT_EQ(HeaderIn(server_.heads().back(), "Range"), "bytes=150000-");
  EXPECT_EQ(server_.sent_bytes(), 150'000u);
}

TEST_F(UrlRun, StartsAgainWhereTheServerIgnoresRanges) {
  const std::string content(50'000, 'x');
  server_.Set("/a", {.content = content, .etag = "\"1\"", .takes_ranges = false, .breaks_after = {20'000}});
  const auto run = lab_.Run(Urls({"/a"}));
  EXPECT_EQ(run.files.at("a"), content);
  EXPECT_EQ(server_.sent_bytes(), 70'000u);
}

TEST_F(UrlRun, AsksForNoRangeWithoutAStrongValidator) {
  server_.Set("/a", {.content = "0123456789", .etag = "W/\"1\"", .breaks_after = {5}});
  EXPECT_EQ(lab_.Run(Urls({"/a"})).files.at("a"), "0123456789");
  ASSERT_THAT(server_.heads(), SizeIs(2));
  EXPECT_EQ(HeaderIn(server_.heads()[1], "Range"), "");
}

TEST_F(UrlRun, NeverMixesTwoVersionsOfAFile) {
  server_.Set("/a", {.content = std::string(1'000, 'x'), .etag = "\"1\"", .stalls = true});
  (void)lab_.RunUntilReceived(Urls({"/a"}), 500);
  server_.Set("/a", {.content = std::string(900, 'y'), .etag = "\"2\""});
  EXPECT_EQ(lab_.Resume(Urls({"/a"})).files.at("a"), std::string(900, 'y'));
  EXPECT_EQ(HeaderIn(server_.heads().back(), "If-Range"), "\"1\"");
}

TEST_F(UrlRun, NeverMixesTwoVersionsWhenTheServerIgnoresIfRange) {
  int number = 0;
  RawServer server([&](const auto&) -> RawServer::Answer {
    switch (++number) {
      case 1:
        return {.bytes = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 4\r\n\r\nxx", .close = true};
      case 2:
        return RawServer::Ok(206, "yy", "ETag: \"2\"\r\nContent-Range: bytes 2-3/4\r\n");
      default:
        return RawServer::Ok(200, "yyyy", "ETag: \"2\"\r\n");
    }
  });
  EXPECT_EQ(lab_.Run({{"urls", {server.Url("/a")}}}).files.at("a"), "yyyy");
}

TEST_F(UrlRun, StartsAgainWhenTheServerHasNoSuchRange) {
  server_.Set("/a", {.content = "01234567890123456789", .etag = "\"1\"", .stalls = true});
  (void)lab_.RunUntilReceived(Urls({"/a"}), 10);
  server_.Set("/a", {.content = "0123456789", .etag = "\"1\""});
  EXPECT_EQ(lab_.Resume(Urls({"/a"})).files.at("a"), "0123456789");
}

TEST_F(UrlRun, IsPutOffWhenTheSourceAsksToWaitAndGoesOnLater) {
  server_.Set("/a", {.content = "1", .etag = "\"1\""});
  server_.Set("/b", {.content = "", .headers = "Retry-After: 3600\r\n", .status = 429});
  json options = Urls({"/a", "/b"});
  options["connections"] = 1;
  const auto run = lab_.Run(options);
  EXPECT_THAT(run.outcome, HasError(Code::kResourceExhausted, server_.Url("/b")));
  EXPECT_TRUE(lab_.lab.resume_after);
  EXPECT_FALSE(run.finished);
}

TEST_F(UrlRun, TakesBodiesWhoseLengthIsNotKnown) {
  server_.Set("/a", {.content = "0123456789", .etag = "\"1\"", .says_length = false});
  EXPECT_EQ(lab_.Run(Urls({"/a"})).files.at("a"), "0123456789");
  EXPECT_TRUE(lab_.Run(Urls({"/a"})).outcome->unchanged);
  server_.Set("/b", {.content = "", .etag = "\"1\""});
  EXPECT_EQ(lab_.Run(Urls({"/b"})).files.at("b"), "");
}

TEST_F(UrlRun, RefusesADeclaredLengthOverTheLimitWithoutReading) {
  server_.Set("/a",
              {.content = "x", .etag = "\"1\"", .declared_length = "5000000000", .breaks_after = {1, 1, 1}});
  json options = Urls({"/a"});
  options["max_file_bytes"] = "10MiB";
  const Error problem = ProblemOf(lab_.Run(options));
  EXPECT_EQ(problem.code(), Code::kTooLarge);
  EXPECT_THAT(problem.message(), HasSubstr("max_file_bytes"));
  EXPECT_EQ(problem.where(), server_.Url("/a"));
  EXPECT_THAT(server_.heads(), SizeIs(1));
}

TEST_F(UrlRun, BreaksOffABodyThatGrowsOverTheLimit) {
  RawServer server([](const auto& received) -> RawServer::Answer {
    (void)received;
    std::string pieces = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 64; ++i) pieces += "10000\r\n" + std::string(65'536, 'x') + "\r\n";
    return {.bytes = pieces, .hold = true};
  });
  const auto run = lab_.Run({{"urls", {server.Url("/a")}}, {"max_file_bytes", 1'000'000}});
  EXPECT_EQ(ProblemOf(run).code(), Code::kTooLarge);
}

TEST_F(UrlRun, StoresTheOthersWhenOneFails) {
  server_.Set("/a", {.content = "1", .etag = "\"1\""});
  server_.Set("/c", {.content = "3", .etag = "\"3\""});
  const json options = Urls({"/a", "/b", "/c"});
  auto run = lab_.Run(options);
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(2));
  EXPECT_TRUE(run.outcome->anything_stored);
  EXPECT_TRUE(run.finished);
  ASSERT_THAT(run.outcome->problems, SizeIs(1));
  EXPECT_EQ(run.outcome->problems[0].code(), Code::kNotFound);
  EXPECT_EQ(run.outcome->problems[0].where(), server_.Url("/b"));
  EXPECT_EQ(lab_.lab.state.cursor(), "");

  // What was stored is known in the next run, though the cursor did not move.
  run = lab_.Run(options);
  EXPECT_THAT(run.files, IsEmpty());
  EXPECT_EQ(lab_.Count("unchanged_files"), 2);
  server_.Set("/b", {.content = "2", .etag = "\"2\""});
  run = lab_.Run(options);
  EXPECT_THAT(run.files, ElementsAre(Pair("b", "2")));
  EXPECT_NE(lab_.lab.state.cursor(), "");
  EXPECT_TRUE(lab_.Run(options).outcome->unchanged);
}

TEST_F(UrlRun, ForgetsNotesOfAnotherCursor) {
  server_.Set("/a", {.content = "1", .etag = "\"1\""});
  ASSERT_THAT(lab_.Run(Urls({"/a"})).outcome, IsOk());
  (void)lab_.Run(Urls({"/a", "/missing"}));
  server_.Set("/b", {.content = "1", .etag = "\"1\""});
  (void)lab_.Run(Urls({"/a", "/b", "/missing"}));
  lab_.ResetCursor();  // somebody wants everything again
  EXPECT_THAT(lab_.Run(Urls({"/a"})).files, SizeIs(1));
}

TEST_F(UrlRun, TakesNoWebPageForData) {
  server_.Set("/a.csv", {.content = "\n <!DOCTYPE HTML><html>Please log in</html>", .etag = "\"1\""});
  json options = Urls({"/a.csv"});
  options["format"] = "csv";
  const Error problem = ProblemOf(lab_.Run(options));
  EXPECT_EQ(problem.code(), Code::kUnprocessable);
  EXPECT_THAT(problem.message(), HasSubstr("HTML"));
}

TEST_F(UrlRun, TakesNoContentThatLacksItsChecksum) {
  const auto digest = [](checksums::Algorithm algorithm) {
    return checksums::ToBase64(checksums::Compute(algorithm, "right"));
  };
  const std::string headers[] = {
      "Content-MD5: " + digest(checksums::Algorithm::kMd5) + "\r\n",
      "Repr-Digest: sha-256=:" + digest(checksums::Algorithm::kSha256) + ":\r\n",
      "Digest: SHA-256=" + digest(checksums::Algorithm::kSha256) + "\r\n",
      "X-Goog-Hash: crc32c=" + digest(checksums::Algorithm::kCrc32c) + "\r\n",
  };
  for (const std::string& lines : headers) {
    SCOPED_TRACE(lines);
    server_.Set("/a", {.content = "wrong", .headers = lines});
    const Error problem = ProblemOf(lab_.Run(Urls({"/a"})));
    EXPECT_EQ(problem.code(), Code::kUnprocessable);
    EXPECT_THAT(problem.message(), HasSubstr("checksum"));
    server_.Set("/a", {.content = "right", .headers = lines});
    lab_.ResetCursor();
    EXPECT_EQ(lab_.Run(Urls({"/a"})).files.at("a"), "right");
    lab_.ResetCursor();
  }
}

TEST_F(UrlRun, StoresATruncatedGzipFileAsItIsAndSaysSo) {
  const std::string packed = compression::Gzip(std::string(10'000, 'x'));
  server_.Set("/whole.csv.gz", {.content = packed, .etag = "\"1\""});
  server_.Set("/cut.csv.gz", {.content = packed.substr(0, packed.size() - 6), .etag = "\"2\""});
  auto run = lab_.Run(Urls({"/whole.csv.gz", "/cut.csv.gz"}));
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(2));
  EXPECT_EQ(run.files.at("whole.csv.gz"), packed);
  EXPECT_EQ(lab_.Count("damaged_gzip_files"), 1);
}

TEST_F(UrlRun, UnpacksGzipIfToldToAndTakesNoneThatIsCutOff) {
  const std::string packed = compression::Gzip("x\n1\n") + compression::Gzip("2\n");
  server_.Set("/a.csv.gz", {.content = packed, .etag = "\"1\""});
  server_.Set("/cut.csv.gz", {.content = packed.substr(0, packed.size() - 6), .etag = "\"2\""});
  json options = Urls({"/a.csv.gz", "/cut.csv.gz"});
  options["decompress"] = true;
  options["format"] = "csv";
  const auto run = lab_.Run(options);
  EXPECT_THAT(run.files, ElementsAre(Pair("a.csv", "x\n1\n2\n")));
  ASSERT_THAT(run.outcome->problems, SizeIs(1));
  EXPECT_THAT(run.outcome->problems[0], testing::Property(&Error::message, HasSubstr("cut off")));
}

TEST_F(UrlRun, BoundsWhatAGzipFileUnpacksTo) {
  server_.Set("/bomb.gz", {.content = compression::Gzip(std::string(5'000'000, '0')), .etag = "\"1\""});
  json options = Urls({"/bomb.gz"});
  options["decompress"] = true;
  options["max_file_bytes"] = "1MiB";
  EXPECT_EQ(ProblemOf(lab_.Run(options)).code(), Code::kTooLarge);
}

TEST_F(UrlRun, NamesFilesAfterTheirUrlsAndKeepsThemApart) {
  for (const char* path : {"/x/data.csv", "/y/data.csv", "/a%20b%22%C3%A9.csv", "/..%2F..%2Fetc%2Fpasswd",
                           "/", "/q?date=2026-02-01"}) {
    server_.Set(path, {.content = path, .etag = "\"1\""});
  }
  const auto run = lab_.Run(Urls({"/x/data.csv", "/y/data.csv", "/a%20b%22%C3%A9.csv",
                                  "/..%2F..%2Fetc%2Fpasswd", "/", "/q?date=2026-02-01"}));
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.outcome->problems, IsEmpty());
  ASSERT_THAT(run.files, SizeIs(6));
  std::vector<std::string> names;
  for (const auto& [name, content] : run.files) names.push_back(name);
  EXPECT_THAT(names, UnorderedElementsAre(testing::MatchesRegex("data-[0-9a-f]+\\.csv"),
                                          testing::MatchesRegex("data-[0-9a-f]+\\.csv"), "a b\"é.csv", "q",
                                          testing::MatchesRegex("__/__/etc/passwd-[0-9a-f]+"),
                                          testing::MatchesRegex("file-[0-9a-f]+")));
}

TEST_F(UrlRun, SendsItsHeadersAndShowsNoSecret) {
  server_.Set("/a?sig=hush-hush&date=2026-02-01", {.content = "1", .etag = "\"1\""});
  server_.Set("/missing?token=hush-hush", {.content = "hush-hush", .status = 403});
  json options = Urls({"/a?sig=hush-hush&date=2026-02-01", "/missing?token=hush-hush"});
  options["headers"] = {{"Authorization", "Bearer quiet-please"}};
  auto run = lab_.Run(options);
  EXPECT_EQ(HeaderIn(server_.heads()[0], "Authorization"), "Bearer quiet-please");
  ASSERT_THAT(run.facts, SizeIs(1));
  EXPECT_EQ(run.facts.begin()->second.request, "GET " + server_.Url("/a?sig=...&date=2026-02-01"));
  EXPECT_THAT(AllTexts(lab_, run) + lab_.lab.state.notes(),
              Not(testing::ContainsRegex("hush-hush|quiet-please")));
  server_.Set("/missing?token=hush-hush", {.content = "2"});
  run = lab_.Run(options);
  EXPECT_THAT(AllTexts(lab_, run) + lab_.lab.state.notes(),
              Not(testing::ContainsRegex("hush-hush|quiet-please")));
}

TEST_F(UrlRun, ReadsUrlsFromAnIndex) {
  server_.Set("/index", {.content = "# files\r\n" + server_.Url("/a") + "\r\n\n" + server_.Url("/b") + "\n" +
                                    server_.Url("/a")});
  server_.Set("/a", {.content = "1", .etag = "\"1\""});
  server_.Set("/b", {.content = "2", .etag = "\"1\""});
  const json options = {{"index_url", server_.Url("/index")}};
  auto run = lab_.Run(options);
  ASSERT_THAT(run.outcome, IsOk());
  EXPECT_THAT(run.files, SizeIs(2));
  EXPECT_TRUE(lab_.Run(options).outcome->unchanged);

  server_.Set("/index", {.content = server_.Url("/b")});
  run = lab_.Run(options);
  EXPECT_TRUE(run.outcome->unchanged);
  EXPECT_EQ(lab_.Count("gone_files"), 1);
}

TEST_F(UrlRun, SaysWhatIsGoneIfToldTo) {
  json options = {{"index_url", server_.Url("/index")}, {"when_gone", "fail"}};
  server_.Set("/index", {.content = server_.Url("/a") + "\n" + server_.Url("/b")});
  server_.Set("/a", {.content = "1", .etag = "\"1\""});
  server_.Set("/b", {.content = "2", .etag = "\"1\""});
  ASSERT_THAT(lab_.Run(options).outcome, IsOk());
  server_.Set("/index", {.content = server_.Url("/b")});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ProblemOf(lab_.Run(options)).code(), Code::kNotFound);
}

TEST_F(UrlRun, FailsOnAnIndexThatIsNone) {
  const json options = {{"index_url", server_.Url("/index?key=hush")}};
  EXPECT_THAT(lab_.Run(options).outcome, HasError(Code::kNotFound, "index"));
  server_.Set("/index?key=hush", {.content = "<html>"});
  EXPECT_THAT(lab_.Run(options).outcome, HasError(Code::kUnprocessable, "HTML"));
  server_.Set("/index?key=hush", {.content = "http://ok/\nftp://x\n"});
  const auto run = lab_.Run(options);
  EXPECT_THAT(run.outcome, HasError(Code::kUnprocessable, "line 2"));
  EXPECT_EQ(run.outcome.error().where(), server_.Url("/index"));
  server_.Set("/index?key=hush", {.content = "\n"});
  EXPECT_TRUE(lab_.Run(options).outcome->unchanged);
}

TEST_F(UrlRun, TellsHostsThatAnIndexNamesNoSecretsAndOpensThemNoPrivateAddress) {
  FileServer other;
  other.Set("/a", {.content = "private", .etag = "\"1\""});
  server_.Set("/index", {.content = other.Url("/a")});
  json options = {{"index_url", server_.Url("/index")}, {"headers", {{"X-Api-Key", "hush"}}}};
  EXPECT_EQ(ProblemOf(lab_.Run(options)).code(), Code::kPermissionDenied);
  EXPECT_THAT(other.heads(), IsEmpty());
  EXPECT_EQ(HeaderIn(server_.heads()[0], "X-Api-Key"), "hush");
}

TEST_F(UrlRun, ASinkThatFailsEndsTheRunAndTheNextPartOfItAsksOnlyForWhatIsMissing) {
  std::vector<std::string> paths;
  for (int i = 0; i < 6; ++i) {
    paths.push_back("/" + std::to_string(i));
    server_.Set(paths.back(), {.content = paths.back(), .etag = "\"1\""});
  }
  json options = Urls(paths);
  options["connections"] = 1;
  for (int64_t stored = 0; stored <= 6; ++stored) {
    RunLab lab;
    server_.Forget();
    lab.dies_after = stored;
    const auto broken = lab.Run(options);
    EXPECT_THAT(broken.outcome, HasError(Code::kInternal, "dead"));
    lab.dies_after.reset();
    const auto run = lab.Resume(options);
    ASSERT_THAT(run.outcome, IsOk());
    EXPECT_THAT(run.files, SizeIs(6));
    EXPECT_THAT(run.facts, SizeIs(6)) << "every page is recorded anew";
    // The file that could not be stored is still in the scratch directory.
    EXPECT_THAT(server_.heads(), SizeIs(6));
    EXPECT_TRUE(lab.Run(options).outcome->unchanged);
  }
}

TEST_F(UrlRun, EndsSoonWhenCancelled) {
  server_.Set("/a", {.content = std::string(1'000, 'x'), .stalls = true});
  const json options = Urls({"/a"});
  std::jthread canceller([&] {
    while (server_.heads().empty()) std::this_thread::yield();
    lab_.lab.cancel.request_stop();
  });
  EXPECT_THAT(lab_.Run(options).outcome, HasError(Code::kCancelled, ""));
}

TEST_F(UrlRun, SaysWhatIsWrongWhenTheSourceIsDown) {
  json options;
  {
    FileServer gone;
    options = {{"urls", {gone.Url("/a")}}};
  }
  EXPECT_EQ(ProblemOf(lab_.Run(options)).code(), Code::kUnavailable);
  EXPECT_EQ(lab_.lab.state.cursor() + lab_.lab.state.notes(), "");
}

TEST_F(UrlRun, RefusesA304ThatNobodyAskedFor) {
  RawServer server([](const auto&) { return RawServer::Answer{"HTTP/1.1 304 Not Modified\r\n\r\n"}; });
  EXPECT_EQ(ProblemOf(lab_.Run({{"urls", {server.Url("/a")}}})).code(), Code::kUnprocessable);
}

}  // namespace
}  // namespace tarn::extract::files
