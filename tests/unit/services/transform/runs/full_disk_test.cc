#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "common/compression/gzip.h"
#include "tests/support/result_matchers.h"
#include "tests/unit/services/transform/runs/event_table.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

constexpr const char* kSize = "size=24m";

// A file system of its own, so that it can be full; temporary directories are made on it.
class SmallDisk {
 public:
  SmallDisk() : mounted_(mount("tmpfs", path().c_str(), "tmpfs", 0, kSize) == 0) {
    if (mounted_) setenv("TMPDIR", path().c_str(), 1);
  }
  ~SmallDisk() {
    unsetenv("TMPDIR");
    if (mounted_) umount2(path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  std::filesystem::path path() const { return directory_ / ""; }

  void Fill() {
    std::ofstream file(directory_ / "filler", std::ios::binary);
    const std::string block(64 * 1024, 'x');
    const uintmax_t leave = 3 << 20;
    while (std::filesystem::space(path()).available > leave && file) file << block << std::flush;
  }
  void Empty() { std::filesystem::remove(directory_ / "filler"); }

 private:
  TempDirectory directory_;
  const bool mounted_;
};

std::vector<std::string> FilesIn(const std::filesystem::path& workspaces) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workspaces)) {
    if (entry.is_regular_file() && entry.path().filename() != "lock") files.push_back(entry.path());
  }
  return files;
}

// Rows that no codec makes smaller.
json LargeRows() {
  json rows = json::array();
  uint64_t state = 42;
  for (int i = 0; i < 100; ++i) {
    std::string noise;
    while (noise.size() < 60'000) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      noise += static_cast<char>(' ' + 2 + (state >> 33) % 90);
    }
    rows.push_back(Event(i, "d" + std::to_string(i % 3), noise));
  }
  return rows;
}

TEST(FullDisk, FailsTheRunAndLeavesNothingBehind) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "no file system can be mounted here";
  for (const std::string output :
       {"mode: append, compression: none", "mode: append, partition_by: [day], compression: none",
        "mode: merge, key: [id, day], order_by: [value], partition_by: [day]"}) {
    EventTable table;
    table.Define(output);
    table.Put(LargeRows());
    table.rig.PlanEvents();
    const auto definition = table.rig.definitions().Runnable().at(0);
    const auto run = **table.rig.runs().TakeNext("events", Now());
    const auto inputs = *table.rig.runs().InputsToTake(run.id, *definition);
    disk.Fill();
    const auto outcome = table.rig.runner().Execute(run, inputs, *definition, {});
    ASSERT_FALSE(outcome.ok()) << output;
    EXPECT_EQ(outcome.error().code(), Code::kResourceExhausted) << outcome.error().message();
    EXPECT_TRUE(outcome.error().retryable());
    EXPECT_TRUE(FilesIn(table.rig.directory() / "lake/.tarn/workspaces").empty()) << output;
    EXPECT_TRUE(table.Keys().empty());
    disk.Empty();
    EXPECT_THAT(table.rig.runner().Execute(run, inputs, *definition, {}), IsOk()) << output;
    EXPECT_EQ(table.Rows().size(), 100u);
    EXPECT_TRUE(FilesIn(table.rig.directory() / "lake/.tarn/workspaces").empty()) << output;
  }
}

TEST(FullDisk, FailsARunThatUnpacksItsInputsAndLeavesNothingBehind) {
  SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "no file system can be mounted here";
  EventTable table;
  table.Define("mode: append", "compression: gzip");
  std::string text;
  for (int i = 0; i < 100; ++i) text += Event(i, "d", std::string(60'000, 'x')).dump() + "\n";
  table.rig.Put("events/1.ndjson", compression::Gzip(text));
  table.rig.PlanEvents();
  const auto definition = table.rig.definitions().Runnable().at(0);
  const auto run = **table.rig.runs().TakeNext("events", Now());
  const auto inputs = *table.rig.runs().InputsToTake(run.id, *definition);
  disk.Fill();
  const auto outcome = table.rig.runner().Execute(run, inputs, *definition, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_TRUE(outcome.error().retryable()) << outcome.error().message();
  EXPECT_TRUE(FilesIn(table.rig.directory() / "lake/.tarn/workspaces").empty());
  EXPECT_TRUE(table.Keys().empty());
  disk.Empty();
  EXPECT_THAT(table.rig.runner().Execute(run, inputs, *definition, {}), IsOk());
  EXPECT_EQ(table.Rows().size(), 100u);
}

}  // namespace
}  // namespace tarn::transform
