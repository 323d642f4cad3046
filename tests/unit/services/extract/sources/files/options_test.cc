#include "services/extract/sources/files/options.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::extract::files {
namespace {

using nlohmann::json;

TEST(ParseOptions, TakesAPlaceAndDefaults) {
  auto options = ParseOptions({{"urls", {"https://x/a https://x/b#part", "https://x/a"}}});
  ASSERT_THAT(options, IsOk());
  EXPECT_THAT(options->urls, testing::ElementsAre("https://x/a", "https://x/b"));
  EXPECT_EQ(options->max_file_bytes, 10ull << 30);
  EXPECT_EQ(options->stream, "files");
  options = ParseOptions({{"directory", "/data"},
                          {"pattern", "**/*.csv"},
                          {"settle", "1m"},
                          {"max_file_bytes", "5GiB"},
                          {"format", "csv"},
                          {"compare", "hash"},
                          {"stream", "sales/region=eu"},
                          {"connections", 8}});
  ASSERT_THAT(options, IsOk());
  EXPECT_EQ(options->settle, std::chrono::minutes(1));
  EXPECT_EQ(options->max_file_bytes, 5ull << 30);
  EXPECT_THAT(ParseOptions({{"s3", {{"endpoint", "http://127.0.0.1:9000"}, {"bucket", "data"}}}}), IsOk());
}

TEST(ParseOptions, NamesWhatIsWrong) {
  struct Case {
    json options;
    const char* where;
  };
  const json urls = {"http://x/a"};
  const json s3 = {{"endpoint", "http://x"}, {"bucket", "data"}};
  const auto with = [](json object, const char* name, json value) {
    object[name] = std::move(value);
    return object;
  };
  const Case cases[] = {
      {json::object(), "/options/urls"},
      {json::array(), "/options"},
      {{{"urls", json::array()}}, "/options/urls"},
      {{{"urls", {"ftp://x"}}}, "/options/urls"},
      {{{"urls", {"http://user:pw@x/"}}}, "/options/urls"},
      {{{"urls", {7}}}, "/options/urls/0"},
      {{{"index_url", "x"}}, "/options/index_url"},
      {{{"urls", urls}, {"directory", "/x"}}, "/options/directory"},
      {{{"urls", urls}, {"s3", s3}}, "/options/s3"},
      {{{"directory", "/x"}, {"s3", s3}}, "/options/s3"},
      {{{"directory", "relative"}}, "/options/directory"},
      {{{"directory", "/x"}, {"headers", {{"a", "b"}}}}, "/options/headers"},
      {{{"urls", urls}, {"headers", {{"Range", "bytes=0-"}}}}, "/options/headers"},
      {{{"urls", urls}, {"headers", {{"a b", "x"}}}}, "/options/headers"},
      {{{"urls", urls}, {"headers", {{"a", "x\r\nHost: y"}}}}, "/options/headers"},
      {{{"urls", urls}, {"headers", {{"a", 1}}}}, "/options/headers"},
      {{{"urls", urls}, {"pattern", "*"}}, "/options/pattern"},
      {{{"urls", urls}, {"settle", "1s"}}, "/options/settle"},
      {{{"directory", "/x"}, {"settle", "1"}}, "/options/settle"},
      {{{"directory", "/x"}, {"settle", "8d"}}, "/options/settle"},
      {{{"directory", "/x"}, {"pattern", "../*"}}, "/options/pattern"},
      {{{"urls", urls}, {"format", "xlsx"}}, "/options/format"},
      {{{"urls", urls}, {"compare", "size"}}, "/options/compare"},
      {{{"urls", urls}, {"when_gone", "delete"}}, "/options/when_gone"},
      {{{"urls", urls}, {"decompress", "yes"}}, "/options/decompress"},
      {{{"urls", urls}, {"max_file_bytes", 0}}, "/options/max_file_bytes"},
      {{{"urls", urls}, {"max_file_bytes", -1}}, "/options/max_file_bytes"},
      {{{"urls", urls}, {"max_file_bytes", "much"}}, "/options/max_file_bytes"},
      {{{"urls", urls}, {"stream", "../x"}}, "/options/stream"},
      {{{"urls", urls}, {"stream", "a b"}}, "/options/stream"},
      {{{"urls", urls}, {"connections", 0}}, "/options/connections"},
      {{{"urls", urls}, {"connections", 33}}, "/options/connections"},
      {{{"urls", urls}, {"url", "x"}}, "/options/url"},
      {{{"s3", {{"bucket", "data"}}}}, "/options/s3/endpoint"},
      {{{"s3", with(s3, "bucket", "X")}}, "/options/s3/bucket"},
      {{{"s3", with(s3, "endpoint", "x")}}, "/options/s3/endpoint"},
      {{{"s3", with(s3, "access_key_id", "id")}}, "/options/s3/secret_access_key"},
      {{{"s3", with(s3, "secret_access_key", "hush")}}, "/options/s3/access_key_id"},
      {{{"s3", with(s3, "key", "x")}}, "/options/s3/key"},
  };
  for (const Case& each : cases) {
    const auto options = ParseOptions(each.options);
    ASSERT_FALSE(options.ok()) << each.options;
    EXPECT_EQ(options.error().code(), Code::kInvalidArgument);
    EXPECT_EQ(options.error().where(), each.where) << each.options << options.error().message();
    EXPECT_EQ(options.error().message().find("hush"), std::string::npos);
    EXPECT_EQ(options.error().message().find("pw"), std::string::npos);
  }
}

}  // namespace
}  // namespace tarn::extract::files
