#include "services/catalog/tables/resolve_endpoint.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tarn/v1/catalog.pb.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

using nlohmann::json;

class ResolveEndpointTest : public testing::Test {
 protected:
  ResolveEndpointTest() {
    DataFile csv = MakeFile("spotify/plays/year=2023/b.csv", "v2", {}, {{"year", "2023"}});
    FileLayout layout{FileFormat::kCsv,
                      {{"Id", "BIGINT"}, {"Year", "BIGINT"}, {"note", "VARCHAR"}},
                      {{"year", "BIGINT", true}},
                      CsvDialect{";"}};
    csv.layout = std::make_shared<const FileLayout>(layout);
    const DataFile parquet = MakeFile("spotify/plays/a.parquet", "v1", {{"id", "INTEGER"}});
    EXPECT_THAT(catalog.Commit({TableChange{{"spotify", "plays"}, {parquet, csv}, {}, {}}}), IsOk());
  }

  Result<http::Response> Send(const std::string& body, const std::string& content_type,
                              const std::string& accept = "") {
    http::Request request;
    request.body = body;
    request.headers.Add("Content-Type", content_type);
    if (!accept.empty()) request.headers.Add("Accept", accept);
    return endpoint(request);
  }

  CatalogFixture catalog;
  std::vector<int64_t> waited_for;
  bool crawled = true;
  ResolveEndpoint endpoint{*catalog.tables, [this](int64_t sequence, std::stop_token) {
                             waited_for.push_back(sequence);
                             return crawled;
                           }};
};

TEST_F(ResolveEndpointTest, AnswersProtobufWithOneEntryPerName) {
  v1::ResolveTablesRequest message;
  for (const char* table : {"PLAYS", "nothing"}) {
    v1::TableRequest* name = message.add_tables();
    name->set_database("Spotify");
    name->set_table(table);
  }
  const auto response = Send(message.SerializeAsString(), "application/x-protobuf");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->headers.Find("content-type"), "application/x-protobuf");
  v1::ResolveTablesResponse answer;
  ASSERT_TRUE(answer.ParseFromString(response->body));
  ASSERT_EQ(answer.tables_size(), 2);
  EXPECT_FALSE(answer.tables(1).found());
  EXPECT_EQ(answer.tables(1).name().table(), "nothing");

  const v1::TableSnapshot& plays = answer.tables(0);
  EXPECT_TRUE(plays.found());
  EXPECT_EQ(plays.version(), 1);
  ASSERT_EQ(plays.columns_size(), 3);
  EXPECT_EQ(plays.columns(0).name(), "id");
  EXPECT_EQ(plays.columns(0).type(), "BIGINT");
  EXPECT_EQ(plays.columns(1).name(), "note");
  EXPECT_TRUE(plays.columns(2).partition_key());
  EXPECT_EQ(plays.total_files(), 2);
  EXPECT_EQ(plays.total_partitions(), 1);
  ASSERT_EQ(plays.groups_size(), 2);
  const v1::FileGroup& parquet = plays.groups(0);
  EXPECT_EQ(parquet.format(), v1::FILE_FORMAT_PARQUET);
  ASSERT_EQ(parquet.columns_size(), 1);
  EXPECT_EQ(parquet.columns(0).name(), "id");
  EXPECT_EQ(parquet.columns(0).type(), "INTEGER");
  ASSERT_EQ(parquet.files_size(), 1);
  EXPECT_THAT(plays.partitions(static_cast<int>(parquet.files(0).partition())).values(),
              testing::ElementsAre(kNullPartition));

  const v1::FileGroup& csv = plays.groups(1);
  EXPECT_EQ(csv.format(), v1::FILE_FORMAT_CSV);
  EXPECT_EQ(csv.csv().delimiter(), ";");
  EXPECT_THAT(csv.csv().columns(), testing::ElementsAre("Id", "Year", "note"));
  ASSERT_EQ(csv.columns_size(), 2);  // the path's year hides the file's
  EXPECT_EQ(csv.columns(0).column(), 0u);
  EXPECT_EQ(csv.columns(0).name(), "Id");
  EXPECT_EQ(csv.columns(1).column(), 1u);
  ASSERT_EQ(csv.files_size(), 1);
  EXPECT_EQ(csv.files(0).version(), "v2");
  EXPECT_EQ(csv.files(0).rows(), 10);
  EXPECT_THAT(plays.partitions(static_cast<int>(csv.files(0).partition())).values(), testing::ElementsAre("2023"));
}

TEST_F(ResolveEndpointTest, LeavesOutWhatFiltersExclude) {
  const auto response = Send(R"({"names":[{"database":"spotify","table":"plays",
      "filters":[{"column":"YEAR","operator":"in","values":[2022,2023]}]}]})",
                             "application/json");
  ASSERT_THAT(response, IsOk());
  const json table = json::parse(response->body)["tables"][0];
  EXPECT_EQ(table["total_files"], 2);
  ASSERT_EQ(table["groups"].size(), 1u);
  EXPECT_EQ(table["groups"][0]["files"][0]["key"], "spotify/plays/year=2023/b.csv");
}

TEST_F(ResolveEndpointTest, ReadsAFormerVersion) {
  EXPECT_THAT(catalog.Commit({TableChange{{"spotify", "plays"}, {}, {{"transformed", "spotify/plays/a.parquet"}}, {}}}),
              IsOk());
  const auto files = [&](const std::string& which) {
    const auto response =
        Send(R"({"names":[{"database":"spotify","table":"plays")" + which + "}]}", "application/json");
    return json::parse(response->body)["tables"][0]["groups"].size();
  };
  EXPECT_EQ(files(""), 1u);
  EXPECT_EQ(files(R"(,"version":1)"), 2u);
  EXPECT_EQ(files(R"(,"version":2)"), 1u);
  EXPECT_THAT(Send(R"({"names":[{"database":"spotify","table":"plays","version":3}]})", "application/json"),
              HasError(Code::kNotFound, "version 3"));
}

TEST_F(ResolveEndpointTest, SpeaksJsonWithPeople) {
  const auto response =
      Send(R"({"names":[{"database":"spotify","table":"plays"},{"database":"x","table":"y"}]})",
           "application/json");
  ASSERT_THAT(response, IsOk());
  const json body = json::parse(response->body);
  EXPECT_EQ(body["tables"][0]["found"], true);
  EXPECT_EQ(body["tables"][0]["groups"].size(), 2u);
  EXPECT_EQ(body["tables"][0]["groups"][1]["csv"]["columns"], json::array({"Id", "Year", "note"}));
  EXPECT_EQ(body["tables"][1]["found"], false);
}

TEST_F(ResolveEndpointTest, AnswersInTheFormThatIsAccepted) {
  const std::string body = R"({"names":[]})";
  EXPECT_EQ(Send(body, "application/json", "application/x-protobuf")->headers.Find("content-type"),
            "application/x-protobuf");
  EXPECT_THAT(Send(body, "application/json", "text/html"), HasError(Code::kInvalidArgument, "header:Accept"));
}

TEST_F(ResolveEndpointTest, SaysWhatIsWrongWithARequest) {
  EXPECT_THAT(Send("\xff\xff", "application/x-protobuf"),
              HasError(Code::kInvalidArgument, "ResolveTablesRequest"));
  EXPECT_THAT(Send("{}", "application/json"), HasError(Code::kInvalidArgument, "/names"));
  EXPECT_THAT(Send(R"({"names":[{"database":"a"}]})", "application/json"),
              HasError(Code::kInvalidArgument, "/names/0/table"));
  EXPECT_THAT(Send(R"({"names":[{"database":"a","table":"b","x":1}]})", "application/json"),
              HasError(Code::kInvalidArgument, "/names/0/x"));
  EXPECT_THAT(Send(R"({"names":)", "application/json"), HasError(Code::kInvalidArgument, "byte"));
  const auto filter = [&](const std::string& text) {
    return Send(R"({"names":[{"database":"a","table":"b","filters":[)" + text + "]}]}", "application/json");
  };
  EXPECT_THAT(filter(R"({"column":"c","operator":"~","values":[1]})"), HasError(Code::kInvalidArgument, "/operator"));
  EXPECT_THAT(filter(R"({"column":"c","operator":"=","values":[1,2]})"), HasError(Code::kInvalidArgument, "/values"));
  EXPECT_THAT(filter(R"({"column":"c","operator":"=","values":[null]})"), HasError(Code::kInvalidArgument, "/values"));
  EXPECT_THAT(Send(R"({"names":[{"database":"a","table":"b","version":1,"as_of":"2026-01-01T00:00:00Z"}]})",
                   "application/json"),
              HasError(Code::kInvalidArgument, "not both"));
  v1::ResolveTablesRequest message;
  message.add_tables()->add_filters()->set_column("c");
  EXPECT_THAT(Send(message.SerializeAsString(), "application/x-protobuf"),
              HasError(Code::kInvalidArgument, "unknown operator"));
}

TEST_F(ResolveEndpointTest, WaitsForTheCrawlOfWhatTheAskerKnows) {
  v1::ResolveTablesRequest message;
  message.set_min_sequence(42);
  EXPECT_THAT(Send(message.SerializeAsString(), "application/x-protobuf"), IsOk());
  EXPECT_THAT(Send(R"({"names":[],"min_sequence":43})", "application/json"), IsOk());
  EXPECT_THAT(Send(R"({"names":[]})", "application/json"), IsOk());
  EXPECT_THAT(waited_for, testing::ElementsAre(42, 43));
}

TEST_F(ResolveEndpointTest, TellsWhoHasWaitedInVainWhenToAskAgain) {
  crawled = false;
  const auto response = Send(R"({"names":[],"min_sequence":42})", "application/json");
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.Find("Retry-After"), "1");
  EXPECT_THAT(response->body, testing::HasSubstr("event 42"));
}

TEST_F(ResolveEndpointTest, RefusesASequenceThatIsNoNumberOfAnEvent) {
  EXPECT_THAT(Send(R"({"names":[],"min_sequence":-1})", "application/json"),
              HasError(Code::kInvalidArgument, "/min_sequence"));
  EXPECT_THAT(Send(R"({"names":[],"min_sequence":"1"})", "application/json"),
              HasError(Code::kInvalidArgument, "/min_sequence"));
}

TEST_F(ResolveEndpointTest, LetsOnlySomeWaitAtATime) {
  std::vector<int> statuses;
  int depth = 0;
  ResolveEndpoint* asked = nullptr;
  ResolveEndpoint nested(*catalog.tables, [&](int64_t, std::stop_token) {
    ++depth;
    http::Request request;
    request.body = R"({"names":[],"min_sequence":1})";
    request.headers.Add("Content-Type", "application/json");
    statuses.push_back((*asked)(request)->status);
    return true;
  });
  asked = &nested;
  http::Request request;
  request.body = R"({"names":[],"min_sequence":1})";
  request.headers.Add("Content-Type", "application/json");
  EXPECT_EQ(nested(request)->status, 200);
  EXPECT_EQ(depth, ResolveEndpoint::kMaxWaiting);
  EXPECT_EQ(statuses.front(), 503);  // the innermost, one too many
  EXPECT_EQ(statuses.back(), 200);
}

TEST_F(ResolveEndpointTest, RefusesTooManyNames) {
  json body = {{"names", json::array()}};
  for (int i = 0; i < 1001; ++i) body["names"].push_back({{"database", "a"}, {"table", "b"}});
  EXPECT_THAT(Send(body.dump(), "application/json"), HasError(Code::kInvalidArgument, "1001"));
}

}  // namespace
}  // namespace tarn::catalog
