#include "services/extract/replication/target_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::extract {
namespace {

TEST(TargetFile, NamesDirectoriesAndEndpoints) {
  const auto targets = ParseTargetFile(R"(
targets:
  offsite:
    type: directory
    path: /mnt/backup/lake
  cloud:
    type: s3
    endpoint: https://s3.eu-central-1.amazonaws.com
    region: eu-central-1
    bucket: lake-copy
    prefix: laptop/
    path_style: false
    credentials_prefix: BACKUP
)");
  ASSERT_THAT(targets, IsOk());
  ASSERT_EQ(targets->size(), 2u);
  EXPECT_EQ(targets->at("offsite").path, "/mnt/backup/lake");
  EXPECT_EQ(targets->at("cloud").prefix, "laptop/");
  EXPECT_FALSE(targets->at("cloud").path_style);
}

TEST(TargetFile, MayBeEmpty) {
  EXPECT_TRUE(ParseTargetFile("")->empty());
  EXPECT_TRUE(ParseTargetFile("targets: {}")->empty());
  EXPECT_TRUE(ReadTargetFile("")->empty());
}

TEST(TargetFile, SaysWhatIsWrong) {
  const struct {
    const char* text;
    const char* mentions;
  } cases[] = {
      {"targets: [", "line"},
      {"targets: 1", "/targets"},
      {"other: 1", "other"},
      {"targets: {a: 1}", "/targets/a"},
      {"targets: {a: {type: ftp}}", "/targets/a/type"},
      {"targets: {a: {type: directory}}", "/targets/a/path"},
      {"targets: {a: {type: directory, path: /x, region: y}}", "/targets/a/region"},
      {"targets: {a: {type: s3, endpoint: http://h}}", "/targets/a/bucket"},
  };
  for (const auto& a : cases) {
    EXPECT_THAT(ParseTargetFile(a.text), HasError(Code::kInvalidArgument, a.mentions)) << a.text;
  }
}

TEST(TargetFile, NeedsCredentialsThatCanBeFound) {
  TempDirectory directory;
  http_client::HttpClient http;
  const std::string file = (directory / "keys").string();
  const auto definitions = ParseTargetFile("targets: {c: {type: s3, endpoint: 'http://h', bucket: abc, credentials_file: '" +
                                           file + "'}}");
  ASSERT_THAT(definitions, IsOk());
  EXPECT_THAT(MakeTargets(*definitions, http), HasError(Code::kNotFound, "keys"));
  std::ofstream(file) << "[default]\naws_access_key_id=a\naws_secret_access_key=b\n";
  EXPECT_THAT(MakeTargets(*definitions, http), IsOk());
}

}  // namespace
}  // namespace tarn::extract
