#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <set>

#include "common/object_store/local_object_store.h"
#include "tests/crash/object_store/workload.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

// A writer process; what it acknowledges is read from its pipe.
class Writer {
 public:
  Writer(const std::filesystem::path& lake, int64_t first, std::vector<std::string> fault = {}) {
    int ends[2];
    if (pipe(ends) != 0) abort();
    std::vector<std::string> arguments = {CRASH_WRITER, lake.string(), std::to_string(first)};
    arguments.insert(arguments.end(), fault.begin(), fault.end());
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execv(CRASH_WRITER, argv.data());
      _exit(127);
    }
    close(ends[1]);
    out_ = ends[0];
  }
  ~Writer() {
    End();
    close(out_);
  }

  // Waits until `count` more steps were acknowledged. False if the writer died before.
  bool WaitForSteps(int count) {
    for (char c; count > 0;) {
      const ssize_t got = read(out_, &c, 1);
      if (got <= 0) return false;
      text_ += c;
      count -= c == '\n';
    }
    return true;
  }

  // Kills the writer if it still lives and returns how many steps it acknowledged in all.
  int Kill() {
    kill(pid_, SIGKILL);
    WaitForSteps(1 << 30);
    End();
    return static_cast<int>(std::count(text_.begin(), text_.end(), '\n'));
  }

 private:
  // Its pipe may be closed while its locks are still held: only when it has been waited for are they free.
  void End() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    int status;
    waitpid(pid_, &status, 0);
    pid_ = -1;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  std::string text_;
};

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    observer_ = std::move(OpenLocalStore({lake_, "observer"})).value();
    ASSERT_THAT(observer_->EnsureBucket("raw"), IsOk());
  }

  // The writer died with `steps_` + `acknowledged` steps acknowledged: the next one happened wholly or not at all.
  void Check(int acknowledged) {
    steps_ += acknowledged;
    const auto log = observer_->ReadEvents(0, {}, 1'000'000);
    ASSERT_THAT(log, IsOk());
    if (log->events.size() != After(steps_).events.size()) ++steps_;
    const Expected expected = After(steps_);
    ASSERT_EQ(log->events.size(), expected.events.size()) << "every step is in the log once, and none in part";
    for (size_t i = 0; i < expected.events.size(); ++i) {
      ASSERT_EQ(log->events[i].type, expected.events[i].first);
      ASSERT_EQ(log->events[i].object.key, expected.events[i].second);
      ASSERT_EQ(log->events[i].sequence, static_cast<int64_t>(i) + 1);
    }
    // Who has the store open reads right content at once, before anyone has cleaned up.
    for (const auto& [key, content] : expected.objects) ASSERT_EQ(observer_->GetAll("raw", key).value(), content) << key;
    const auto reopened = OpenLocalStore({lake_, "reopened"});
    ASSERT_THAT(reopened, IsOk());
    CheckFiles(**reopened, expected);
  }

  void CheckFiles(ObjectStore& store, const Expected& expected) const {
    std::map<std::string, std::string> files, objects;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(lake_ / "raw")) {
      if (entry.is_regular_file()) files[entry.path().lexically_relative(lake_ / "raw")] = ReadFile(entry.path());
    }
    const auto page = store.List({"raw", "", "", "", 1'000'000});
    for (const ObjectInfo& object : page->objects) {
      objects[object.key] = store.GetAll("raw", object.key).value();
    }
    EXPECT_EQ(objects, expected.objects);
    EXPECT_EQ(files, expected.objects) << "the plain files are what the index says, and no others";
    int workspaces = 0;
    for (const auto& entry : std::filesystem::directory_iterator(lake_ / ".tarn" / "workspaces")) {
      ++workspaces;
      EXPECT_TRUE(std::filesystem::is_empty(entry.path() / "staging"));
    }
    EXPECT_EQ(workspaces, 2) << "those of the observer and of the store just opened";
  }

  TempDirectory directory_;
  const std::filesystem::path lake_ = directory_ / "lake";
  std::unique_ptr<ObjectStore> observer_;
  int64_t steps_ = 0;
};

TEST_F(Crash, AtARandomMomentLosesNothingThatWasAcknowledged) {
  std::mt19937 random(20240425);
  for (int round = 0; round < 30; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    Writer writer(lake_, steps_);
    ASSERT_TRUE(writer.WaitForSteps(1 + static_cast<int>(random() % 6)));
    // Into the midst of a commit: a spin, as a sleep is too coarse.
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 8000);
    while (std::chrono::steady_clock::now() < until) {
    }
    Check(writer.Kill());
    if (HasFatalFailure()) return;
  }
}

TEST_F(Crash, AtEveryStepOfACommitLeavesItDoneOrUndone) {
  for (const std::string step : {"staged", "before_record", "recorded", "before_move", "before_sync", "synced"}) {
    const bool in_background = step.ends_with("sync") || step == "synced";  // after many commits, not once in each
    for (int occurrence = 1; occurrence <= (in_background ? 2 : 8); ++occurrence) {
      SCOPED_TRACE(step + " " + std::to_string(occurrence));
      Writer writer(lake_, steps_, {step, std::to_string(occurrence)});
      ASSERT_FALSE(writer.WaitForSteps(in_background ? 1'000'000 : 100)) << "it kills itself before that";
      Check(writer.Kill());
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(Crash, IsRolledForwardByTheNextWriterThatHasTheStoreOpen) {
  Writer writer(lake_, 0, {"recorded", "3"});
  ASSERT_FALSE(writer.WaitForSteps(100));
  EXPECT_EQ(writer.Kill(), 2);
  EXPECT_FALSE(std::filesystem::exists(lake_ / "raw/set/a"));
  ASSERT_THAT(observer_->Put("raw", "other", "x"), IsOk());
  EXPECT_EQ(ReadFile(lake_ / "raw/set/a"), "2");
  EXPECT_EQ(ReadFile(lake_ / "raw/deep/2/er/x"), "2");
  EXPECT_FALSE(std::filesystem::exists(lake_ / "raw/single/0"));
}

TEST_F(Crash, LetsACommitBeRepeatedByItsToken) {
  Writer writer(lake_, 0, {"recorded", "3"});
  ASSERT_FALSE(writer.WaitForSteps(100));
  writer.Kill();
  const auto again = CommitStep(*observer_, 2);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->objects.size(), 3u);
  EXPECT_EQ(observer_->LastSequence().value(), static_cast<int64_t>(After(3).events.size()));
}

TEST_F(Crash, OfAReplacedReaderKeepsPinsOfTheLiving) {
  ASSERT_THAT(observer_->Put("raw", "replaced", "pinned"), IsOk());
  const auto version = observer_->Head("raw", "replaced")->version;
  const auto pin = observer_->PinFiles({{"raw", "replaced", version}});
  ASSERT_THAT(pin, IsOk());
  {
    Writer writer(lake_, 0);
    ASSERT_TRUE(writer.WaitForSteps(4));
    writer.Kill();
  }
  const auto reopened = OpenLocalStore({lake_, "reopened"});
  ASSERT_THAT(reopened, IsOk());
  EXPECT_EQ(ReadFile((*pin)->files()[0]), "pinned");
}

}  // namespace
}  // namespace tarn::object_store
