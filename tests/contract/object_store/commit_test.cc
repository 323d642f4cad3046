#include <filesystem>
#include <fstream>

#include "tests/contract/object_store/store_factory.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

class Commits : public ObjectStoreContract {};
TARN_FOR_ALL_STORES(Commits);

TEST_P(Commits, MakeAllChangesInOneStep) {
  ASSERT_THAT(store_->Put("raw", "old", "x"), IsOk());
  const auto result =
      store_->Commit(All(PutChange("t/1", "one"), DeleteChange("old"), PutChange("t/2", "two"), DeleteChange("never")), {});
  ASSERT_THAT(result, IsOk());
  ASSERT_EQ(result->objects.size(), 2u);
  EXPECT_EQ(result->objects[0].key, "t/1");
  EXPECT_EQ(result->objects[1].key, "t/2");
  EXPECT_FALSE(result->repeated);
  EXPECT_EQ(result->last_sequence, store_->LastSequence().value());
  EXPECT_EQ(*store_->GetAll("raw", "t/2"), "two");
  EXPECT_THAT(store_->Head("raw", "old"), HasError(Code::kNotFound, "old"));
}

TEST_P(Commits, MakeNoChangeIfOneIsRefused) {
  ASSERT_THAT(store_->Put("raw", "taken", "x"), IsOk());
  Change conditional = PutChange("taken", "y");
  conditional.options.if_none_match = true;
  EXPECT_THAT(store_->Commit(All(PutChange("new/1", "one"), DeleteChange("taken2"), std::move(conditional)), {}),
              HasError(Code::kPreconditionFailed, "taken"));
  EXPECT_THAT(store_->Head("raw", "new/1"), HasError(Code::kNotFound, "new/1"));
  EXPECT_EQ(Events().size(), 1u);
  EXPECT_THAT(store_->Put("raw", "new", "no directory was left behind"), IsOk());
}

TEST_P(Commits, AreRepeatedByTheirTokenWithoutEffect) {
  CommitOptions options;
  options.token = "run-1";
  const auto first = store_->Commit(All(PutChange("t/1", "one"), PutChange("t/2", "two")), options);
  ASSERT_THAT(first, IsOk());
  const auto again = store_->Commit(All(PutChange("t/1", "other"), PutChange("t/3", "three")), options);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->commit_id, first->commit_id);
  EXPECT_EQ(again->last_sequence, first->last_sequence);
  ASSERT_EQ(again->objects.size(), 2u);
  EXPECT_EQ(again->objects[0].version, first->objects[0].version);
  EXPECT_EQ(again->objects[1].etag, first->objects[1].etag);
  EXPECT_EQ(*store_->GetAll("raw", "t/1"), "one");
  EXPECT_THAT(store_->Head("raw", "t/3"), HasError(Code::kNotFound, "t/3"));
}

TEST_P(Commits, RememberTokensAcrossReopening) {
  CommitOptions options;
  options.token = "run-1";
  ASSERT_THAT(store_->Commit(All(PutChange("k", "one")), options), IsOk());
  store_.reset();
  store_ = under_test_->Open("transform");
  EXPECT_TRUE(store_->Commit(All(PutChange("k", "two")), options)->repeated);
  EXPECT_EQ(*store_->GetAll("raw", "k"), "one");
}

TEST_P(Commits, WithoutEffectKeepTheirTokenToo) {
  CommitOptions options;
  options.token = "nothing";
  ASSERT_THAT(store_->Commit(All(DeleteChange("never")), options), IsOk());
  ASSERT_THAT(store_->Put("raw", "later", "x"), IsOk());
  const auto again = store_->Commit(All(DeleteChange("later")), options);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated);
  EXPECT_TRUE(again->objects.empty());
  EXPECT_THAT(store_->Head("raw", "later"), IsOk());
}

TEST_P(Commits, ThatFailDoNotUseTheirTokenUp) {
  CommitOptions options;
  options.token = "run-1";
  Change change = PutChange("k", "x");
  change.options.if_match_etag = "none";
  EXPECT_THAT(store_->Commit(All(std::move(change)), options), HasError(Code::kPreconditionFailed, "k"));
  const auto second = store_->Commit(All(PutChange("k", "x")), options);
  ASSERT_THAT(second, IsOk());
  EXPECT_FALSE(second->repeated);
}

TEST_P(Commits, ChangeOnlyTheExpectedVersion) {
  const auto first = store_->Put("raw", "k", "same");
  const auto second = store_->Put("raw", "k", "same");
  ASSERT_THAT(second, IsOk());
  Change stale = DeleteChange("k");
  stale.options.if_match_version = first->version;
  EXPECT_THAT(store_->Commit(All(PutChange("new", "one"), std::move(stale)), {}),
              HasError(Code::kPreconditionFailed, "raw/k"));
  EXPECT_THAT(store_->Head("raw", "new"), HasError(Code::kNotFound, "new"));
  Change current = DeleteChange("k");
  current.options.if_match_version = second->version;
  ASSERT_THAT(store_->Commit(All(std::move(current)), {}), IsOk());
  Change gone = PutChange("k", "x");
  gone.options.if_match_version = second->version;
  EXPECT_THAT(store_->Commit(All(std::move(gone)), {}), HasError(Code::kPreconditionFailed, "raw/k"));
}

TEST_P(Commits, AddTagsWithoutAnEventOrAVersion) {
  Change put = PutChange("k", "x");
  put.options.attributes.tags = {{"a", "1"}, {"b", "2"}};
  const auto made = store_->Commit(All(std::move(put)), {});
  ASSERT_THAT(made, IsOk());
  const size_t events = Events().size();
  const auto tag = [](const std::string& key) {
    Change change = DeleteChange(key);
    change.add_tags = true;
    change.options.attributes.tags = {{"b", "3"}, {"c", "4"}};
    return change;
  };
  ASSERT_THAT(store_->Commit(All(tag("k")), {}), IsOk());
  const auto tagged = store_->Head("raw", "k");
  ASSERT_THAT(tagged, IsOk());
  EXPECT_EQ(tagged->version, made->objects[0].version);
  EXPECT_EQ(tagged->attributes.tags,
            (std::map<std::string, std::string>{{"a", "1"}, {"b", "3"}, {"c", "4"}}));
  EXPECT_EQ(Events().size(), events);
  EXPECT_THAT(store_->Commit(All(tag("missing")), {}), HasError(Code::kNotFound, "raw/missing"));
  Change conditional = tag("k");
  conditional.options.if_match_version = "another";
  EXPECT_THAT(store_->Commit(All(PutChange("new", ""), std::move(conditional)), {}),
              HasError(Code::kPreconditionFailed, "raw/k"));
  EXPECT_THAT(store_->Head("raw", "new"), HasError(Code::kNotFound, "new"));
}

// A move is a put of the pinned file under another key together with a delete.
TEST_P(Commits, TakeOverPinnedFiles) {
  const std::string content(200'000, 'x');
  const auto object = store_->Put("raw", "in/k", content);
  ASSERT_THAT(object, IsOk());
  {
    const auto pin = store_->PinFiles({{"raw", "in/k", object->version}});
    ASSERT_THAT(pin, IsOk());
    auto staged = store_->StageFile((*pin)->files()[0]);
    ASSERT_THAT(staged, IsOk());
    ASSERT_THAT(store_->Commit(All(Change{"raw", "done/k", *std::move(staged), {}}, DeleteChange("in/k")), {}), IsOk());
  }
  EXPECT_EQ(*store_->GetAll("raw", "done/k"), content);
  EXPECT_THAT(store_->Head("raw", "in/k"), HasError(Code::kNotFound, "in/k"));
  store_.reset();
  store_ = under_test_->Open("transform");
  EXPECT_EQ(*store_->GetAll("raw", "done/k"), content);
}

TEST_P(Commits, TakeOverFilesFromAScratchDirectory) {
  auto scratch = store_->ScratchDirectory();
  ASSERT_THAT(scratch, IsOk());
  const std::filesystem::path directory = **scratch;
  std::ofstream(directory / "out.parquet") << "PAR1";
  std::ofstream(directory / "left") << "behind";
  auto staged = store_->StageFile(directory / "out.parquet");
  ASSERT_THAT(staged, IsOk());
  EXPECT_EQ((*staged)->etag(), "2b85af6abf9be8e9a8bb4d661cde9488");
  EXPECT_FALSE(std::filesystem::exists(directory / "out.parquet"));
  ASSERT_THAT(store_->Commit(All(Change{"raw", "t/out.parquet", *std::move(staged), {}}), {}), IsOk());
  EXPECT_EQ(*store_->GetAll("raw", "t/out.parquet"), "PAR1");
  scratch->reset();
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST_P(Commits, StageNothingButRegularFiles) {
  const auto scratch = store_->ScratchDirectory();
  std::filesystem::create_symlink("/etc/passwd", **scratch / "link");
  EXPECT_THAT(store_->StageFile(**scratch / "link"), HasError(Code::kInvalidArgument, "link"));
  EXPECT_THAT(store_->StageFile(**scratch / "missing"), HasError(Code::kInvalidArgument, "missing"));
  EXPECT_THAT(store_->StageFile(**scratch), HasError(Code::kInvalidArgument, ""));
}

TEST_P(Commits, RefuseContentOfAnotherStore) {
  const auto other = under_test_->Open("transform");
  auto writer = other->Stage();
  EXPECT_THAT(store_->Commit(All(Change{"raw", "k", *(*writer)->Finish(), {}}), {}),
              HasError(Code::kInvalidArgument, "another store"));
}

TEST_P(Commits, TellListenersTheLastSequence) {
  std::vector<int64_t> heard;
  store_->OnCommit([&](int64_t sequence) { heard.push_back(sequence); });
  ASSERT_THAT(store_->Commit(All(PutChange("a", ""), PutChange("b", "")), {}), IsOk());
  ASSERT_THAT(store_->Put("raw", "c", ""), IsOk());
  EXPECT_EQ(heard, (std::vector<int64_t>{2, 3}));
}

}  // namespace
}  // namespace tarn::object_store
