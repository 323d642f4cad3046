#include "services/extract/s3/operations/byte_range.h"

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

TEST(ByteRange, IsReadAsHttpSays) {
  const struct {
    const char* header;
    uint64_t size, offset, length;
  } cases[] = {{"bytes=0-0", 10, 0, 1}, {"bytes=2-4", 10, 2, 3},
               {"bytes=7-", 10, 7, 3},  {"bytes=5-100", 10, 5, 5},
               {"bytes=-3", 10, 7, 3},  {"bytes=-100", 10, 0, 10},
               {"bytes=9-9", 10, 9, 1}, {"bytes=0-18446744073709551615", 10, 0, 10}};
  for (const auto& [header, size, offset, length] : cases) {
    const auto range = ReadRange(header, size);
    ASSERT_THAT(range, IsS3Ok()) << header;
    ASSERT_TRUE(*range) << header;
    EXPECT_EQ((*range)->offset, offset) << header;
    EXPECT_EQ((*range)->length, length) << header;
  }
  EXPECT_EQ(ReadRange("bytes=2-4", 10).value()->Header(10), "bytes 2-4/10");
}

TEST(ByteRange, StandsForTheWholeWhenItIsNotOneRange) {
  for (const char* header : {"bytes=0-1,3-4", "lines=0-1", "bytes=", "bytes=-", "bytes=4-2", "bytes=a-b",
                             "bytes=1", "bytes=--1", "bytes=99999999999999999999-", ""}) {
    const auto range = ReadRange(header, 10);
    ASSERT_THAT(range, IsS3Ok()) << header;
    EXPECT_FALSE(*range) << header;
  }
}

TEST(ByteRange, IsRefusedBeyondTheEnd) {
  for (const char* header : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    EXPECT_THAT(ReadRange(header, 10), IsS3Error(S3Code::kInvalidRange)) << header;
  }
  EXPECT_THAT(ReadRange("bytes=0-", 0), IsS3Error(S3Code::kInvalidRange));
  EXPECT_THAT(ReadRange("bytes=-1", 0), IsS3Error(S3Code::kInvalidRange));
}

TEST(ByteRange, OfACopyMustLieWithinTheSource) {
  const auto range = ReadCopyRange("bytes=2-9", 10);
  ASSERT_THAT(range, IsS3Ok());
  EXPECT_EQ(range->length, 8u);
  for (const char* header : {"bytes=2-10", "bytes=2-", "bytes=-2", "bytes=5-4", "2-4", "bytes=0-1,2-3", ""}) {
    EXPECT_THAT(ReadCopyRange(header, 10), IsS3Error(S3Code::kInvalidArgument)) << header;
  }
}

}  // namespace
}  // namespace tarn::extract::s3
