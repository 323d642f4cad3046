#include "tests/crash/object_store/crash_run.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <thread>

#include "tests/support/fault_fs/fault_fs.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

// A process that hangs is a failure, not a test without end.
constexpr unsigned kPatienceSeconds = 120;

struct Ended {
  std::string told;
  int status = 0;

  bool exited() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
  std::string Describe() const {
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "exit status " + std::to_string(WEXITSTATUS(status));
  }
};

struct Process {
  pid_t id = -1;
  int out = -1;

  Ended Wait() const {
    Ended ended;
    char buffer[4096];
    for (ssize_t count; (count = read(out, buffer, sizeof buffer)) > 0;) ended.told.append(buffer, static_cast<size_t>(count));
    close(out);
    waitpid(id, &ended.status, 0);
    return ended;
  }
};

Process Spawn(const std::function<void(const std::function<void(const std::string&)>& tell)>& work) {
  int ends[2];
  if (pipe(ends) != 0) abort();
  const pid_t id = fork();
  if (id < 0) abort();
  if (id == 0) {
    close(ends[0]);
    alarm(kPatienceSeconds);
    work([out = ends[1]](const std::string& text) {
      if (write(out, text.data(), text.size()) != static_cast<ssize_t>(text.size())) abort();
    });
    _exit(0);
  }
  close(ends[1]);
  return {id, ends[0]};
}

}  // namespace

Told RunUntilKilled(const std::filesystem::path& lake, const std::filesystem::path& shadow,
                    const std::function<Status(const std::function<void(const std::string&)>& tell)>& work) {
  const Ended ended = Spawn([&](const auto& tell) {
    fault_fs::Start(lake, shadow);
    if (const Status done = work(tell); !done.ok()) tell("F " + done.error().message() + "\n");
  }).Wait();
  Told told;
  std::istringstream lines(ended.told);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(1));
    int64_t sequence = 0;
    if (line[0] == 'A') ++told.acknowledged;
    if (line[0] == 'E' && words >> sequence) words >> told.seen[sequence];
    if (line[0] == 'F') told.failure = line.substr(2);
  }
  told.killed = WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGKILL;
  if (!told.killed && !ended.exited()) told.failure += " " + ended.Describe();
  return told;
}

Told Play(const Scenario& scenario, const std::filesystem::path& lake, const std::filesystem::path& shadow, int64_t kill_at) {
  return RunUntilKilled(lake, shadow, [&](const auto& tell) -> Status {
    Stage stage{lake, nullptr, {}, {}};
    for (const Step& step : scenario.before) TARN_TRY(step(stage));
    fault_fs::KillAt(kill_at);
    int64_t cursor = 0;
    for (const Step& step : scenario.steps) {
      TARN_TRY(step(stage));
      tell("A\n");
      if (!stage.store) continue;
      TARN_ASSIGN(const auto page, stage.store->ReadEvents(cursor, {}, 1000));
      for (const Event& event : page.events) tell("E " + std::to_string(event.sequence) + " " + event.id + "\n");
      cursor = page.last_sequence;
    }
    stage.store.reset();
    return Ok();
  });
}

std::vector<std::string> PlayAndObserve(const Scenario& scenario) {
  const TempDirectory directory;
  std::filesystem::create_directory(directory / "lake");
  std::filesystem::create_directory(directory / "shadow");
  const Ended ended = Spawn([&](const auto& tell) {
    fault_fs::SkipSyncs();
    Stage stage{directory / "lake", nullptr, {}, {}};
    const auto observe = [&] { tell((stage.store ? Observe(*stage.store, stage.lake) : std::string()) + '\0'); };
    for (const Step& step : scenario.before) {
      if (const Status done = step(stage); !done.ok()) return tell("before: " + done.error().message());
    }
    observe();
    for (const Step& step : scenario.steps) {
      if (const Status done = step(stage); !done.ok()) tell("WRONG: a step fails: " + done.error().message() + "\n");
      observe();
    }
  }).Wait();
  std::vector<std::string> observed;
  for (size_t begin = 0, end; (end = ended.told.find('\0', begin)) != std::string::npos; begin = end + 1) {
    observed.push_back(ended.told.substr(begin, end - begin));
  }
  if (observed.size() != scenario.steps.size() + 1) observed = {"WRONG: " + ended.told + " " + ended.Describe()};
  return observed;
}

Points AtEveryPoint(const std::function<bool(int64_t point, const std::filesystem::path& scratch, Points& found)>& at_point) {
  const int64_t workers = std::max(2u, std::thread::hardware_concurrency());
  std::vector<Process> processes;
  for (int64_t worker = 0; worker < workers; ++worker) {
    processes.push_back(Spawn([&](const auto& tell) {
      Points found;
      alarm(0);
      fault_fs::SkipSyncs();
      for (int64_t point = worker + 1;; point += workers) {
        const TempDirectory scratch;
        if (!at_point(point, scratch.path(), found)) break;
        ++found.count;
        for (const std::string& complaint : std::exchange(found.complaints, {})) tell("point " + std::to_string(point) + ": " + complaint + '\0');
      }
      for (const std::string& complaint : found.complaints) tell("at the end: " + complaint + '\0');
      tell("count " + std::to_string(found.count) + " " + std::to_string(found.images) + '\0');
    }));
  }
  Points all;
  for (const Process& process : processes) {
    const Ended ended = process.Wait();
    if (!ended.exited()) all.complaints.push_back("the process that looks at points ended with " + ended.Describe());
    for (size_t begin = 0, end; (end = ended.told.find('\0', begin)) != std::string::npos; begin = end + 1) {
      const std::string line = ended.told.substr(begin, end - begin);
      long count = 0, images = 0;
      if (sscanf(line.c_str(), "count %ld %ld", &count, &images) == 2) all.count += count, all.images += images;
      else all.complaints.push_back(line);
    }
  }
  return all;
}

}  // namespace tarn::object_store
