#include "services/extract/s3/operations/listing.h"

#include "tests/unit/services/extract/s3/operations/door_lab.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

class ListingTest : public DoorLab {
 protected:
  ListingTest() {
    for (const char* key : {"a", "b/1", "b/2", "c%20d+%C3%A9"})
      Answer(Method::kPut, "/bucket/" + std::string(key), "x");
  }

  // Follows the pages to the end; `token` is the element whose text goes into the parameter `parameter`.
  int CountPages(const std::string& query, const std::string& token, const std::string& parameter) {
    int pages = 0;
    for (std::string next;; ++pages) {
      const auto page =
          Answer(Method::kGet, "/bucket?" + query + (next.empty() ? "" : "&" + parameter + "=" + next));
      if (TextOf(page, "IsTruncated") != "true") return pages + 1;
      next = http::PercentEncode(TextOf(page, token));
      if (next.empty() || pages > 10) return -1;
    }
  }
};

TEST_F(ListingTest, EncodesKeysWhenAsked) {
  const auto page = Answer(Method::kGet, "/bucket?list-type=2&encoding-type=url&prefix=c%20d");
  EXPECT_EQ(TextOf(page, "Key"), "c%20d%2B%C3%A9");
  EXPECT_EQ(TextOf(page, "Prefix"), "c%20d");
  EXPECT_EQ(TextOf(page, "EncodingType"), "url");
  EXPECT_EQ(TextOf(Answer(Method::kGet, "/bucket?list-type=2&encoding-type=url&prefix=b/1"), "Key"), "b/1");
}

TEST_F(ListingTest, GoesOnWhereThePageBeforeEnded) {
  EXPECT_EQ(CountPages("list-type=2&max-keys=1", "NextContinuationToken", "continuation-token"), 4);
  EXPECT_EQ(CountPages("max-keys=1", "NextMarker", "marker"), 4);
  EXPECT_EQ(CountPages("max-keys=1&delimiter=/", "NextMarker", "marker"), 3);
  EXPECT_EQ(CountPages("versions&max-keys=3", "NextKeyMarker", "key-marker"), 2);
}

TEST_F(ListingTest, ChecksItsParameters) {
  for (const char* query : {"max-keys=-1", "max-keys=x", "encoding-type=xml",
                            "list-type=2&continuation-token=%21", "versions&version-id-marker=x"}) {
    EXPECT_THAT(Send(Method::kGet, std::string("/bucket?") + query), IsS3Error(S3Code::kInvalidArgument))
        << query;
  }
  EXPECT_EQ(TextOf(Answer(Method::kGet, "/bucket?max-keys=5000"), "MaxKeys"), "1000");
  EXPECT_EQ(TextOf(Answer(Method::kGet, "/bucket?list-type=2&max-keys=0"), "KeyCount"), "0");
  EXPECT_THAT(Send(Method::kGet, "/no-such-bucket?max-keys=0"), IsS3Error(S3Code::kNoSuchBucket));
}

}  // namespace
}  // namespace tarn::extract::s3
