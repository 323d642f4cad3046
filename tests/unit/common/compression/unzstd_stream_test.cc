#include "common/compression/unzstd_stream.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/result_matchers.h"

namespace tarn::compression {
namespace {

// "tarn\n" ten times, as `zstd` packs it.
const std::string kFrame("\x28\xb5\x2f\xfd\x24\x32\x5d\x00\x00\x28\x74\x61\x72\x6e\x0a\x01\x00\xc2\x2c\x5a\x59\x1a\x17\xf9", 24);

Result<std::string> Unpack(UnzstdStream& stream, const std::string& packed, size_t step) {
  std::string text;
  for (size_t at = 0; at < packed.size(); at += step) {
    TARN_TRY(stream.Unpack(std::string_view(packed).substr(at, step), [&text](std::string_view piece) {
      text += piece;
      return Ok();
    }));
  }
  return text;
}

std::string TenTimes() {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "tarn\n";
  return text;
}

TEST(UnzstdStream, ReadsFramesInPiecesOfAnySize) {
  for (const size_t step : {1, 7, 1000}) {
    UnzstdStream stream;
    const auto text = Unpack(stream, kFrame + kFrame, step);
    ASSERT_THAT(text, IsOk());
    EXPECT_EQ(*text, TenTimes() + TenTimes());
    EXPECT_TRUE(stream.AtEnd());
  }
}

TEST(UnzstdStream, TellsWhatIsCutOffOrBroken) {
  UnzstdStream cut_off;
  EXPECT_THAT(Unpack(cut_off, kFrame.substr(0, 20), 100), IsOk());
  EXPECT_FALSE(cut_off.AtEnd());
  UnzstdStream broken;
  EXPECT_THAT(Unpack(broken, "no zstd at all", 100), HasError(Code::kUnprocessable, "broken"));
}

TEST(UnzstdStream, EndsWithTheErrorOfWhoeverTakes) {
  UnzstdStream stream;
  EXPECT_THAT(stream.Unpack(kFrame, [](std::string_view) { return Status(Error(Code::kTooLarge, "full")); }),
              HasError(Code::kTooLarge, "full"));
}

}  // namespace
}  // namespace tarn::compression
