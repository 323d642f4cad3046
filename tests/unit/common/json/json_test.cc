#include "common/json/json.h"

#include <nlohmann/json.hpp>

#include "tests/support/result_matchers.h"

namespace tarn::json {
namespace {

TEST(JsonParse, TellsTheByteOfTheFault) {
  EXPECT_THAT(Parse(R"({"a": 1, "b": tru})"), HasError(Code::kInvalidArgument, "byte 17"));
  EXPECT_THAT(Parse(R"({"a": 1)"), HasError(Code::kInvalidArgument, "byte 7"));
  EXPECT_THAT(Parse(""), HasError(Code::kInvalidArgument, "byte 0"));
  EXPECT_THAT(Parse("{} x"), HasError(Code::kInvalidArgument, "byte 3"));
  EXPECT_THAT(Parse("{\"a\": \"\xff\"}"), HasError(Code::kInvalidArgument, "byte 7"));
}

TEST(JsonParse, RefusesWhatFollowsANul) {
  EXPECT_THAT(Parse(std::string("{}\0{", 4)), HasError(Code::kInvalidArgument, "byte 2"));
  EXPECT_THAT(Parse(std::string("1\0", 2)), HasError(Code::kInvalidArgument, "byte 1"));
  EXPECT_THAT(Parse(R"("\u0000")"), IsOk());
}

TEST(JsonParse, RefusesDeepNestingWithoutRecursing) {
  EXPECT_THAT(Parse(std::string(64, '[') + std::string(64, ']')), IsOk());
  EXPECT_THAT(Parse(std::string(65, '[') + std::string(65, ']')),
              HasError(Code::kInvalidArgument, "deeper than 64"));
  EXPECT_THAT(Parse(std::string(1'000'000, '[')), HasError(Code::kInvalidArgument, "deeper"));
}

TEST(JsonDump, ReplacesWhatIsNotUtf8) { EXPECT_EQ(Dump({{"a", "x\xff"}}), "{\"a\":\"x\xef\xbf\xbd\"}"); }

TEST(ObjectReader, TakesMembersOfTheRightTypes) {
  const auto body =
      nlohmann::json::parse(R"({"name":"a","limit":5,"dry_run":true,"keys":["x","y"],"nothing":null})");
  ObjectReader reader(body);
  EXPECT_EQ(reader.RequiredString("name"), "a");
  EXPECT_EQ(reader.RequiredInteger("limit"), 5);
  EXPECT_EQ(reader.OptionalBool("dry_run"), true);
  EXPECT_EQ(reader.OptionalStringArray("keys"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(reader.OptionalString("nothing"), std::nullopt);
  EXPECT_THAT(reader.Finish(), IsOk());
}

struct BadBody {
  const char* body;
  const char* pointer;
};

class ObjectReaderRefuses : public testing::TestWithParam<BadBody> {};

TEST_P(ObjectReaderRefuses, NamesTheMemberByItsPointer) {
  const auto body = nlohmann::json::parse(GetParam().body);
  ObjectReader reader(body);
  reader.RequiredString("name");
  reader.OptionalInteger("limit");
  reader.OptionalStringArray("keys");
  EXPECT_THAT(reader.Finish(), HasError(Code::kInvalidArgument, GetParam().pointer));
}

INSTANTIATE_TEST_SUITE_P(Bodies, ObjectReaderRefuses,
                         testing::Values(BadBody{"{}", "/name"}, BadBody{R"({"name":1})", "/name"},
                                         BadBody{R"({"name":null})", "/name"},
                                         BadBody{R"({"name":"a","limit":"5"})", "/limit"},
                                         BadBody{R"({"name":"a","limit":1.5})", "/limit"},
                                         BadBody{R"({"name":"a","limit":18446744073709551615})", "/limit"},
                                         BadBody{R"({"name":"a","keys":["x",2]})", "/keys/1"},
                                         BadBody{R"({"name":"a","odd~/one":1})", "/odd~0~1one"},
                                         BadBody{"[]", "/"}));

}  // namespace
}  // namespace tarn::json
