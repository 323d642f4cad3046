#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

class Pins : public ObjectStoreContract {
 protected:
  static std::string Read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
};
TARN_FOR_ALL_STORES(Pins);

TEST_P(Pins, OutliveReplacementAndDeletion) {
  const auto a = store_->Put("raw", "t/a.parquet", "first a");
  const auto b = store_->Put("raw", "t/b.parquet", "first b");
  const auto pin = store_->PinFiles({{"raw", "t/b.parquet", b->version}, {"raw", "t/a.parquet", a->version}});
  ASSERT_THAT(pin, IsOk());
  ASSERT_THAT(store_->Put("raw", "t/a.parquet", "second a"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "t/b.parquet"), IsOk());
  ASSERT_EQ((*pin)->files().size(), 2u);
  EXPECT_EQ(Read((*pin)->files()[0]), "first b");
  EXPECT_EQ(Read((*pin)->files()[1]), "first a");
}

TEST_P(Pins, AreGoneWithTheirPointer) {
  const auto put = store_->Put("raw", "a.csv", "x");
  auto pin = store_->PinFiles({{"raw", "a.csv", put->version}});
  const auto directory = (*pin)->directory();
  EXPECT_EQ((*pin)->files()[0].parent_path(), directory);
  EXPECT_TRUE(directory.is_absolute());
  pin->reset();
  EXPECT_FALSE(std::filesystem::exists(directory));
  EXPECT_EQ(*store_->GetAll("raw", "a.csv"), "x");
}

TEST_P(Pins, KeepTheExtensionByWhichEnginesTellFormats) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"t/part-0.parquet", ".parquet"}, {"x.csv", ".csv"},      {"y.csv.gz", ".csv.gz"}, {"z.snappy.parquet", ".snappy.parquet"},
      {"v.1.csv.gz", ".csv.gz"},        {"none", ""},           {"dir.d/none", ""},      {".hidden", ""},
      {"odd.a*b", ""},                  {"odd.json{x}", ""},    {"trailing.", ""},       {"UPPER.CSV", ".CSV"}};
  for (const auto& [key, extension] : cases) {
    const auto put = store_->Put("raw", key, "x");
    ASSERT_THAT(put, IsOk()) << key;
    const auto pin = store_->PinFiles({{"raw", key, put->version}});
    ASSERT_THAT(pin, IsOk());
    EXPECT_EQ((*pin)->files()[0].filename(), "000000" + extension) << key;
  }
}

TEST_P(Pins, AreOfTheAskedVersionOnly) {
  const auto first = store_->Put("raw", "a", "1");
  ASSERT_THAT(store_->Put("raw", "a", "2"), IsOk());
  EXPECT_THAT(store_->PinFiles({{"raw", "a", first->version}}), HasError(Code::kNotFound, "raw/a"));
  EXPECT_THAT(store_->PinFiles({{"raw", "b", first->version}}), HasError(Code::kNotFound, "raw/b"));
}

TEST_P(Pins, OfNoFilesAreFine) {
  const auto pin = store_->PinFiles({});
  ASSERT_THAT(pin, IsOk());
  EXPECT_TRUE((*pin)->files().empty());
}

TEST_P(Pins, OutliveTheStore) {
  const auto put = store_->Put("raw", "a", "kept");
  const auto pin = store_->PinFiles({{"raw", "a", put->version}});
  store_.reset();
  const auto other = under_test_->Open("query");
  EXPECT_EQ(Read((*pin)->files()[0]), "kept");
}

}  // namespace
}  // namespace tarn::object_store
