#include "services/extract/s3/configuration/lifecycle.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

std::string Rule(const std::string& inside) {
  return "<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>" + inside +
         "</Rule></LifecycleConfiguration>";
}

constexpr char kExpireInAWeek[] = "<Expiration><Days>7</Days></Expiration>";

TEST(Lifecycle, ReadsEverythingThatARuleMaySay) {
  const auto read = LifecycleConfiguration::Parse(
      Rule("<Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>1</Value></Tag>"
           "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan><ObjectSizeLessThan>100</ObjectSizeLessThan></"
           "And></Filter>"
           "<Expiration><Date>2030-01-02T00:00:00Z</Date></Expiration>"
           "<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays>"
           "<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>"));
  ASSERT_THAT(read, IsS3Ok());
  const LifecycleRule& rule = read->rules.front();
  EXPECT_EQ(rule.id, "r");
  EXPECT_TRUE(rule.enabled);
  EXPECT_EQ(rule.filter.prefix, "logs/");
  EXPECT_EQ(rule.filter.tags, (Tags{{"a", "1"}}));
  EXPECT_EQ(FormatRfc3339(*rule.expire_at), "2030-01-02T00:00:00.000Z");
  EXPECT_EQ(rule.expire_noncurrent_after_days, 3);
  EXPECT_EQ(rule.noncurrent_versions_kept, 2);
}

TEST(Lifecycle, FilterMeansPrefixTagsAndSizeTogether) {
  const auto read = LifecycleConfiguration::Parse(
      Rule("<Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>1</Value></Tag>"
           "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></And></Filter>" +
           std::string(kExpireInAWeek)));
  ASSERT_THAT(read, IsS3Ok());
  const RuleFilter& filter = read->rules.front().filter;
  object_store::ObjectInfo object;
  object.key = "logs/x";
  object.size_bytes = 11;
  object.attributes.tags = {{"a", "1"}, {"b", "2"}};
  EXPECT_TRUE(filter.Matches(object));
  object.size_bytes = 10;
  EXPECT_FALSE(filter.Matches(object));
  object.size_bytes = 11;
  object.attributes.tags = {{"a", "2"}};
  EXPECT_FALSE(filter.Matches(object));
  object.attributes.tags = {{"a", "1"}};
  object.key = "log";
  EXPECT_FALSE(filter.Matches(object));
}

TEST(Lifecycle, RendersWhatItReads) {
  for (const char* filter :
       {"<Filter></Filter>", "<Filter><Prefix>a&amp;b</Prefix></Filter>", "<Prefix>old</Prefix>",
        "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>",
        "<Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter>"}) {
    const auto read = LifecycleConfiguration::Parse(Rule(filter + std::string(kExpireInAWeek)));
    ASSERT_THAT(read, IsS3Ok()) << filter;
    const auto again = LifecycleConfiguration::Parse(read->Render());
    ASSERT_THAT(again, IsS3Ok()) << read->Render();
    EXPECT_EQ(read->Render(), again->Render());
    EXPECT_EQ(read->rules[0].filter.prefix, again->rules[0].filter.prefix);
    EXPECT_EQ(read->rules[0].filter.old_form, again->rules[0].filter.old_form);
  }
}

TEST(Lifecycle, MakesAnIdForARuleWithoutOne) {
  const auto read = LifecycleConfiguration::Parse(
      "<LifecycleConfiguration><Rule><Status>Disabled</Status><Prefix/><Expiration><Days>1</Days></"
      "Expiration></Rule>"
      "</LifecycleConfiguration>");
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_FALSE(read->rules[0].id.empty());
  EXPECT_FALSE(read->rules[0].enabled);
}

TEST(Lifecycle, RefusesWhatMakesNoSense) {
  const std::string filter = "<Filter><Prefix/></Filter>";
  const std::pair<std::string, S3Code> cases[] = {
      {"<LifecycleConfiguration/>", S3Code::kMalformedXml},
      {"<Other/>", S3Code::kMalformedXml},
      {Rule(filter), S3Code::kInvalidRequest},
      {Rule(kExpireInAWeek), S3Code::kMalformedXml},
      {Rule(filter + "<Expiration/>"), S3Code::kMalformedXml},
      {Rule(filter + "<Expiration><Days>0</Days></Expiration>"), S3Code::kInvalidArgument},
      {Rule(filter + "<Expiration><Days>99999999999999999999</Days></Expiration>"), S3Code::kMalformedXml},
      {Rule(filter + "<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>"),
       S3Code::kMalformedXml},
      {Rule(filter + "<Expiration><Date>2030-01-01T01:00:00Z</Date></Expiration>"), S3Code::kInvalidArgument},
      {Rule(filter + "<Surprise/>" + kExpireInAWeek), S3Code::kMalformedXml},
      {Rule(filter + "<Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition>"),
       S3Code::kNotImplemented},
      {Rule("<Filter><And><Prefix>a</Prefix></And></Filter>" + std::string(kExpireInAWeek)),
       S3Code::kMalformedXml},
      {Rule("<Filter><Tag><Key>a</Key><Value/></Tag></"
            "Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>1"
            "</DaysAfterInitiation></AbortIncompleteMultipartUpload>"),
       S3Code::kInvalidRequest},
  };
  for (const auto& [document, code] : cases) {
    EXPECT_THAT(LifecycleConfiguration::Parse(document), IsS3Error(code)) << document;
  }
}

TEST(Lifecycle, IsDueAtTheMidnightThatFollows) {
  const Timestamp since = ParseRfc3339("2026-03-01T10:00:00Z").value();
  EXPECT_EQ(FormatRfc3339(DueAfterDays(since, 1)), "2026-03-03T00:00:00.000Z");
  EXPECT_EQ(FormatRfc3339(DueAfterDays(ParseRfc3339("2026-03-01T00:00:00Z").value(), 1)),
            "2026-03-02T00:00:00.000Z");
}

}  // namespace
}  // namespace tarn::extract::s3
