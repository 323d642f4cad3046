#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <thread>
#include <vector>

#include "bench/catalog/bench.h"
#include "common/duckdb/engine.h"
#include "common/object_store/local_object_store.h"

namespace tarn::catalog {
namespace {

constexpr const char* kBucket = "transformed";
constexpr const char* kOtherBucket = "raw";  // which no crawler looks at unless it is told to
constexpr int kThreads = 16;  // their flushes share the disk's

template <class T>
T Must(Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::cerr << result.error().message() << "\n";
  exit(1);  // NOLINT(concurrency-mt-unsafe)
}

void Must(Status status) {
  if (status.ok()) return;
  std::cerr << status.error().message() << "\n";
  exit(1);  // NOLINT(concurrency-mt-unsafe)
}

std::unique_ptr<object_store::ObjectStore> OpenLake(const std::filesystem::path& lake) {
  auto store = Must(object_store::OpenLocalStore({lake, "bench"}));
  Must(store->EnsureBucket(kBucket));
  return store;
}

void ForAll(int64_t count, const std::function<void(int64_t number)>& work) {
  std::atomic<int64_t> next = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int64_t number = next++; number < count; number = next++) work(number);
    });
  }
}

std::string SixDigits(int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(6 - std::min<size_t>(6, digits.size()), '0') + digits;
}

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Values repeat, so that a file is small; its footer is that of any file with 200 column chunks.
std::string WideQuery(int64_t number) {
  std::string columns = "(range // 4096 + " + std::to_string(number) + ") AS id";
  for (int i = 1; i < 20; ++i) {
    const std::string step = "(range // 2048 * " + std::to_string(i) + " + " + std::to_string(number) + ")";
    const std::string name = " AS column_" + std::to_string(i);
    if (i % 5 == 1) columns += ", 'text ' || " + step + name;
    if (i % 5 == 2) columns += ", " + step + "::DOUBLE / 4" + name;
    if (i % 5 == 3) columns += ", DATE '2026-01-01' + " + step + "::INTEGER" + name;
    if (i % 5 == 4) columns += ", TIMESTAMP '2026-01-01' + to_seconds(" + step + ")" + name;
    if (i % 5 == 0) columns += ", " + step + "::INTEGER" + name;
  }
  return "SELECT " + columns + " FROM range(20480)";
}

// `distinct` files, which differ in their values.
std::vector<std::string> WideFiles(const std::filesystem::path& lake, int64_t distinct) {
  const auto scratch = lake.parent_path() / "scratch";
  std::filesystem::create_directories(scratch);
  duckdb::InstanceOptions options;
  options.allowed_directories = {scratch};
  options.memory_limit_bytes = 1ull << 30;
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto connection = Must(instance->Connect());
  std::vector<std::string> contents;
  for (int64_t number = 0; number < distinct; ++number) {
    const auto path = scratch / "wide.parquet";
    Must(connection->Run("COPY (" + WideQuery(number) + ") TO " + duckdb::QuoteLiteral(path.string()) +
                         " (FORMAT parquet, ROW_GROUP_SIZE 2048, COMPRESSION zstd)"));
    contents.push_back(ReadAll(path));
  }
  return contents;
}

}  // namespace

void PutWideFiles(const std::filesystem::path& lake, const std::string& prefix, int64_t count, int64_t distinct) {
  const auto store = OpenLake(lake);
  const auto contents = WideFiles(lake, distinct);
  ForAll(count, [&](int64_t number) {
    Must(store->Put(kBucket, prefix + SixDigits(number) + ".parquet", contents[static_cast<size_t>(number % distinct)]));
  });
}

void PutTables(const std::filesystem::path& lake, const std::string& prefix, int64_t count) {
  const auto store = OpenLake(lake);
  Must(store->EnsureBucket(kOtherBucket));
  const auto contents = WideFiles(lake, 1);
  ForAll(count, [&](int64_t number) {
    Must(store->Put(kOtherBucket, prefix + "t" + SixDigits(number) + "/part.parquet", contents[0]));
  });
}

void PutPartitions(const std::filesystem::path& lake, const std::string& prefix, int64_t count) {
  const auto store = OpenLake(lake);
  ForAll(count, [&](int64_t number) {
    const std::string day = std::to_string(number);
    Must(store->Put(kBucket, prefix + "day=" + day + "/part.csv", "id,value\n" + day + ",1.5\n"));
  });
}

void PutLargeCsv(const std::filesystem::path& lake, const std::string& key, uint64_t bytes) {
  const auto store = OpenLake(lake);
  const auto staged = Must(store->Stage());
  Must(staged->Write("id,name,day,amount,note\n"));
  std::string block;
  int64_t id = 0;
  for (uint64_t written = 0; written < bytes; written += block.size()) {
    block.clear();
    for (int line = 0; line < 10'000; ++line, ++id) {
      const std::string number = std::to_string(id);
      block += number + ",\"name, of " + number + "\",2026-01-" + (id % 28 < 9 ? "0" : "") + std::to_string(id % 28 + 1) + "," +
               std::to_string(id % 1000) + ".25,\"said \"\"hi\"\"\"\n";
    }
    Must(staged->Write(block));
  }
  auto finished = Must(staged->Finish());
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = kBucket;
  changes[0].key = key;
  changes[0].content = std::move(finished);
  Must(store->Commit(std::move(changes), {}));
}

void TimeParquetSchema(const std::filesystem::path& directory) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".parquet") paths.push_back(entry.path().string());
  }
  duckdb::InstanceOptions options;
  options.allowed_directories = {directory};
  options.memory_limit_bytes = 2ull << 30;
  options.threads = std::max<int64_t>(1, std::thread::hardware_concurrency());
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto connection = Must(instance->Connect());
  const auto begin = std::chrono::steady_clock::now();
  const auto result = Must(connection->Execute(
      "SELECT count(*)::VARCHAR FROM parquet_schema(" + duckdb::QuoteLiteralList(paths) + ")", {}, {}));
  const auto chunk = Must(result->Next());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::cout << seconds.count() << ' ' << paths.size() << ' ' << chunk->Text(0, 0) << "\n";
}

}  // namespace tarn::catalog
