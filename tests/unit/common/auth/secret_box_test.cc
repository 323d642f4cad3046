#include "common/auth/secret_box.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::auth {
namespace {

namespace fs = std::filesystem;

class SecretBoxTest : public testing::Test {
 protected:
  std::unique_ptr<SecretBox> Open() {
    auto box = SecretBox::Open(file_, true);
    EXPECT_THAT(box, IsOk());
    return std::move(*box);
  }

  TempDirectory directory_;
  const fs::path file_ = directory_ / "auth.key";
};

TEST_F(SecretBoxTest, MakesAKeyThatOnlyItsOwnerMayRead) {
  Open();
  EXPECT_EQ(fs::file_size(file_), 32u);
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator()), 1);
}

TEST_F(SecretBoxTest, GivesBackWhatItEncrypted) {
  const auto sealed = Open()->Encrypt("secret", "owner");
  ASSERT_THAT(sealed, IsOk());
  EXPECT_EQ(sealed->find("secret"), std::string::npos);
  const auto opened = Open()->Decrypt(*sealed, "owner");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(*opened, "secret");
}

TEST_F(SecretBoxTest, NeverEncryptsTheSameWayTwice) {
  const auto box = Open();
  EXPECT_NE(*box->Encrypt("secret", "owner"), *box->Encrypt("secret", "owner"));
}

TEST_F(SecretBoxTest, NoticesEveryChange) {
  const auto box = Open();
  const std::string sealed = *box->Encrypt("secret", "owner");
  EXPECT_THAT(box->Decrypt(sealed, "other"), HasError(Code::kUnprocessable, "other"));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(box->Decrypt(changed, "owner"), HasError(Code::kUnprocessable, "owner")) << i;
    EXPECT_THAT(box->Decrypt(sealed.substr(0, i), "owner"), HasError(Code::kUnprocessable, "owner")) << i;
  }
}

TEST_F(SecretBoxTest, RefusesAKeyThatOthersMayUse) {
  Open();
  for (const fs::perms more : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write | more);
    EXPECT_THAT(SecretBox::Open(file_, true), HasError(Code::kPermissionDenied, "auth.key"));
  }
}

TEST_F(SecretBoxTest, RefusesWhatIsNoKey) {
  EXPECT_THAT(SecretBox::Open(file_, false), HasError(Code::kUnprocessable, "missing"));
  for (const size_t size : {0, 31, 33}) {
    std::ofstream(file_, std::ios::trunc) << std::string(size, 'k');
    fs::permissions(file_, fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_THAT(SecretBox::Open(file_, true), HasError(Code::kUnprocessable, "32 bytes")) << size;
  }
}

}  // namespace
}  // namespace tarn::auth
