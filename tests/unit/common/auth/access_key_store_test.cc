#include "common/auth/access_key_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::auth {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string Content(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

class AccessKeyStoreTest : public testing::Test {
 protected:
  std::unique_ptr<AccessKeyStore> Open() {
    auto store = AccessKeyStore::Open(directory_.path());
    EXPECT_THAT(store, IsOk());
    return std::move(*store);
  }

  TempDirectory directory_;
};

TEST_F(AccessKeyStoreTest, CreatesKeysThatNobodyCanGuess) {
  const auto store = Open();
  EXPECT_TRUE(store->empty());
  const auto first = store->Create("etl"), second = store->Create("etl");
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(first->key.id, MatchesRegex("TARN[A-Z2-7]{16}"));
  EXPECT_THAT(first->secret, MatchesRegex("[A-Za-z0-9_-]{40}"));
  EXPECT_NE(first->key.id, second->key.id);
  EXPECT_NE(first->secret, second->secret);
  EXPECT_FALSE(store->empty());
}

TEST_F(AccessKeyStoreTest, KeepsKeysAcrossARestart) {
  const Timestamp expires = Now() + std::chrono::hours(1);
  const NewAccessKey created = *Open()->Create("etl", expires);
  const auto store = Open();
  const auto found = store->Find(created.key.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret, created.secret);
  EXPECT_EQ(found->key.name, "etl");
  EXPECT_EQ(found->key.created_at, created.key.created_at);
  EXPECT_EQ(found->key.expires_at, expires);
  EXPECT_EQ(found->key.last_used_at, std::nullopt);
}

TEST_F(AccessKeyStoreTest, LeavesNoSecretOnDisk) {
  const NewAccessKey created = *Open()->Create("etl");
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    EXPECT_THAT(Content(entry.path()), Not(HasSubstr(created.secret))) << entry.path();
  }
}

TEST_F(AccessKeyStoreTest, IsUsableWhileEnabledAndNotExpired) {
  const auto store = Open();
  const Timestamp now = Now();
  const std::string id = store->Create("etl", now + std::chrono::seconds(10))->key.id;
  EXPECT_TRUE(store->Get(id)->UsableAt(now));
  EXPECT_FALSE(store->Get(id)->UsableAt(now + std::chrono::seconds(10)));
  EXPECT_THAT(store->SetEnabled(id, false), IsOk());
  EXPECT_FALSE(Open()->Get(id)->UsableAt(now));
  EXPECT_FALSE(store->empty()) << "a disabled key still closes the door to those without one";
}

TEST_F(AccessKeyStoreTest, ForgetsDeletedKeys) {
  const auto store = Open();
  const std::string id = store->Create("etl")->key.id;
  EXPECT_THAT(store->Delete(id), IsOk());
  EXPECT_FALSE(store->Find(id));
  EXPECT_THAT(store->Get(id), HasError(Code::kNotFound, id));
  EXPECT_THAT(store->Delete(id), HasError(Code::kNotFound, id));
  EXPECT_THAT(store->SetEnabled(id, true), HasError(Code::kNotFound, id));
  EXPECT_TRUE(Open()->empty());
}

TEST_F(AccessKeyStoreTest, ListsInPages) {
  const auto store = Open();
  for (int i = 0; i < 5; ++i) ASSERT_THAT(store->Create("k"), IsOk());
  const auto first = store->List("", 3);
  ASSERT_EQ(first.size(), 3u);
  const auto rest = store->List(first.back().id, 3);
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_LT(first.back().id, rest.front().id);
}

TEST_F(AccessKeyStoreTest, WritesLastUseLazily) {
  const Timestamp now = Now();
  std::string id;
  {
    const auto store = Open();
    id = store->Create("etl")->key.id;
    store->Touch(id, now);
    store->Touch("TARNNOBODY", now);
    EXPECT_EQ(store->Get(id)->last_used_at, now);
    EXPECT_EQ(Open()->Get(id)->last_used_at, std::nullopt);
    EXPECT_THAT(store->FlushLastUsed(), IsOk());
    EXPECT_EQ(Open()->Get(id)->last_used_at, now);
    store->Touch(id, now + std::chrono::seconds(1));
  }
  EXPECT_EQ(Open()->Get(id)->last_used_at, now + std::chrono::seconds(1));
}

TEST_F(AccessKeyStoreTest, RefusesToStartWithTheWrongKeyFile) {
  ASSERT_THAT(Open()->Create("etl"), IsOk());
  std::filesystem::remove(directory_ / "auth.key");
  EXPECT_THAT(AccessKeyStore::Open(directory_.path()), HasError(Code::kUnprocessable, "missing"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "auth.key"));
  std::ofstream(directory_ / "auth.key") << std::string(32, 'k');
  std::filesystem::permissions(directory_ / "auth.key", std::filesystem::perms::owner_read);
  EXPECT_THAT(AccessKeyStore::Open(directory_.path()), HasError(Code::kUnprocessable, "auth.key"));
}

TEST_F(AccessKeyStoreTest, BoundsNames) {
  EXPECT_THAT(Open()->Create(std::string(129, 'n')), HasError(Code::kInvalidArgument, "/name"));
}

}  // namespace
}  // namespace tarn::auth
