#include "common/duckdb/documents.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::duckdb {
namespace {

using nlohmann::json;

class DocumentsTest : public testing::Test {
 protected:
  void Open(uint64_t memory_bytes) {
    InstanceOptions options;
    options.threads = 4;
    options.keep_order = false;
    options.memory_limit_bytes = memory_bytes;
    options.reads_documents = true;
    instance_ = std::move(Instance::Open(options)).value();
    connection_ = std::move(instance_->Connect()).value();
  }

  Document Make(int number, const std::string& text) {
    const auto file = directory_ / std::to_string(number);
    std::ofstream(file, std::ios::binary) << text;
    return {file, "key " + std::to_string(number), "v" + std::to_string(number), number * 1'000'000};
  }

  std::string Source(std::vector<Document> documents) {
    return "tarn_documents(" + std::to_string(connection_->documents().Add(std::move(documents))) + ")";
  }

  TempDirectory directory_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(DocumentsTest, AreRowsWithTheirObjects) {
  Open(1 << 30);
  const std::string source = Source({Make(1, R"({"a": "夜"})"), Make(2, "")});
  const auto rows =
      connection_->Rows("SELECT * EXCLUDE (file), typeof(document) AS type FROM " + source + " ORDER BY 1");
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(*rows, json::parse(R"([
    {"object_key": "key 1", "object_version": "v1", "object_time": "1970-01-01 00:00:01", "document": "{\"a\": \"夜\"}",
     "type": "JSON"},
    {"object_key": "key 2", "object_version": "v2", "object_time": "1970-01-01 00:00:02", "document": "", "type": "JSON"}])"));
}

TEST_F(DocumentsTest, AreAllReadOnceByManyThreadsSmallAndLarge) {
  Open(1 << 30);
  std::vector<Document> documents;
  for (int i = 0; i < 500; ++i) {
    const size_t size = i % 50 == 0 ? 300'000 : static_cast<size_t>(i % 7);
    documents.push_back(Make(i, std::string(size, static_cast<char>('a' + i % 26))));
  }
  documents.push_back(Make(500, std::string(5 << 20, 'y')));
  // Each text is that of its own object.
  const auto rows = connection_->Rows(
      "SELECT count(*) AS n, count(DISTINCT object_key) AS keys, sum(length(document))::BIGINT AS bytes, "
      "count(*) FILTER (number < 500 AND document::VARCHAR = repeat(chr(97 + number % 26), "
      "CASE WHEN number % 50 = 0 THEN 300000 ELSE number % 7 END)) AS own "
      "FROM (SELECT *, object_key[5:]::INTEGER AS number FROM " +
      Source(std::move(documents)) + ")");
  ASSERT_THAT(rows, IsOk());
  int64_t bytes = 5 << 20;
  for (int i = 0; i < 500; ++i) bytes += i % 50 == 0 ? 300'000 : i % 7;
  EXPECT_EQ((*rows)[0], json({{"n", 501}, {"keys", 501}, {"bytes", bytes}, {"own", 500}}));
}

TEST_F(DocumentsTest, AreNotReadWhereOnlyTheirObjectsAreAskedFor) {
  Open(1 << 30);
  Document gone = Make(1, "{}");
  std::filesystem::remove(gone.file);
  const std::string source = Source({gone});
  EXPECT_EQ(connection_->Rows("SELECT object_key FROM " + source).value()[0]["object_key"], "key 1");
  EXPECT_EQ(connection_->Rows("SELECT count(*) AS n FROM " + source).value()[0]["n"], 1);
  EXPECT_THAT(connection_->Rows("SELECT document FROM " + source), HasError(Code::kUnprocessable, "key 1"));
}

TEST_F(DocumentsTest, TakeFewerThreadsTheLargerTheyAre) {
  Open(64 << 20);
  std::vector<Document> small, large;
  for (int i = 0; i < 8; ++i) small.push_back(Make(i, "{}"));
  for (int i = 8; i < 16; ++i) large.push_back(Make(i, std::string(4 << 20, ' ')));
  Documents& documents = connection_->documents();
  EXPECT_EQ(documents.Find(documents.Add(small))->threads, 4u);
  EXPECT_EQ(documents.Find(documents.Add(large))->threads, 2u);
  EXPECT_EQ(documents.Find(documents.Add({}))->threads, 1u);
}

TEST_F(DocumentsTest, AreKnownByTheirNumberOnly) {
  Open(1 << 30);
  EXPECT_THAT(connection_->Rows("SELECT * FROM tarn_documents(7)"),
              HasError(Code::kUnprocessable, "no such documents"));
}

}  // namespace
}  // namespace tarn::duckdb
