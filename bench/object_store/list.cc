#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "bench/object_store/bench.h"
#include "common/object_store/local_object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {
namespace {

void Check(const Status& status) {
  if (status.ok()) return;
  fprintf(stderr, "%s\n", status.error().message().c_str());
  exit(1);  // NOLINT(concurrency-mt-unsafe)
}

// Keys as a lake has them: <table>/date=<day>/part-<number>.parquet, 100 to a day, 100 days to a table.
constexpr const char* kFill = R"sql(
  WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
  INSERT INTO objects (bucket, key, version, size_bytes, etag, content_type, last_modified_ms, metadata, file_inode, file_modified_ns)
  SELECT 'bucket', printf('table-%04d/date=2026-%02d-%02d/part-%05d.parquet', n / 10000, n / 100 % 100 / 28 + 1, n / 100 % 100 % 28 + 1, n % 100),
         printf('%026d', n), 4096, printf('%032x', n), 'application/octet-stream', 1700000000000, '', n + 1, 1 FROM numbers
)sql";

void Fill(const std::filesystem::path& lake, int64_t objects) {
  {
    const auto store = std::move(OpenLocalStore({lake, "bench"})).value();
    Check(store->EnsureBucket("bucket"));
  }
  const auto index = std::move(sqlite::Database::Open(lake / ".tarn/index.db")).value();
  Check(index->Transact([&]() -> Status {
    TARN_ASSIGN(auto insert, index->Prepare(kFill));
    insert.Bind(1, objects);
    return insert.Run();
  }));
}

void Measure(ObjectStore& store, const char* what, const std::string& delimiter, int64_t tables, int rounds) {
  std::mt19937 random(1);
  std::vector<double> milliseconds;
  size_t entries = 0;
  for (int round = 0; round < rounds; ++round) {
    char prefix[64];
    snprintf(prefix, sizeof prefix, "table-%04d/", static_cast<int>(random() % static_cast<unsigned>(tables)));
    const auto begin = std::chrono::steady_clock::now();
    const auto page = store.List({"bucket", prefix, delimiter, "", 1000});
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    Check(page.ok() ? Ok() : Status(page.error()));
    entries = page->objects.size() + page->common_prefixes.size();
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  printf("%s %zu %.3f %.3f\n", what, entries, milliseconds[milliseconds.size() / 2], milliseconds.back());
}

}  // namespace

void MeasureLists(const std::filesystem::path& directory, int64_t objects, int rounds) {
  Fill(directory / "lake", objects);
  const auto store = std::move(OpenLocalStore({directory / "lake", "bench"})).value();
  const int64_t tables = (objects + 9999) / 10000;
  Measure(*store, "keys", "", tables, rounds);
  Measure(*store, "folders", "/", tables, rounds);
}

}  // namespace tarn::object_store
