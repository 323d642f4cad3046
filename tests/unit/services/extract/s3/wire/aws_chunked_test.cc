// Framing without regard to signatures; aws_examples_test.cc has those.

#include "services/extract/s3/wire/aws_chunked.h"

#include <gtest/gtest.h>

#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

const std::string kSignature = ";chunk-signature=" + std::string(64, 'a');

S3Result<std::string> Decode(const std::string& body, const ChunkedForm& form, size_t step = 3) {
  PiecewiseBody pieces(body, step);
  BodySource source(&pieces);
  AwsChunkedReader reader(source, form);
  std::string content;
  char block[5];
  for (;;) {
    TARN_ASSIGN(const size_t count, reader.Read(block, sizeof block));
    if (count == 0) break;
    content.append(block, count);
  }
  TARN_ASSIGN(const size_t again, reader.Read(block, sizeof block));
  EXPECT_EQ(again, 0u);
  return content;
}

ChunkedForm Unsigned(uint64_t length) { return {false, true, nullptr, length}; }
ChunkedForm Signed(uint64_t length) { return {true, false, nullptr, length}; }

TEST(AwsChunked, TakesTheFramingOff) {
  for (const size_t step : {1, 2, 3, 1'000}) {
    EXPECT_EQ(*Decode("5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", Unsigned(12), step), "hello, world");
    EXPECT_EQ(*Decode("00A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\nx-amz-checksum-crc32:  AAAAAA== \r\n\r\n", Unsigned(10), step),
              "\r\n\r\n\r\n\r\n\r\n");
    EXPECT_EQ(*Decode("0\r\n\r\n", Unsigned(0), step), "");
  }
}

// minio-go ends the trailer as it signs it, with a line feed, and then the line.
TEST(AwsChunked, TakesTrailersThatEndInALineFeed) {
  const std::string trailer = "x-amz-checksum-crc32c:AAAAAA==\n\r\n";
  EXPECT_EQ(*Decode("5\r\nhello\r\n0\r\n" + trailer + "\r\n", Unsigned(5)), "hello");
  const std::string signature = "x-amz-trailer-signature:" + std::string(64, 'a') + "\r\n";
  const std::string content = "5" + kSignature + "\r\nhello\r\n0" + kSignature + "\r\n";
  PiecewiseBody pieces(content + trailer + signature + "\r\n", 3);
  BodySource source(&pieces);
  AwsChunkedReader reader(source, {true, true, nullptr, 5});
  char block[8];
  for (;;) {
    const auto count = reader.Read(block, sizeof block);
    ASSERT_THAT(count, IsS3Ok());
    if (*count == 0) break;
  }
  EXPECT_THAT(reader.trailers(), testing::ElementsAre(testing::Pair("x-amz-checksum-crc32c", "AAAAAA==")));
}

TEST(AwsChunked, RefusesMalformedChunkHeaders) {
  for (const char* body : {"\r\n", "x\r\n", "-2\r\nab\r\n", "+5\r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
                           " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n",
                           "11111111111111111\r\nhello\r\n", "5\r\nhelloo\r\n0\r\n\r\n"}) {
    EXPECT_THAT(Decode(body, Unsigned(5)), IsS3Error(S3Code::kInvalidChunkSizeError)) << body;
  }
}

TEST(AwsChunked, RefusesLengthsThatDoNotAddUp) {
  for (const char* body :
       {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0", "5\r\nhello\r\n0\r\n",
        "4\r\nhell\r\n0\r\n\r\n", "6\r\nhello!\r\n0\r\n\r\n", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\nmore", "ffffffffffffffff\r\nhello\r\n", "0\r\n\r\n"}) {
    EXPECT_THAT(Decode(body, Unsigned(5)), IsS3Error(S3Code::kIncompleteBody)) << body;
  }
}

TEST(AwsChunked, BoundsLinesAndTrailers) {
  const std::string data = "5\r\nhello\r\n0\r\n";
  EXPECT_THAT(Decode(std::string(1 << 20, '0'), Unsigned(5), 4'096), IsS3Error(S3Code::kInvalidRequest));
  EXPECT_THAT(Decode(data + "a:" + std::string(1 << 20, 'b'), Unsigned(5), 4'096), IsS3Error(S3Code::kInvalidRequest));
  std::string many;
  for (int i = 0; i < 9; ++i) many += "a" + std::to_string(i) + ":b\r\n";
  for (const std::string& trailers : {many, std::string("no colon\r\n"), std::string("a:1\r\nA:2\r\n")}) {
    EXPECT_THAT(Decode(data + trailers + "\r\n", Unsigned(5)), IsS3Error(S3Code::kMalformedTrailerError)) << trailers;
  }
  EXPECT_THAT(Decode("0" + kSignature + "\r\na:1\r\n\r\n", Signed(0)), IsS3Error(S3Code::kMalformedTrailerError));
}

TEST(AwsChunked, WantsSignaturesWhereTheFormHasThem) {
  EXPECT_EQ(*Decode("5" + kSignature + "\r\nhello\r\n0" + kSignature + "\r\n\r\n", Signed(5)), "hello");
  for (const std::string& extension :
       {std::string(), std::string(";chunk-signature="), std::string(";chunk-signature=abc"), kSignature + "a",
        ";x" + kSignature, ";chunk-signature=" + std::string(64, 'A')}) {
    EXPECT_THAT(Decode("5" + extension + "\r\nhello\r\n0" + kSignature + "\r\n\r\n", Signed(5)),
                IsS3Error(S3Code::kInvalidChunkSizeError))
        << extension;
  }
}

// Each signature costs a hash, so many small chunks would be a cheap way to keep a server busy.
TEST(AwsChunked, WantsSignedChunksOfSomeSize) {
  const std::string small = "1" + kSignature + "\r\na\r\n", end = "0" + kSignature + "\r\n\r\n";
  const std::string large = "2000" + kSignature + "\r\n" + std::string(8'192, 'a') + "\r\n";
  EXPECT_THAT(Decode(large + large + small + end, Signed(16'385)), IsS3Ok());
  EXPECT_THAT(Decode(small + small + end, Signed(2)), IsS3Error(S3Code::kInvalidChunkSizeError));
  EXPECT_THAT(Decode(small + large + end, Signed(8'193)), IsS3Error(S3Code::kInvalidChunkSizeError));
}

}  // namespace
}  // namespace tarn::extract::s3
