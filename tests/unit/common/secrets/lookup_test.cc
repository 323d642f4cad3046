#include "common/secrets/lookup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::secrets {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SecretLookupTest : public testing::Test {
 protected:
  ~SecretLookupTest() override {
    for (const char* name : {"SECRET_TEST_KEY", "SECRET_TEST_KEY_FILE", "TARN_SECRETS_DIR"}) unsetenv(name);
  }

  fs::path Write(const std::string& name, const std::string& content, unsigned mode = 0600) {
    const fs::path file = directory / name;
    std::ofstream(file, std::ios::binary) << content;
    fs::permissions(file, fs::perms(mode));
    return file;
  }
  std::string Value() {
    const auto found = Lookup("SECRET_TEST_KEY", directory.path());
    EXPECT_THAT(found, IsOk());
    return found.ok() && *found ? (*found)->value : "(none)";
  }

  TempDirectory directory;
};

TEST_F(SecretLookupTest, GoesFromTheVariableToItsFileToTheDirectory) {
  EXPECT_EQ(Value(), "(none)");
  Write("secret_test_key", "lower");
  EXPECT_EQ(Value(), "lower");
  Write("SECRET_TEST_KEY", "upper");
  EXPECT_EQ(Value(), "upper");
  setenv("SECRET_TEST_KEY_FILE", Write("elsewhere", "file").c_str(), 1);
  EXPECT_EQ(Value(), "file");
  setenv("SECRET_TEST_KEY", "", 1);
  EXPECT_EQ(Value(), "file");
  setenv("SECRET_TEST_KEY", "variable", 1);
  EXPECT_EQ(Value(), "variable");
}

TEST_F(SecretLookupTest, LooksIntoTheDirectoryThatTheEnvironmentNames) {
  EXPECT_EQ(Directory(), "/run/secrets");
  setenv("TARN_SECRETS_DIR", directory.path().c_str(), 1);
  Write("SECRET_TEST_KEY", "here");
  const auto found = Lookup("SECRET_TEST_KEY");
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ((*found)->value, "here");
  EXPECT_EQ((*found)->origin, Secret::Origin::kFile);
}

TEST_F(SecretLookupTest, LeavesOutOneNewlineAtTheEnd) {
  for (const auto& [content, value] :
       {std::pair("a b\n", "a b"), {"a\r\n", "a"}, {"a\n\n", "a\n"}, {" a ", " a "}}) {
    Write("SECRET_TEST_KEY", content);
    EXPECT_EQ(Value(), value);
  }
}

TEST_F(SecretLookupTest, RefusesFilesThatOthersMayReadOrChange) {
  for (const unsigned mode : {0644u, 0604u, 0602u, 0601u, 0660u, 0620u, 0666u}) {
    const fs::path file = Write("SECRET_TEST_KEY", "hush", mode);
    const auto refused = Lookup("SECRET_TEST_KEY", directory.path());
    ASSERT_THAT(refused, HasError(Code::kPermissionDenied, "chmod 600")) << mode;
    EXPECT_THAT(refused.error().message(), HasSubstr(file.string()));
    EXPECT_THAT(refused.error().message(), Not(HasSubstr("hush")));
  }
  for (const unsigned mode : {0600u, 0400u, 0640u, 0440u}) {
    Write("SECRET_TEST_KEY", "hush", mode);
    EXPECT_EQ(Value(), "hush") << mode;
    fs::remove(directory / "SECRET_TEST_KEY");
  }
}

TEST_F(SecretLookupTest, JudgesWhatALinkLeadsTo) {
  // As Kubernetes mounts secrets: key -> ..data/key, ..data -> a directory named after the time.
  fs::create_directory(directory / "..2026_03_01");
  fs::create_directory_symlink("..2026_03_01", directory / "..data");
  fs::create_symlink("..data/SECRET_TEST_KEY", directory / "SECRET_TEST_KEY");
  Write("..2026_03_01/SECRET_TEST_KEY", "linked");
  EXPECT_EQ(Value(), "linked");
  fs::permissions(directory / "..2026_03_01/SECRET_TEST_KEY", fs::perms(0644));
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kPermissionDenied, "chmod"));
}

TEST_F(SecretLookupTest, RefusesWhatIsNoSecret) {
  Write("SECRET_TEST_KEY", std::string(64 * 1024, 'x') + "\n");
  EXPECT_EQ(Value().size(), 64u * 1024);
  Write("SECRET_TEST_KEY", std::string(64 * 1024 + 1, 'x'));
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kTooLarge, "64 KiB"));
  Write("SECRET_TEST_KEY", std::string("a\0b", 3));
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kInvalidArgument, "zero byte"));
  Write("SECRET_TEST_KEY", "\n");
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kInvalidArgument, "empty"));
}

TEST_F(SecretLookupTest, DoesNotWaitForANamedPipeNorReadADirectory) {
  ASSERT_EQ(::mkfifo((directory / "SECRET_TEST_KEY").c_str(), 0600), 0);
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kInvalidArgument, "regular file"));
  fs::remove(directory / "SECRET_TEST_KEY");
  fs::create_directory(directory / "SECRET_TEST_KEY");
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kInvalidArgument, "regular file"));
}

TEST_F(SecretLookupTest, SaysWhenTheFileOfAVariableIsMissing) {
  setenv("SECRET_TEST_KEY_FILE", "/no/such/file", 1);
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()), HasError(Code::kInvalidArgument, "/no/such/file"));
  EXPECT_THAT(Lookup("SECRET_TEST_KEY", directory.path()),
              HasError(Code::kInvalidArgument, "SECRET_TEST_KEY_FILE"));
}

}  // namespace
}  // namespace tarn::secrets
