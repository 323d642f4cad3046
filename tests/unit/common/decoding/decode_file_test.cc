#include "common/decoding/decode_file.h"

#include <bzlib.h>
#include <gmock/gmock.h>

#include <fstream>

#include "common/unpacking/codec.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::decoding {
namespace {

using namespace std::string_literals;

class DecodeFileTest : public testing::Test {
 protected:
  std::filesystem::path Write(const std::string& bytes) {
    std::ofstream(directory_ / "in", std::ios::binary) << bytes;
    return directory_ / "in";
  }

  // The text, or what is wrong.
  std::string Decode(const std::string& bytes, const Decoding& decoding, uint64_t max_bytes = 1 << 30) {
    const auto out = directory_ / "out";
    std::filesystem::remove(out);
    const auto size = DecodeFile(Write(bytes), decoding, out, max_bytes, {});
    if (!size.ok()) return size.error().message();
    std::ifstream in(out, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(*size, text.size());
    return text;
  }

  static std::string Bzip2(std::string text) {
    std::string packed(text.size() + 10'000, '\0');
    auto size = static_cast<unsigned>(packed.size());
    EXPECT_EQ(BZ2_bzBuffToBuffCompress(packed.data(), &size, text.data(), static_cast<unsigned>(text.size()),
                                       1, 0, 0),
              BZ_OK);
    packed.resize(size);
    return packed;
  }

  static std::string Utf16Be(std::u16string_view text) {
    std::string bytes;
    for (const char16_t unit : text) {
      bytes += static_cast<char>(unit >> 8);
      bytes += static_cast<char>(unit & 0xff);
    }
    return bytes;
  }

  TempDirectory directory_;
};

TEST_F(DecodeFileTest, Unpacks) {
  EXPECT_EQ(Decode(Bzip2("a,b\n1,2\n"), {"bzip2", "", 0}), "a,b\n1,2\n");
  EXPECT_EQ(Decode(Bzip2("a\n") + Bzip2("b\n"), {"bzip2", "", 0}), "a\nb\n");
  EXPECT_EQ(Decode("\xef\xbb\xbfplain", {"", "", 0}), "plain");
}

TEST_F(DecodeFileTest, ConvertsToUtf8) {
  EXPECT_EQ(Decode("\x93 caf\xe9 \x80\x94", {"", "windows-1252", 0}), "\u201c caf\u00e9 \u20ac\u201d");
  EXPECT_EQ(Decode("\xfe\xff" + Utf16Be(u"\u00e9\U0001f600"), {"", "utf-16be", 0}), "\u00e9\U0001f600");
  EXPECT_EQ(Decode(Bzip2("caf\xe9\n"), {"bzip2", "windows-1252", 0}), "caf\u00e9\n");
}

// Reads end in the middle of characters.
TEST_F(DecodeFileTest, KeepsCharactersWholeThatReadsTearApart) {
  std::u16string units = u"x";
  std::string text = "x";
  for (int i = 0; i < 600'000; ++i) {
    units += u"\U0001f600";
    text += "\U0001f600";
  }
  EXPECT_TRUE(Decode(Utf16Be(units), {"", "utf-16be", 0}) == text);
  EXPECT_EQ(Decode(Utf16Be(u"ab") + "\xd8", {"", "utf-16be", 0}), "ab") << "half of a unit is nothing";
}

TEST_F(DecodeFileTest, CutsLinesOffTheEnd) {
  EXPECT_EQ(Decode("a,b\n1,2\n\nSource: x\n", {"", "", 2}), "a,b\n1,2\n");
  EXPECT_EQ(Decode(Bzip2("a\r\n1\r\nend\r\n\r\n"), {"bzip2", "", 1}), "a\r\n1\r\n");
  EXPECT_THAT(Decode("a\n" + std::string(2 << 20, 'x'), {"", "", 1}),
              testing::HasSubstr("longer than 1 MiB"));
}

TEST_F(DecodeFileTest, RefusesWhatIsTooLargeDamagedOrUnknown) {
  EXPECT_THAT(Decode(Bzip2(std::string(9 << 20, 'x')), {"bzip2", "", 0}, 8 << 20),
              testing::HasSubstr("the limit in MiB is 8"));
  const std::string packed = Bzip2(std::string(100'000, 'x'));
  EXPECT_THAT(Decode(packed.substr(0, packed.size() - 10), {"bzip2", "", 0}),
              testing::HasSubstr("truncated"));
  EXPECT_THAT(Decode("a", {"lzma", "", 0}), testing::HasSubstr("unknown compression: lzma"));
  EXPECT_THAT(Decode("a", {"", "ebcdic", 0}), testing::HasSubstr("unknown encoding: ebcdic"));
}

// Text can be a gzip file of itself, of which there would be no end.
TEST_F(DecodeFileTest, RefusesWhatIsPackedMoreThanOnce) {
  EXPECT_THAT(Decode(Bzip2(Bzip2("a\n")), {"bzip2", "", 0}), testing::HasSubstr("packed more than once"));
}

TEST_F(DecodeFileTest, ReadsOfPackedBytesStopWhenAsked) {
  const auto in = Write(Bzip2("") + Bzip2("a\n"));
  const auto file = unpacking::File::Open(in);
  ASSERT_THAT(file, IsOk());
  std::stop_source stop;
  const auto source = unpacking::OpenDecoded(**file, unpacking::Codec::kBzip2, stop.get_token());
  ASSERT_THAT(source, IsOk());
  stop.request_stop();
  char byte = 0;
  EXPECT_THAT((*source)->Read(&byte, 1), HasError(Code::kCancelled, "stopped"));
}

TEST_F(DecodeFileTest, WritesNoFileThatIsThereAndStopsWhenAsked) {
  const auto in = Write("a\n");
  std::ofstream(directory_ / "there") << "mine";
  EXPECT_FALSE(DecodeFile(in, {}, directory_ / "there", 100, {}).ok());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(DecodeFile(in, {}, directory_ / "out", 100, stop.get_token()),
              HasError(Code::kCancelled, "stopped"));
}

}  // namespace
}  // namespace tarn::decoding
