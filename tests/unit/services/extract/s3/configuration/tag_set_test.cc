#include "services/extract/s3/configuration/tag_set.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

TEST(TagSet, RendersWhatItReads) {
  const Tags tags{{"a", ""}, {"b c", "<&>"}, {"\xc3\xa9", "x"}};
  const auto read = ParseTagging(RenderTagging(tags), kMaxObjectTags);
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_EQ(*read, tags);
}

TEST(TagSet, ReadsTheHeader) {
  const auto read = ParseTaggingHeader("a=1&b=two+words&c=%26%3D&d&&e=");
  ASSERT_THAT(read, IsS3Ok());
  EXPECT_EQ(*read, (Tags{{"a", "1"}, {"b", "two words"}, {"c", "&="}, {"d", ""}, {"e", ""}}));
  EXPECT_TRUE(ParseTaggingHeader("")->empty());
}

TEST(TagSet, RefusesBadTags) {
  EXPECT_THAT(ParseTaggingHeader("a=1&a=2"), IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(ParseTaggingHeader("a=%zz"), IsS3Error(S3Code::kInvalidArgument));
  EXPECT_THAT(ParseTaggingHeader("=1"), IsS3Error(S3Code::kInvalidTag));
  EXPECT_THAT(ParseTaggingHeader(std::string(129, 'k')), IsS3Error(S3Code::kInvalidTag));
  EXPECT_THAT(ParseTaggingHeader("k=" + std::string(257, 'v')), IsS3Error(S3Code::kInvalidTag));
  EXPECT_THAT(ParseTaggingHeader("1&2&3&4&5&6&7&8&9&10&11"), IsS3Error(S3Code::kBadRequest));
  EXPECT_THAT(ParseTagging("<Tagging/>", 10), IsS3Error(S3Code::kMalformedXml));
  EXPECT_THAT(ParseTagging("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", 10),
              IsS3Error(S3Code::kMalformedXml));
}

TEST(TagSet, CountsCharactersAndNotBytes) {
  std::string key;
  for (int i = 0; i < 128; ++i) key += "\xc3\xa9";
  EXPECT_THAT(CheckTag(key, ""), IsS3Ok());
  EXPECT_THAT(CheckTag(key + "\xc3\xa9", ""), IsS3Error(S3Code::kInvalidTag));
}

}  // namespace
}  // namespace tarn::extract::s3
