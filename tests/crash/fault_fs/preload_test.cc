#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/fault_fs/crash_image.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::fault_fs {
namespace {

// Runs a Python program with the layer preloaded, in the directory that is watched. Returns what system() returns.
int RunPreloaded(const TempDirectory& directory, const std::string& settings, const std::string& program) {
  const auto root = directory / "root", shadow = directory / "shadow";
  std::filesystem::create_directory(root);
  std::filesystem::create_directory(shadow);
  std::ofstream(directory / "program.py") << program;
  const std::string command = "cd " + root.string() + " && exec env FAULT_FS_ROOT=" + root.string() + " FAULT_FS_SHADOW=" + shadow.string() +
                              " " + settings + " LD_PRELOAD=" PRELOAD " " PYTHON " -B ../program.py";
  return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
}

const std::string kProgram = R"(
import os
file = os.open("file", os.O_CREAT | os.O_WRONLY)
os.write(file, b"content")
os.fsync(file)
os.rename("file", "renamed")
os.fsync(os.open(".", os.O_RDONLY))
)";

TEST(PreloadedFaultFs, CountsThePointsOfAnyProgram) {
  const TempDirectory directory;
  const auto points = directory / "points";
  ASSERT_EQ(RunPreloaded(directory, "FAULT_FS_POINTS=" + points.string(), kProgram), 0);
  int64_t count = 0;
  std::ifstream(points) >> count;
  EXPECT_EQ(count, 5) << "open, write, fsync, rename, fsync";
}

TEST(PreloadedFaultFs, KillsAnyProgramAndTellsWhatAPowerLossLeaves) {
  const TempDirectory directory;
  ASSERT_NE(RunPreloaded(directory, "FAULT_FS_KILL_AT=5", kProgram), 0);
  const CrashImage image(directory / "root", directory / "shadow");
  EXPECT_EQ(image.killed_at(), "fsync ");
  image.PutBack(Survives::kEverything);
  EXPECT_EQ(std::filesystem::file_size(directory / "root/renamed"), 7u);
  image.PutBack(Survives::kNothing);
  EXPECT_TRUE(std::filesystem::is_empty(directory / "root"));
}

}  // namespace
}  // namespace tarn::fault_fs
