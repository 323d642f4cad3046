#include "services/extract/s3/operations/conditions.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

constexpr ConditionOutcome kGoOn = ConditionOutcome::kGoOn, kNotModified = ConditionOutcome::kNotModified,
                           kFailed = ConditionOutcome::kFailed;
constexpr char kBefore[] = "Sun, 06 Nov 1994 08:49:36 GMT", kSame[] = "Sun, 06 Nov 1994 08:49:37 GMT";

object_store::ObjectInfo Object() {
  object_store::ObjectInfo object;
  object.etag = "abc";
  object.last_modified = ParseRfc3339("1994-11-06T08:49:37.900Z").value();
  return object;
}

http::Headers HeadersOf(const Fields& fields, const std::string& prefix = "") {
  http::Headers headers;
  for (const auto& [name, value] : fields) headers.Add(prefix + name, value);
  return headers;
}

TEST(Conditions, AreWeighedInTheOrderOfHttp) {
  const struct {
    Fields fields;
    ConditionOutcome outcome;
  } cases[] = {
      {{}, kGoOn},
      {{{"If-Match", "\"abc\""}}, kGoOn},
      {{{"If-Match", "abc"}}, kGoOn},
      {{{"If-Match", "\"x\", \"abc\""}}, kGoOn},
      {{{"If-Match", "*"}}, kGoOn},
      {{{"If-Match", "\"x\""}}, kFailed},
      {{{"If-None-Match", "\"x\""}}, kGoOn},
      {{{"If-None-Match", "W/\"abc\""}}, kNotModified},
      {{{"If-None-Match", "*"}}, kNotModified},
      {{{"If-Modified-Since", kSame}}, kNotModified},
      {{{"If-Modified-Since", kBefore}}, kGoOn},
      {{{"If-Unmodified-Since", kSame}}, kGoOn},
      {{{"If-Unmodified-Since", kBefore}}, kFailed},
      {{{"If-Modified-Since", "yesterday"}}, kGoOn},
      {{{"If-Match", "\"abc\""}, {"If-Unmodified-Since", kBefore}}, kGoOn},
      {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", kSame}}, kGoOn},
      {{{"If-Match", "\"x\""}, {"If-None-Match", "\"abc\""}}, kFailed},
  };
  for (const auto& [fields, outcome] : cases) {
    const std::string shown = fields.empty() ? "" : fields.front().first + ": " + fields.front().second;
    EXPECT_EQ(WeighConditions(HeadersOf(fields), Object()), outcome) << shown;
    EXPECT_EQ(WeighConditions(HeadersOf(fields, "x-amz-copy-source-"), Object(), "x-amz-copy-source-"),
              outcome)
        << shown;
  }
}

TEST(Conditions, OfARangeNameTheContentItIsOf) {
  EXPECT_TRUE(IsRangeOfThis(HeadersOf({}), Object()));
  EXPECT_TRUE(IsRangeOfThis(HeadersOf({{"If-Range", "\"abc\""}}), Object()));
  EXPECT_FALSE(IsRangeOfThis(HeadersOf({{"If-Range", "\"x\""}}), Object()));
  EXPECT_FALSE(IsRangeOfThis(HeadersOf({{"If-Range", "W/\"abc\""}}), Object()));
  EXPECT_TRUE(IsRangeOfThis(HeadersOf({{"If-Range", kSame}}), Object()));
  EXPECT_FALSE(IsRangeOfThis(HeadersOf({{"If-Range", kBefore}}), Object()));
}

TEST(Conditions, OfAPutAreTwoOnly) {
  const auto both = ReadPutConditions(HeadersOf({{"If-None-Match", "*"}, {"If-Match", "\"abc\""}}));
  ASSERT_THAT(both, IsS3Ok());
  EXPECT_TRUE(both->if_none_match);
  EXPECT_EQ(both->if_match_etag, "abc");
  for (const auto& field : Fields{{"If-None-Match", "\"a\""},
                                  {"If-Match", "*"},
                                  {"If-Match", "\"a\", \"b\""},
                                  {"If-Match", ""},
                                  {"If-Unmodified-Since", kSame}}) {
    EXPECT_THAT(ReadPutConditions(HeadersOf({field})), IsS3Error(S3Code::kNotImplemented)) << field.second;
  }
}

}  // namespace
}  // namespace tarn::extract::s3
