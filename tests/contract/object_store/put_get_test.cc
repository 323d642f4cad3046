#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class PutAndGet : public ObjectStoreContract {};
TARN_FOR_ALL_STORES(PutAndGet);

TEST_P(PutAndGet, ReturnsWhatWasPut) {
  PutOptions options;
  options.content_type = "application/json";
  options.metadata = {{"origin", "caf\u00e9"}, {"pages", "3"}};
  const auto put = store_->Put("raw", "a/b.json", "{\"x\":1}", options);
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->size_bytes, 7u);
  EXPECT_EQ(put->etag, "ac3ef48caa08fa3ed5e025da69edc645");
  EXPECT_EQ(put->version.size(), 26u);

  const auto head = store_->Head("raw", "a/b.json");
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->version, put->version);
  EXPECT_EQ(head->content_type, "application/json");
  EXPECT_THAT(head->metadata, UnorderedElementsAre(Pair("origin", "caf\u00e9"), Pair("pages", "3")));
  EXPECT_EQ(head->last_modified, put->last_modified);
  EXPECT_EQ(*store_->GetAll("raw", "a/b.json"), "{\"x\":1}");
}

TEST_P(PutAndGet, KeepsAnEmptyObject) {
  const auto put = store_->Put("raw", "empty", "");
  ASSERT_THAT(put, IsOk());
  EXPECT_EQ(put->etag, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(*store_->GetAll("raw", "empty"), "");
}

TEST_P(PutAndGet, ReplacesAnObjectWithANewVersion) {
  const auto first = store_->Put("raw", "k", "one");
  const auto second = store_->Put("raw", "k", "two");
  ASSERT_THAT(second, IsOk());
  EXPECT_LT(first->version, second->version);
  EXPECT_EQ(*store_->GetAll("raw", "k"), "two");
}

TEST_P(PutAndGet, SaysWhatIsNotThere) {
  EXPECT_THAT(store_->Head("raw", "missing"), HasError(Code::kNotFound, "raw/missing"));
  EXPECT_THAT(store_->Get("raw", "missing"), HasError(Code::kNotFound, "raw/missing"));
  EXPECT_THAT(store_->Get("nowhere", "missing"), HasError(Code::kNotFound, "nowhere"));
  EXPECT_THAT(store_->Put("nowhere", "k", "x"), HasError(Code::kNotFound, "nowhere"));
  EXPECT_THAT(store_->List({"nowhere", "", "", "", 10}), HasError(Code::kNotFound, "nowhere"));
}

TEST_P(PutAndGet, KnowsItsBuckets) {
  EXPECT_THAT(store_->EnsureBucket("logs"), IsOk());
  EXPECT_THAT(store_->EnsureBucket("logs"), IsOk());
  EXPECT_EQ(*store_->ListBuckets(), (std::vector<std::string>{"logs", "raw"}));
}

TEST_P(PutAndGet, DeletesOnceAndDoesNotMindTwice) {
  ASSERT_THAT(store_->Put("raw", "a/b/c", "x"), IsOk());
  EXPECT_THAT(store_->Delete("raw", "a/b/c"), IsOk());
  EXPECT_THAT(store_->Delete("raw", "a/b/c"), IsOk());
  EXPECT_THAT(store_->Head("raw", "a/b/c"), HasError(Code::kNotFound, "a/b/c"));
  EXPECT_THAT(store_->Put("raw", "a", "the directory is gone as well"), IsOk());
}

TEST_P(PutAndGet, RefusesMoreThanTheCallerHasRoomFor) {
  ASSERT_THAT(store_->Put("raw", "k", "12345"), IsOk());
  EXPECT_THAT(store_->GetAll("raw", "k", 4), HasError(Code::kTooLarge, "4"));
  EXPECT_EQ(*store_->GetAll("raw", "k", 5), "12345");
}

TEST_P(PutAndGet, StagesContentInPieces) {
  auto writer = store_->Stage();
  ASSERT_THAT(writer, IsOk());
  std::string whole;
  for (int piece = 0; piece < 300; ++piece) {
    const std::string data(1000, static_cast<char>('a' + piece % 26));
    ASSERT_THAT((*writer)->Write(data), IsOk());
    whole += data;
  }
  auto staged = (*writer)->Finish();
  ASSERT_THAT(staged, IsOk());
  EXPECT_EQ((*staged)->size_bytes(), whole.size());
  EXPECT_THAT((*writer)->Write("late"), HasError(Code::kInternal, ""));
  ASSERT_THAT(store_->Commit(All(Change{"raw", "big", *std::move(staged), {}}), {}), IsOk());
  EXPECT_EQ(*store_->GetAll("raw", "big"), whole);
}

struct RangeCase {
  ByteRange range;
  std::string expected;
};

TEST_P(PutAndGet, ReadsRanges) {
  ASSERT_THAT(store_->Put("raw", "k", "0123456789"), IsOk());
  const std::vector<RangeCase> cases = {{{0, 1}, "0"},   {{3, 4}, "3456"}, {{9, 1}, "9"},    {{5, {}}, "56789"},
                                        {{8, 99}, "89"}, {{0, 0}, ""},     {{0, {}}, "0123456789"}};
  for (const RangeCase& item : cases) {
    const auto reader = store_->Get("raw", "k", item.range);
    ASSERT_THAT(reader, IsOk());
    EXPECT_EQ((*reader)->length(), item.expected.size());
    std::string got(20, '\0');
    size_t filled = 0;
    while (const size_t count = (*reader)->Read(got.data() + filled, 3).value()) filled += count;
    EXPECT_EQ(got.substr(0, filled), item.expected);
  }
  EXPECT_THAT(store_->Get("raw", "k", ByteRange{10, {}}), HasError(Code::kInvalidArgument, "10 bytes"));
  EXPECT_THAT(store_->Get("raw", "k", ByteRange{UINT64_MAX, 5}), HasError(Code::kInvalidArgument, "range"));
}

TEST_P(PutAndGet, KeepsAReaderOnTheVersionItOpened) {
  ASSERT_THAT(store_->Put("raw", "k", "first"), IsOk());
  const auto reader = store_->Get("raw", "k");
  ASSERT_THAT(store_->Put("raw", "k", "second"), IsOk());
  ASSERT_THAT(store_->Delete("raw", "k"), IsOk());
  std::string got(5, '\0');
  ASSERT_EQ((*reader)->Read(got.data(), got.size()).value(), 5u);
  EXPECT_EQ(got, "first");
  EXPECT_EQ((*reader)->info().size_bytes, 5u);
}

TEST_P(PutAndGet, HonoursConditions) {
  PutOptions create;
  create.if_none_match = true;
  const auto first = store_->Put("raw", "k", "one", create);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(store_->Put("raw", "k", "two", create), HasError(Code::kPreconditionFailed, "raw/k"));
  PutOptions replace;
  replace.if_match_etag = "0123";
  EXPECT_THAT(store_->Put("raw", "k", "two", replace), HasError(Code::kPreconditionFailed, "raw/k"));
  EXPECT_THAT(store_->Put("raw", "other", "two", replace), HasError(Code::kPreconditionFailed, "raw/other"));
  EXPECT_EQ(*store_->GetAll("raw", "k"), "one");
  replace.if_match_etag = first->etag;
  EXPECT_THAT(store_->Put("raw", "k", "two", replace), IsOk());
  EXPECT_EQ(*store_->GetAll("raw", "k"), "two");
  EXPECT_EQ(Events().size(), 2u);
}

TEST_P(PutAndGet, SurvivesReopening) {
  ASSERT_THAT(store_->Put("raw", "k", "kept"), IsOk());
  store_.reset();
  store_ = under_test_->Open("transform");
  EXPECT_EQ(*store_->GetAll("raw", "k"), "kept");
  EXPECT_EQ(Events().size(), 1u);
}

}  // namespace
}  // namespace tarn::object_store
