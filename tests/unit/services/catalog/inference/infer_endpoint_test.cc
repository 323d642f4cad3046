#include "services/catalog/inference/infer_endpoint.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/object_store/local_object_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

class TextBody : public http::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  Result<size_t> Read(char* into, size_t size) override {
    const size_t taken = text_.copy(into, size, at_);
    at_ += taken;
    return taken;
  }

 private:
  const std::string text_;
  size_t at_ = 0;
};

class Infer : public testing::Test {
 protected:
  Infer() {
    store_ = std::move(object_store::OpenLocalStore({directory_ / "lake", "test"})).value();
    EXPECT_TRUE(store_->EnsureBucket("raw").ok());
  }

  void Put(const std::string& key, const std::string& content) {
    ASSERT_THAT(store_->Put("raw", key, content), IsOk());
  }

  Result<json> Post(const std::string& type, std::string body, const std::string& name = "") {
    http::Request request;
    request.method = http::Method::kPost;
    request.headers.Add("Content-Type", type);
    if (!name.empty()) request.query_parameters = {{"name", name}};
    request.body_reader = std::make_unique<TextBody>(std::move(body));
    InferEndpoint endpoint(*store_, InspectionOptions());
    TARN_ASSIGN(const http::Response response, endpoint(request));
    return json::parse(response.body);
  }
  Result<json> PostSample(std::string body, const std::string& name = "") {
    return Post("application/octet-stream", std::move(body), name);
  }
  Result<json> PostLocation(const std::string& location) {
    return Post("application/json", json({{"location", location}}).dump());
  }

  const TempDirectory directory_;
  std::unique_ptr<object_store::ObjectStore> store_;
};

TEST_F(Infer, ReadsJsonInUtf16) {
  std::string body = "\xff\xfe";
  for (const char c : std::string("[{\"id\": 1}, {\"id\": 2}]")) body += {c, '\0'};
  for (const char* name : {"", "a.json"}) {
    const auto answer = PostSample(body, name);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ((*answer)["format"], "json");
    EXPECT_EQ((*answer)["encoding"], "utf-16le");
    EXPECT_EQ((*answer)["columns"][0]["name"], "id");
    EXPECT_EQ((*answer)["rows"], 2);
  }
}

TEST_F(Infer, AnswersAboutASampleWithEvidence) {
  const auto answer = PostSample("# export\nid;name;day\n1;x;31.12.2023\n2;y;01.01.2024\n", "sales.csv");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)["format"], "csv");
  EXPECT_EQ((*answer)["encoding"], "utf-8");
  EXPECT_EQ((*answer)["csv"], json::parse(R"({"delimiter": ";", "quote": "\"", "escape": "\"", "comment": "#",
      "collapse_delimiters": false, "skip_lines": 1, "header_lines": 1, "footer_lines": 0})"));
  EXPECT_EQ((*answer)["columns"],
            json::parse(R"([{"name": "id", "type": "BIGINT"}, {"name": "name", "type": "VARCHAR"},
      {"name": "day", "type": "DATE", "format": "%d.%m.%Y"}])"));
  EXPECT_EQ((*answer)["rows"], 2);
  const json& evidence = (*answer)["evidence"];
  EXPECT_GT(evidence["decisions"]["dialect"]["alternatives"].size(), 1u);
  EXPECT_EQ(evidence["decisions"]["header_lines"]["chosen"], "1");
  EXPECT_EQ(
      evidence["columns"][1]["ruled_out"][0],
      json::parse(
          R"({"type": "BOOLEAN", "value": "x", "place": {"object": "sales.csv", "line": 3, "byte_offset": 23}})"));
  EXPECT_EQ(evidence["sample"]["complete"], true);
}

TEST_F(Infer, AnswersAboutAnObject) {
  Put("a/b.csv", "id,ok\n1,true\n2,false\n");
  for (const char* location : {"raw/a/b.csv", "s3://raw/a/b.csv"}) {
    const auto answer = PostLocation(location);
    ASSERT_THAT(answer, IsOk());
    EXPECT_EQ((*answer)["columns"][1], json({{"name", "ok"}, {"type", "BOOLEAN"}}));
    EXPECT_EQ((*answer)["evidence"]["object"], "raw/a/b.csv");
  }
}

TEST_F(Infer, MergesWhatThePrefixHolds) {
  Put("t/1.csv", "id,n\n1,2\n");
  Put("t/2.csv", "id,n,extra\n1,2.5,x\n");
  Put("t/3.csv", std::string("\0\1\2\3\0\0\0", 7));
  Put("t/_SUCCESS", "");
  const auto answer = PostLocation("raw/t/");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)["columns"],
            json::parse(R"([{"name": "id", "type": "BIGINT"}, {"name": "n", "type": "DOUBLE"},
      {"name": "extra", "type": "VARCHAR"}])"));
  EXPECT_EQ((*answer)["rows"], 2);
  const json& objects = (*answer)["evidence"]["objects"];
  ASSERT_EQ(objects.size(), 3u);
  EXPECT_EQ(objects[2]["error"]["code"], "unprocessable");
  EXPECT_THAT(objects[2]["error"]["detail"].get<std::string>(), testing::HasSubstr("binary"));
}

TEST_F(Infer, TellsTheFormatByContentToo) {
  EXPECT_EQ((*PostSample("{\"a\": 1}\n{\"a\": 2}\n"))["format"], "json");
  EXPECT_EQ((*PostSample("{\"a\": 1}\n{\"a\": 2}\n"))["json"]["layout"], "ndjson");
  EXPECT_EQ((*PostSample(R"({"items": [{"id": 1}]})", "page.json"))["json"]["records_path"], "/items");
  EXPECT_EQ((*PostSample("[a],[b]\n1,2\n"))["format"], "csv");
  EXPECT_THAT(PostSample("\x89PNG\r\n\x1a\n", "x.csv"), HasError(Code::kUnprocessable, "PNG"));
}

TEST_F(Infer, ReadsParquet) {
  const auto file = directory_ / "a.parquet";
  duckdb::InstanceOptions options;
  options.allowed_directories = {directory_.path()};
  auto instance = duckdb::Instance::Open(options);
  ASSERT_THAT(instance.value()->Connect().value()->Run("COPY (SELECT 1::INTEGER AS i, [1.5] AS l) TO " +
                                                       duckdb::QuoteLiteral(file.string())),
              IsOk());
  std::ifstream in(file, std::ios::binary);
  const auto answer = PostSample({std::istreambuf_iterator<char>(in), {}}, "x");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ((*answer)["format"], "parquet");
  EXPECT_EQ((*answer)["csv"], nullptr);
  EXPECT_EQ((*answer)["columns"][0], json({{"name", "i"},
                                           {"type", "INTEGER"},
                                           {"statistics", {{"nulls", 0}, {"min", "1"}, {"max", "1"}}}}));
}

TEST_F(Infer, RefusesBadInput) {
  EXPECT_THAT(PostLocation("raw/none.csv"), HasError(Code::kNotFound, "raw/none.csv"));
  EXPECT_THAT(PostLocation("nosuchbucket/x"), HasError(Code::kNotFound, ""));
  EXPECT_THAT(PostLocation("/x"), HasError(Code::kInvalidArgument, "/location"));
  EXPECT_THAT(Post("application/json", "{}"), HasError(Code::kInvalidArgument, "/location"));
  EXPECT_THAT(Post("application/json", "{\"location\": \"raw/x\", \"colour\": 1}"),
              HasError(Code::kInvalidArgument, "colour"));
  EXPECT_THAT(Post("application/json", "{\"location\": \"raw/x\"}", "a.csv"),
              HasError(Code::kInvalidArgument, "query:name"));
  EXPECT_THAT(Post("application/json", std::string(100'000, ' ')), HasError(Code::kTooLarge, ""));
  EXPECT_THAT(PostSample(""), HasError(Code::kUnprocessable, "empty"));
  EXPECT_THAT(PostSample("a,b\n1,2\n", std::string(2000, 'x')),
              HasError(Code::kInvalidArgument, "query:name"));
}

}  // namespace
}  // namespace tarn::catalog
