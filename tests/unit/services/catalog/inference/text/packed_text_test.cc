#include "services/catalog/inference/text/text_sample.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::inference {
namespace {

namespace fs = std::filesystem;
const fs::path kData = fs::path(TARN_SOURCE_DIR) / "tests/unit/services/catalog/inference/data";

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path Write(const TempDirectory& directory, const std::string& name, std::string_view bytes) {
  const fs::path file = directory / name;
  std::ofstream(file, std::ios::binary) << bytes;
  return file;
}

struct Packed {
  const char* file;
  Codec codec;
};

class PackedText : public testing::TestWithParam<Packed> {};

TEST_P(PackedText, IsUnpacked) {
  const auto sample = SampleText(kData / GetParam().file);
  ASSERT_THAT(sample, IsOk());
  EXPECT_EQ(sample->codec, GetParam().codec);
  EXPECT_TRUE(sample->complete);
  EXPECT_THAT(sample->slices.at(0).text, testing::StartsWith("id,name,when\n0,Anna Meyer,2024-01-01\n"));
  EXPECT_THAT(sample->slices.at(0).text, testing::EndsWith("49,Jon Snow,2024-01-22\n"));
}

TEST_P(PackedText, IsRefusedWhenTruncatedAnywhere) {
  const TempDirectory directory;
  const std::string whole = ReadFile(kData / GetParam().file);
  for (const size_t kept : {whole.size() - 1, whole.size() / 2, size_t{20}}) {
    const auto sample = SampleText(Write(directory, "cut", whole.substr(0, kept)));
    EXPECT_THAT(sample, HasError(Code::kUnprocessable, "")) << kept;
  }
}

TEST_P(PackedText, NeverCrashesWhenDamaged) {
  const TempDirectory directory;
  const std::string whole = ReadFile(kData / GetParam().file);
  for (size_t at = 4; at < whole.size(); at += 7) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    (void)SampleText(Write(directory, "damaged", damaged)).ok();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, PackedText,
    testing::Values(Packed{"packed.csv.gz", Codec::kGzip}, Packed{"packed.csv.bz2", Codec::kBzip2},
                    Packed{"packed.csv.zst", Codec::kZstd}, Packed{"packed.zip", Codec::kZip},
                    Packed{"stored.zip", Codec::kZip}),
    [](const auto& info) {
      return std::string(unpacking::CodecName(info.param.codec)) + std::to_string(info.index);
    });

// A deflate stream of a gigabyte of 'a' is about a megabyte; the same pattern serves all codecs.
TEST(CompressionBomb, CostsOnlyWhatIsReadOfIt) {
  const TempDirectory directory;
  const std::string file = (directory / "bomb.csv").string();
  const std::string make = "head -c 300000000 /dev/zero | tr '\\0' 'a' | gzip -1 > " + file + ".gz";
  ASSERT_EQ(std::system(make.c_str()), 0);
  const auto sample = SampleText(file + ".gz");
  ASSERT_THAT(sample, IsOk());
  EXPECT_FALSE(sample->complete);
  EXPECT_LE(sample->slices.at(0).text.size(), SampleLimits().Sum());
  EXPECT_LT(sample->read_bytes, 200'000u);
}

TEST(Zip, MustHoldOneFile) {
  const TempDirectory directory;
  const std::string empty("PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
  EXPECT_THAT(SampleText(Write(directory, "e.zip", empty)), HasError(Code::kUnprocessable, "holds no file"));
  EXPECT_THAT(SampleText(Write(directory, "t.zip", "PK\x03\x04 and nothing else")),
              HasError(Code::kUnprocessable, "damaged or truncated"));
}

TEST(File, RefusesWhatIsNoRegularFile) {
  const TempDirectory directory;
  fs::create_symlink("/etc/passwd", directory / "link.csv");
  EXPECT_THAT(SampleText(directory / "link.csv"), HasError(Code::kUnprocessable, "symbolic link"));
  ASSERT_EQ(::mkfifo((directory / "pipe.csv").c_str(), 0600), 0);
  EXPECT_THAT(SampleText(directory / "pipe.csv"), HasError(Code::kUnprocessable, "regular file"));
  EXPECT_THAT(SampleText(directory.path()), HasError(Code::kUnprocessable, "regular file"));
  EXPECT_THAT(SampleText(directory / "none.csv"), HasError(Code::kNotFound, "gone"));
}

}  // namespace
}  // namespace tarn::inference
