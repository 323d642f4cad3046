#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "bench/catalog/bench.h"
#include "common/sqlite/database.h"
#include "services/catalog/tables/catalog_database.h"
#include "services/catalog/tables/snapshot_message.h"
#include "services/catalog/tables/sqlite_table_store.h"

namespace tarn::catalog {
namespace {

constexpr int64_t kPerCommit = 10'000;

double Seconds(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int64_t PeakMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoll(line.substr(6)) / 1024;
  }
  return 0;
}

void ResetPeak() { std::ofstream("/proc/self/clear_refs") << 5; }

template <class T>
T Must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << result.error().message() << "\n";
  exit(1);  // NOLINT(concurrency-mt-unsafe)
}

DataFile FileOf(int64_t number, const std::shared_ptr<const FileLayout>& layout) {
  const std::string day = std::to_string(number);
  DataFile file{"transformed", "bench/large/day=" + day + "/part.parquet", "01J00000000000000000000000", 4096, 1000,
                FromUnixMillis(1'700'000'000'000), {{"day", day}}, layout};
  for (const Column& column : layout->columns)
    file.statistics.push_back({column.name, 0, std::to_string(number * 10), std::to_string(number * 10 + 9), 10});
  return file;
}

}  // namespace

void CommitPartitions(const std::filesystem::path& state, int64_t count) {
  std::filesystem::create_directories(state);
  const auto writer = Must(OpenToWrite(state / "catalog.db"));
  const auto reader = Must(OpenToRead(state / "catalog.db"));
  SqliteTableStore tables(*writer, *reader, 1000);
  FileLayout layout;
  for (int i = 0; i < 20; ++i) layout.columns.push_back({"column_" + std::to_string(i), "BIGINT"});
  layout.partition.push_back({"day", "BIGINT", true});
  const auto shared = std::make_shared<const FileLayout>(layout);

  auto begin = std::chrono::steady_clock::now();
  for (int64_t first = 0; first < count; first += kPerCommit) {
    TableChange change;
    change.name = {"bench", "large"};
    for (int64_t number = first; number < std::min(count, first + kPerCommit); ++number)
      change.added.push_back(FileOf(number, shared));
    Must(tables.Commit({change}, {"bench", FromUnixMillis(1'700'000'000'000)}, [](const auto&) { return Ok(); }));
  }
  std::cout << Seconds(begin) << ' ' << PeakMegabytes();

  ResetPeak();
  begin = std::chrono::steady_clock::now();
  auto snapshots = Must(tables.Resolve({{{"bench", "large"}}}));
  const std::string bytes = Must(SnapshotMessage(*std::move(snapshots[0])));
  std::cout << ' ' << Seconds(begin) << ' ' << PeakMegabytes() << ' ' << bytes.size() / (1 << 20) << "\n";
}

}  // namespace tarn::catalog
