#include "tests/support/fault_fs/fault_fs.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>

#include "tests/crash/fault_fs/programs.h"
#include "tests/support/fault_fs/crash_image.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::fault_fs {
namespace {

class FaultFs : public testing::TestWithParam<Program> {};

TEST_P(FaultFs, FindsWhatAProgramForgot) {
  const Findings findings = CrashEverywhere(GetParam());
  std::cout << GetParam().name << ": " << findings.points << " crash points, " << findings.complaints.size() << " complaints\n";
  EXPECT_GE(findings.points, 12);
  if (GetParam().mistake.empty()) {
    EXPECT_THAT(findings.complaints, testing::IsEmpty());
  } else {
    EXPECT_THAT(findings.complaints, testing::Not(testing::IsEmpty())) << "it forgot " << GetParam().mistake;
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, FaultFs, testing::ValuesIn(Programs()), [](const auto& program) { return program.param.name; });

// Runs `work` under the layer in a process of its own. Returns its exit status.
int Under(const TempDirectory& directory, const std::function<int(const std::filesystem::path& root)>& work) {
  std::filesystem::create_directories(directory / "root");
  std::filesystem::create_directories(directory / "shadow");
  const pid_t child = fork();
  if (child == 0) {
    Start(directory / "root", directory / "shadow");
    _exit(work(directory / "root"));
  }
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(FaultFsFiles, KeepInodeAndTimeThroughADelete) {
  const TempDirectory directory;
  std::filesystem::create_directory(directory / "root");
  const auto file = directory / "root/file";
  const int made = open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(write(made, "abc", 3), 3);
  close(made);
  struct stat before, after;
  ASSERT_EQ(stat(file.c_str(), &before), 0);
  ASSERT_EQ(Under(directory, [&](const auto&) { return unlink(file.c_str()); }), 0);
  const CrashImage image(directory / "root", directory / "shadow");
  image.PutBack(Survives::kEverything);
  EXPECT_FALSE(std::filesystem::exists(file));
  image.PutBack(Survives::kNothing);
  ASSERT_EQ(stat(file.c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_size, 3);
  EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
  EXPECT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
}

TEST(FaultFsFiles, LoseWhatAFailedSyncWasToKeep) {
  const TempDirectory directory;
  const int status = Under(directory, [](const auto& root) {
    const int file = open((root / "file").c_str(), O_WRONLY | O_CREAT, 0600);
    const int above = open(root.c_str(), O_RDONLY | O_DIRECTORY);
    if (write(file, "abc", 3) != 3) return 1;
    FailAt(1, EIO);
    if (fsync(file) == 0 || errno != EIO) return 2;
    return fsync(file) == 0 && fsync(above) == 0 ? 0 : 3;
  });
  ASSERT_EQ(status, 0);
  CrashImage(directory / "root", directory / "shadow").PutBack(Survives::kNothing);
  EXPECT_TRUE(std::filesystem::is_empty(directory / "root/file"));
}

TEST(FaultFsFiles, HaveTheirSizeButZerosWhenOnlyNamesSurvive) {
  const TempDirectory directory;
  ASSERT_EQ(Under(directory, [](const auto& root) {
    const int file = open((root / "file").c_str(), O_WRONLY | O_CREAT, 0600);
    return write(file, "abc", 3) == 3 && fsync(file) == 0 && write(file, "def", 3) == 3 ? 0 : 1;
  }), 0);
  CrashImage(directory / "root", directory / "shadow").PutBack(Survives::kNames);
  char content[7] = {};
  const int file = open((directory / "root/file").c_str(), O_RDONLY);
  ASSERT_EQ(read(file, content, sizeof content), 6);
  close(file);
  EXPECT_EQ(std::string(content, 6), std::string("abc\0\0\0", 6));
}

TEST(FaultFsFiles, AreNotLostWhenOnlyTheDirectoryTheyLeftIsSynced) {
  const TempDirectory directory;
  ASSERT_EQ(Under(directory, [](const auto& root) {
    std::filesystem::create_directory(root / "from");
    const int file = open((root / "from/file").c_str(), O_WRONLY | O_CREAT, 0600);
    const int from = open((root / "from").c_str(), O_RDONLY | O_DIRECTORY);
    if (write(file, "abc", 3) != 3 || syncfs(file) != 0) return 1;
    std::filesystem::create_directory(root / "to");
    std::filesystem::rename(root / "from/file", root / "to/file");
    return fsync(from);
  }), 0);
  CrashImage(directory / "root", directory / "shadow").PutBack(Survives::kNothing);
  EXPECT_TRUE(std::filesystem::is_empty(directory / "root/from"));
  EXPECT_EQ(std::filesystem::file_size(directory / "root/to/file"), 3u);
}

TEST(FaultFsFiles, AreAllDurableAfterSyncfs) {
  const TempDirectory directory;
  ASSERT_EQ(Under(directory, [](const auto& root) {
    std::filesystem::create_directories(root / "a/b");
    const int file = open((root / "a/b/file").c_str(), O_WRONLY | O_CREAT, 0600);
    return write(file, "abc", 3) == 3 && syncfs(file) == 0 ? 0 : 1;
  }), 0);
  CrashImage(directory / "root", directory / "shadow").PutBack(Survives::kNothing);
  EXPECT_EQ(std::filesystem::file_size(directory / "root/a/b/file"), 3u);
}

}  // namespace
}  // namespace tarn::fault_fs
