#include "common/s3_client/credentials.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::s3_client {
namespace {

TEST(CredentialsFromEnvironment, NamesTheVariableThatIsMissing) {
  ::setenv("BACKUP_ACCESS_KEY_ID", "id", 1);
  EXPECT_THAT(CredentialsFromEnvironment("BACKUP"), HasError(Code::kInvalidArgument, "BACKUP_SECRET_ACCESS_KEY"));
  ::setenv("BACKUP_SECRET_ACCESS_KEY", "secret", 1);
  const auto credentials = CredentialsFromEnvironment("BACKUP");
  ASSERT_THAT(credentials, IsOk());
  EXPECT_EQ(credentials->access_key_id, "id");
  EXPECT_EQ(credentials->secret_access_key, "secret");
}

TEST(CredentialsFromFile, ReadsOneProfile) {
  TempDirectory directory;
  std::ofstream(directory / "credentials") << "# ours\n[default]\naws_access_key_id=A\n\n[ other ]\n"
                                              "aws_access_key_id = B\r\naws_secret_access_key = s=/+\n"
                                              "aws_session_token=t\n";
  const auto credentials = CredentialsFromFile(directory / "credentials", "other");
  ASSERT_THAT(credentials, IsOk());
  EXPECT_EQ(credentials->access_key_id, "B");
  EXPECT_EQ(credentials->secret_access_key, "s=/+");
  EXPECT_EQ(credentials->session_token, "t");
  EXPECT_THAT(CredentialsFromFile(directory / "credentials"), HasError(Code::kInvalidArgument, "default"));
  EXPECT_THAT(CredentialsFromFile(directory / "credentials", "x"), HasError(Code::kNotFound, "profile"));
  EXPECT_THAT(CredentialsFromFile(directory / "none"), HasError(Code::kNotFound, "none"));
}

}  // namespace
}  // namespace tarn::s3_client
