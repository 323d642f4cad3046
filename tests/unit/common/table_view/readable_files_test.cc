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
    const auto path = directory_ / key;
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

  Result<std::vector<std::filesystem::path>> Read(decoding::DecodedFiles& decoded) {
    std::filesystem::create_directory(directory_ / "pin");
    return ReadableFiles(files_, paths_, directory_ / "pin", decoded, decoded_bytes_, {});
  }

  TempDirectory directory_;
  std::vector<DataFile> files_;
  std::vector<std::filesystem::path> paths_;
  uint64_t decoded_bytes_ = 0;
};

TEST_F(ReadableFilesTest, ReplaceOnlyWhatIsNotReadAsItIs) {
  Add("a.csv", "1\n", {});
  Add("b.csv", "2\nend\n", {"", "", 1});
  decoding::DecodedFiles decoded;
  const auto readable = Read(decoded);
  ASSERT_THAT(readable, IsOk());
  EXPECT_EQ((*readable)[0], paths_[0]);
  EXPECT_EQ((*readable)[1].parent_path(), directory_ / "pin");
  EXPECT_EQ(decoded_bytes_, 2u);
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
