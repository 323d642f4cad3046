#include "common/table_view/readable_files.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::table_view {
namespace {

using catalog_client::DataFile;
using catalog_client::FileLayout;

class ReadableFilesTest : public testing::Test {
 protected:
  void Add(const std::string& key, const std::string& text, decoding::Decoding decoding) {
    const auto path = directory_ / "pin" / key;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    FileLayout layout;
    layout.decoding = std::move(decoding);
    DataFile file;
    file.bucket = "lake";
    file.key = key;
    file.version = "1";
    file.layout = std::make_shared<const FileLayout>(std::move(layout));
    files_.push_back(std::move(file));
    paths_.push_back(path);
  }

  // Tells how much was decoded.
  Result<uint64_t> Read(decoding::DecodedFiles& decoded) {
    DecodedText text{decoded, directory_.path()};
    TARN_TRY(MakeReadable(files_, paths_, text));
    return text.bytes;
  }

  TempDirectory directory_;
  std::vector<DataFile> files_;
  std::vector<std::filesystem::path> paths_;
};

TEST_F(ReadableFilesTest, ReplaceOnlyWhatIsNotReadAsItIs) {
  Add("a.csv", "1\n", {});
  Add("day=1/b.csv", "2\nend\n", {"", "", 1});
  const auto before = paths_;
  decoding::DecodedFiles decoded;
  const auto bytes = Read(decoded);
  ASSERT_THAT(bytes, IsOk());
  EXPECT_EQ(paths_[0], before[0]);
  EXPECT_NE(paths_[1], before[1]);
  EXPECT_EQ(paths_[1].parent_path(), before[1].parent_path()) << "the folder says its partition";
  EXPECT_EQ(*bytes, 2u);
}

TEST_F(ReadableFilesTest, AreRefusedOverWhatOneReaderMayTakeOfTheDisk) {
  for (const char* key : {"a.csv", "b.csv", "c.csv"}) Add(key, "12345\nend\n", {"", "", 1});
  decoding::DecodedFiles::Limits limits;
  limits.reader_bytes = 12;
  decoding::DecodedFiles decoded(limits);
  EXPECT_THAT(Read(decoded), HasError(Code::kUnprocessable, "lake/c.csv"));
}

}  // namespace
}  // namespace tarn::table_view
