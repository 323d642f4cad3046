#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::duckdb {
namespace {

namespace fs = std::filesystem;

class LockDown : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(directory_ / "allowed");
    std::ofstream(directory_ / "allowed/a.csv") << "a\n1\n";
    std::ofstream(directory_ / "allowed_not.csv") << "a\n2\n";
    InstanceOptions options;
    options.allowed_directories = {directory_ / "allowed"};
    instance_ = std::move(Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
  }

  std::string Path(const char* name) { return QuoteLiteral((directory_ / name).string()); }

  TempDirectory directory_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(LockDown, ReadsAndWritesTheAllowedDirectory) {
  EXPECT_EQ(connection_->Rows("FROM read_csv(" + Path("allowed/a.csv") + ")").value(), nlohmann::json::parse(R"([{"a":1}])"));
  EXPECT_THAT(connection_->Run("COPY (SELECT 1) TO " + Path("allowed/b.parquet")), IsOk());
  EXPECT_TRUE(fs::exists(directory_ / "allowed/b.parquet"));
}

TEST_F(LockDown, RefusesEveryOtherFile) {
  const std::string outside[] = {
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM glob('/etc/*')",
      "SELECT * FROM read_csv(" + Path("allowed/../allowed_not.csv") + ")",
      "SELECT * FROM read_csv(" + Path("allowed_not.csv") + ")",
      "COPY (SELECT 1) TO " + Path("out.csv"),
      "COPY (SELECT 1) TO " + Path("allowed/../out.csv"),
      "ATTACH " + Path("other.duckdb"),
      "EXPORT DATABASE " + Path("export"),
      "INSTALL httpfs",
      "LOAD httpfs",
      "LOAD " + Path("allowed/x.duckdb_extension"),
  };
  for (const auto& sql : outside) EXPECT_THAT(connection_->Run(sql), HasError(Code::kPermissionDenied, "")) << sql;
  EXPECT_FALSE(fs::exists(directory_ / "out.csv"));
  EXPECT_FALSE(fs::exists(directory_ / "other.duckdb"));
}

TEST_F(LockDown, RefusesChangesOfSettings) {
  for (const char* sql : {"SET threads = 4", "SET memory_limit = '100GB'", "SET GLOBAL allowed_directories = ['/']",
                          "SET enable_external_access = true", "SET lock_configuration = false", "SET errors_as_json = false",
                          "RESET memory_limit", "SET TimeZone = 'Europe/Berlin'", "PRAGMA threads = 4"}) {
    EXPECT_THAT(connection_->Run(sql), HasError(Code::kUnprocessable, "locked")) << sql;
  }
}

TEST_F(LockDown, AllowsNoFileAtAllByDefault) {
  auto instance = Instance::Open({});
  auto connection = (*instance)->Connect();
  EXPECT_THAT((*connection)->Run("FROM read_csv(" + Path("allowed/a.csv") + ")"), HasError(Code::kPermissionDenied, ""));
}

TEST_F(LockDown, AllowsSinglePaths) {
  InstanceOptions options;
  options.allowed_paths = {directory_ / "allowed_not.csv"};
  auto instance = Instance::Open(options);
  auto connection = (*instance)->Connect();
  EXPECT_EQ((*connection)->Rows("FROM read_csv(" + Path("allowed_not.csv") + ")").value(), nlohmann::json::parse(R"([{"a":2}])"));
  EXPECT_THAT((*connection)->Run("FROM read_csv(" + Path("allowed/a.csv") + ")"), HasError(Code::kPermissionDenied, ""));
}

TEST_F(LockDown, TakesPathsWithQuotes) {
  InstanceOptions options;
  options.allowed_directories = {directory_ / "it's \"odd\""};
  fs::create_directory(options.allowed_directories[0]);
  auto instance = Instance::Open(options);
  ASSERT_THAT(instance, IsOk());
  auto connection = (*instance)->Connect();
  EXPECT_THAT((*connection)->Run("COPY (SELECT 1) TO " + Path("it's \"odd\"/a.csv")), IsOk());
}

}  // namespace
}  // namespace tarn::duckdb
