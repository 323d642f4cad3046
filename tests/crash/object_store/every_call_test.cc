// Kills a process that works on a store at every one of its system calls that change files, lets the power fail, and
// opens the store again.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "common/logging/log.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/store_check.h"
#include "tests/crash/object_store/crash_run.h"
#include "tests/support/fault_fs/crash_image.h"
#include "tests/support/fault_fs/fault_fs.h"
#include "tests/support/result_matchers.h"

namespace tarn::object_store {
namespace {

using fault_fs::CrashImage;
using fault_fs::Survives;

// The first lines in which two observations differ.
std::string Difference(const std::string& found, const std::string& expected) {
  size_t same = static_cast<size_t>(std::mismatch(found.begin(), found.end(), expected.begin(), expected.end()).first - found.begin());
  same = found.rfind('\n', same == 0 ? 0 : same - 1) + 1;
  return "found\n" + found.substr(same) + "instead of\n" + (same <= expected.size() ? expected.substr(same) : "");
}

// What `told` was told must be true of the store that is opened again; nothing that was only begun may be half there.
std::string Check(const std::filesystem::path& lake, const Told& told, const std::vector<std::string>& expected) {
  auto opened = OpenLocalStore({lake, "reopened"});
  if (!opened.ok()) return "the store cannot be opened: " + opened.error().message();
  VersionedStore& store = **opened;
  const std::string found = Observe(store, lake);
  const auto done = static_cast<size_t>(told.acknowledged);
  const bool one_more = told.killed && done + 1 < expected.size() && found == expected[done + 1];
  if (found != expected[done] && !one_more) return "after " + std::to_string(done) + " steps: " + Difference(found, expected[done]);

  std::string differences;
  CheckOptions options;
  options.report = [&](const StoreDifference& difference) {
    // Parts that nobody needs are swept when they are an hour old: younger ones may be those of another process.
    if (difference.kind == "unneeded_part_file") return;
    differences += " " + difference.kind + " " + difference.key + ": " + difference.detail;
  };
  if (const auto checked = CheckStore(store, options); !checked.ok()) return "the check fails: " + checked.error().message();
  if (!differences.empty()) return "files and index do not agree:" + differences;

  // Every event that a reader was shown is still what it was, and the reader that goes on from there gets all others.
  const auto log = store.ReadEvents(0, {}, 100'000);
  if (!log.ok()) return "the log cannot be read: " + log.error().message();
  size_t still_there = 0;
  for (const Event& event : log->events) {
    const auto shown = told.seen.find(event.sequence);
    if (shown == told.seen.end()) continue;
    ++still_there;
    if (shown->second != event.id) return "event " + std::to_string(event.sequence) + " is another one now";
  }
  if (still_there != told.seen.size()) return "an event that was delivered is gone";
  const int64_t cursor = told.seen.empty() ? 0 : told.seen.rbegin()->first;
  const auto rest = store.ReadEvents(cursor, {}, 100'000);
  if (!rest.ok() || rest->events.size() + told.seen.size() != log->events.size()) return "a reader misses events";

  // Life goes on.
  if (!store.EnsureBucket("raw").ok()) return "no bucket can be made";
  if (const auto put = store.Put("raw", "probe", "probe"); !put.ok()) return "nothing can be put: " + put.error().message();
  if (const auto read = store.GetAll("raw", "probe"); !read.ok() || *read != "probe") return "what is put now cannot be read";
  return "";
}

const bool prepared = [] {
  log::Configure("crash", log::Level::kError, log::Format::kText);  // every recovery would say what it found
  fault_fs::PreferMemoryDisk();
  return true;
}();

std::string Describe(Survives survives, const CrashImage& image, const std::string& complaint) {
  return std::string(Name(survives)) + " at " + image.killed_at() + ": " + complaint;
}

class CrashAtEveryCall : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override {
    expected_ = PlayAndObserve(GetParam());
    for (const std::string& observed : expected_) ASSERT_THAT(observed, testing::Not(testing::HasSubstr("WRONG")));
  }

  static void Report(const Points& points, const std::string& what) {
    std::cout << GetParam().name << ": " << points.count << " crash points, " << points.images << " different states " << what
              << " opened and checked\n";
    EXPECT_GT(points.count, 0);
    for (size_t i = 0; i < points.complaints.size() && i < 5; ++i) ADD_FAILURE() << points.complaints[i];
    EXPECT_EQ(points.complaints.size(), 0u) << "complaints in all";
  }

  static std::filesystem::path Directory(const std::filesystem::path& path) {
    std::filesystem::create_directory(path);
    return path;
  }

  std::vector<std::string> expected_;
};

TEST_P(CrashAtEveryCall, LosesNothingThatWasAcknowledgedAndLeavesNothingHalfDone) {
  const Points points = AtEveryPoint([this](int64_t point, const std::filesystem::path& scratch, Points& found) {
    const auto lake = Directory(scratch / "lake"), shadow = Directory(scratch / "shadow");
    const Told told = Play(GetParam(), lake, shadow, point);
    if (!told.failure.empty()) found.complaints.push_back("it fails by itself: " + told.failure);
    if (!told.failure.empty()) return false;
    const CrashImage image(lake, shadow);
    for (const Survives survives : fault_fs::kAllSurvivals) {
      if (image.IsRepeated(survives)) continue;
      ++found.images;
      image.PutBack(survives);
      const std::string complaint = Check(lake, told, expected_);
      if (!complaint.empty()) found.complaints.push_back(Describe(survives, image, complaint));
    }
    return told.killed;
  });
  Report(points, "after a kill and two kinds of power loss");
}

// Recovery is work like any other: whoever dies of it leaves what the next one needs.
TEST(CrashOfRecovery, AtEveryCallLosesNothingEither) {
  const auto scenarios = PlainScenarios();
  const Scenario& scenario = *std::find_if(scenarios.begin(), scenarios.end(), [](const Scenario& one) { return one.name == "SetOfChanges"; });
  const std::vector<std::string> expected = PlayAndObserve(scenario);
  const Points points = AtEveryPoint([&](int64_t point, const std::filesystem::path& scratch, Points& found) {
    // The first crashes: some of those of the scenario, with all that makes work for a recovery.
    const int64_t first = 7 + 12 * (point - 1);
    const auto lake = scratch / "lake", shadow = scratch / "shadow";
    std::filesystem::create_directory(lake);
    std::filesystem::create_directory(shadow);
    const Told told = Play(scenario, lake, shadow, first);
    const CrashImage image(lake, shadow);
    for (int64_t second = 1;; ++second) {
      image.PutBack(Survives::kNames);
      const auto again = scratch / "again";
      std::filesystem::create_directory(again);
      const Told reopened = RunUntilKilled(lake, again, [&](const auto&) -> Status {
        fault_fs::KillAt(second);
        TARN_ASSIGN(const auto store, OpenLocalStore({lake, "recovery"}));
        return Ok();
      });
      if (!reopened.failure.empty()) found.complaints.push_back("the store cannot be opened: " + reopened.failure);
      const CrashImage then(lake, again);
      for (const Survives survives : fault_fs::kAllSurvivals) {
        if (then.IsRepeated(survives)) continue;
        ++found.images;
        then.PutBack(survives);
        const std::string complaint = Check(lake, told, expected);
        if (!complaint.empty()) found.complaints.push_back("recovery " + Describe(survives, then, complaint));
      }
      std::filesystem::remove_all(again);
      if (!reopened.killed) return told.killed;
    }
  });
  std::cout << "Recovery: after " << points.count << " of the crashes, " << points.images << " states that a crash of the recovery leaves checked\n";
  EXPECT_GT(points.count, 0);
  EXPECT_THAT(points.complaints, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Plain, CrashAtEveryCall, testing::ValuesIn(PlainScenarios()),
                         [](const auto& scenario) { return scenario.param.name; });
INSTANTIATE_TEST_SUITE_P(Versioned, CrashAtEveryCall, testing::ValuesIn(VersionedScenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace tarn::object_store
