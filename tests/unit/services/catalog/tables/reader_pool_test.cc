#include "services/catalog/tables/reader_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

constexpr size_t kReaders = 16;

int64_t FilesOf(sqlite::Database& reader) {
  auto select = reader.Prepare("SELECT files FROM tables");
  EXPECT_THAT(select, IsOk());
  EXPECT_THAT(select->Step(), IsOk());
  return select->Integer(0);
}

TEST(ReaderPool, ACommitWaitsForNoReaderAndNoReaderSeesIt) {
  const TempDirectory directory;
  CatalogFixture catalog(directory / "catalog.db");
  ASSERT_THAT(catalog.Commit({TableChange{{"d", "t"}, {MakeFile("d/t/1", "v1", {{"a", "BIGINT"}})}, {}, {}}}), IsOk());
  const auto pool = ReaderPool::Open(directory / "catalog.db", kReaders);
  ASSERT_THAT(pool, IsOk());
  std::vector<ReaderPool::Lease> readers;
  for (size_t i = 0; i < kReaders; ++i) {
    readers.push_back((*pool)->Take());
    ASSERT_THAT((*readers.back()).Execute("BEGIN"), IsOk());
    ASSERT_EQ(FilesOf(*readers.back()), 1);
  }
  // All of them are in the middle of their reading: a commit that waited for one would wait for ever.
  ASSERT_THAT(catalog.Commit({TableChange{{"d", "t"}, {MakeFile("d/t/2", "v1", {{"a", "BIGINT"}})}, {}, {}}}), IsOk());
  for (const auto& reader : readers) {
    EXPECT_EQ(FilesOf(*reader), 1);
    ASSERT_THAT((*reader).Execute("ROLLBACK"), IsOk());
    EXPECT_EQ(FilesOf(*reader), 2);
  }
}

TEST(ReaderPool, ReadersOfSnapshotsSeeWholeCommitsWhileTheyAreMade) {
  const TempDirectory directory;
  CatalogFixture catalog(directory / "catalog.db");
  const auto pool = ReaderPool::Open(directory / "catalog.db", 4);
  ASSERT_THAT(pool, IsOk());
  SqliteTableStore tables(*catalog.writer, *catalog.reader, 100, pool->get());
  std::atomic<bool> over = false;
  std::atomic<int> torn = 0, read = 0;
  {
    std::vector<std::jthread> readers;
    for (size_t i = 0; i < kReaders; ++i) {
      readers.emplace_back([&] {
        while (!over) {
          const auto snapshots = tables.Resolve({{{"d", "t"}}, {{"d", "u"}}});
          if (!snapshots.ok()) ++torn;
          if (!snapshots.ok() || !(*snapshots)[0]) continue;
          ++read;
          const auto& t = *(*snapshots)[0];
          // Every commit adds two files to each of the tables.
          if (!(*snapshots)[1] || t.files.size() != (*snapshots)[1]->files.size() || t.files.size() != 2 * static_cast<size_t>(t.version)) ++torn;
        }
      });
    }
    for (int number = 0; number < 60; ++number) {
      std::vector<TableChange> changes;
      for (const char* table : {"t", "u"}) {
        TableChange& change = changes.emplace_back();
        change.name = {"d", table};
        for (const char* part : {"a", "b"})
          change.added.push_back(MakeFile(std::string("d/") + table + "/" + std::to_string(number) + part, "v1", {{"x", "BIGINT"}}));
      }
      EXPECT_THAT(catalog.Commit(changes), IsOk());
    }
    while (read == 0) std::this_thread::yield();
    over = true;
  }
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace tarn::catalog
