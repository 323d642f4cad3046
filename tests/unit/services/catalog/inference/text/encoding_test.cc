#include "services/catalog/inference/text/encoding.h"

#include <gmock/gmock.h>

#include "common/decoding/utf8.h"
#include "tests/support/result_matchers.h"

namespace tarn::inference {
namespace {

using namespace std::string_literals;
using decoding::CountUtf8;
using decoding::EncodedBytes;
using decoding::RepairUtf8;
using decoding::ToUtf8;

struct Case {
  const char* name;
  std::string bytes;
  Encoding encoding;
  std::string text;
};

class EncodedText : public testing::TestWithParam<Case> {};

TEST_P(EncodedText, IsRecognizedAndConverted) {
  const auto verdict = DetectEncoding(GetParam().bytes);
  ASSERT_THAT(verdict, IsOk());
  EXPECT_STREQ(EncodingName(verdict->encoding), EncodingName(GetParam().encoding));
  const std::string text = ToUtf8(GetParam().bytes.substr(verdict->bom_bytes), verdict->encoding);
  EXPECT_EQ(text, GetParam().text);
  EXPECT_EQ(EncodedBytes(text, verdict->encoding), GetParam().bytes.size() - verdict->bom_bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, EncodedText,
    testing::Values(Case{"Ascii", "a,b\n", Encoding::kUtf8, "a,b\n"},
                    Case{"Utf8", "\xc3\xa9,\xf0\x9f\x99\x82\n", Encoding::kUtf8, "\u00e9,\U0001f642\n"},
                    Case{"Utf8WithMark",
                         "\xef\xbb\xbf"
                         "a\n",
                         Encoding::kUtf8, "a\n"},
                    Case{"Utf16LeWithMark",
                         "\xff\xfe"
                         "a\0\n\0"s,
                         Encoding::kUtf16Le, "a\n"},
                    Case{"Utf16BeWithMark", "\xfe\xff\0a\0\n"s, Encoding::kUtf16Be, "a\n"},
                    Case{"Utf16LeWithout", "a\0,\0b\0\n\0"s, Encoding::kUtf16Le, "a,b\n"},
                    Case{"Utf16Pair", "\xff\xfe\x3d\xd8\x42\xde\n\0"s, Encoding::kUtf16Le, "\U0001f642\n"},
                    Case{"Latin1", "caf\xe9,1\n", Encoding::kLatin1, "caf\u00e9,1\n"},
                    Case{"Windows1252",
                         "\x93"
                         "a\x94 \x80 5\n",
                         Encoding::kWindows1252, "\u201ca\u201d \u20ac 5\n"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(DetectEncoding, RefusesWhatIsNoText) {
  EXPECT_THAT(DetectEncoding("\x7f"
                             "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0"s),
              HasError(Code::kUnprocessable, "binary"));
  EXPECT_THAT(DetectEncoding("\xff\xfe\0\0a\0\0\0"s), HasError(Code::kUnprocessable, "UTF-32"));
}

TEST(DetectEncoding, ForgivesAFewBadBytesInUtf8) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "\u00e9t\u00e9,1\n";
  const auto verdict = DetectEncoding(text + "\xff\n");
  ASSERT_THAT(verdict, IsOk());
  EXPECT_EQ(verdict->encoding, Encoding::kUtf8);
  EXPECT_EQ(verdict->invalid_bytes, 1u);
}

TEST(Utf8, KnowsWhatIsNoCharacter) {
  EXPECT_EQ(RepairUtf8("a\xff"
                       "b"),
            "a\ufffd"
            "b");
  EXPECT_EQ(CountUtf8("\xe2\x82").invalid, 0u) << "cut off by the end";
}

}  // namespace
}  // namespace tarn::inference
