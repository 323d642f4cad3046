// Measures what the scheduler costs with 10,000 schedules. Usage: extract_schedules_bench [seconds to watch].
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "common/logging/log.h"
#include "services/extract/schedules/scheduler.h"

namespace tarn::extract {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

constexpr int kSchedules = 10'000;
constexpr const char* kZones[] = {"Europe/Berlin",    "America/New_York",  "Australia/Lord_Howe",
                                  "America/Santiago", "Africa/Casablanca", "UTC"};

/// Counts the runs it is asked for.
class Counter : public RunStarter {
 public:
  Result<std::optional<std::string>> Find(const std::string&, Timestamp) override {
    return std::optional<std::string>();
  }
  Result<std::string> Start(const std::string&, Timestamp, schedule::Overlap) override {
    return "run-" + std::to_string(++started);
  }
  Result<int64_t> CountUnfinished(const std::string&) override { return int64_t{0}; }
  Status CancelUnfinished(const std::string&) override { return Ok(); }

  std::atomic<int64_t> started = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + time.tv_usec / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Makes definition number `i`.
using Define = std::function<nlohmann::json(int i)>;

void Check(const Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error().message());
}

void Measure(const char* what, const Define& define, std::chrono::seconds watch) {
  const auto home = std::filesystem::temp_directory_path() / ("tarn_schedules_" + std::to_string(getpid()));
  std::filesystem::create_directories(home);
  auto database = sqlite::Database::Open(home / "extract.db");
  if (!database.ok()) throw std::runtime_error(database.error().message());
  Check((*database)->Migrate({ScheduleStore::kMigration}));
  ScheduleStore store(**database);
  Counter runs;
  metrics::Registry metrics;
  const auto list = [&] {
    std::vector<ScheduledSource> sources;
    for (int i = 0; i < kSchedules; ++i) {
      auto parsed = schedule::Schedule::Parse(define(i), "");
      if (!parsed.ok()) throw std::runtime_error(parsed.error().message());
      sources.push_back({"source-" + std::to_string(i), *std::move(parsed)});
    }
    return sources;
  };
  {
    Scheduler scheduler(list, store, runs, metrics);
    const auto begin = steady_clock::now();
    Check(scheduler.Reload(Now()));
    const double load = duration<double>(steady_clock::now() - begin).count();
    Check(scheduler.Begin());
    std::this_thread::sleep_for(std::chrono::seconds(1));  // what is due at once is not idle time
    runs.started = 0;
    const double cpu_before = CpuSeconds();
    const auto watch_begin = steady_clock::now();
    std::this_thread::sleep_for(watch);
    const double wall = duration<double>(steady_clock::now() - watch_begin).count();
    const double share = 100 * (CpuSeconds() - cpu_before) / wall;
    std::printf("| %s | %.2f | %.2f | %.4f |\n", what, load, static_cast<double>(runs.started) / wall, share);
  }
  std::filesystem::remove_all(home);
}

void MeasureAll(std::chrono::seconds watch) {
  log::Configure("bench", log::Level::kError, log::Format::kText);
  std::printf("| 10,000 schedules | load s | firings/s | %% of a core |\n|---|---:|---:|---:|\n");
  const auto now = std::chrono::floor<std::chrono::hours>(Now());
  const int later =
      static_cast<int>((now - std::chrono::floor<std::chrono::days>(now)) / std::chrono::hours(1)) + 2;
  Measure(
      "idle: daily, the first in an hour or more",
      [&](int i) {
        const int hour = (later + i % 20) % 24;
        return nlohmann::json({{"cron", std::to_string(i % 60) + " " + std::to_string(hour) + " * * *"}});
      },
      watch);
  Measure(
      "daily at all times, in six time zones",
      [](int i) {
        const std::string cron = std::to_string(i % 60) + " " + std::to_string(i / 60 % 24) + " * * *";
        return nlohmann::json({{"cron", cron}, {"time_zone", kZones[i % 6]}});
      },
      watch);
  Measure(
      "hourly, at all minutes and seconds",
      [](int i) {
        return nlohmann::json({{"cron", std::to_string(i % 60) + " * * * *"}, {"jitter", "1m"}});
      },
      watch);
}

}  // namespace
}  // namespace tarn::extract

int main(int argc, char** argv) {
  tarn::extract::MeasureAll(std::chrono::seconds(argc > 1 ? std::atoi(argv[1]) : 60));
}
