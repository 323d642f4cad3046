#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "services/catalog/tables/table_store.h"
#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/catalog/catalog_fixture.h"

namespace tarn::catalog {
namespace {

const TableName kSongs{"spotify", "songs"};

// Each commit adds a file of ten rows and a column, and takes the file before last out.
TableChange Change(int64_t number) {
  const std::string name = std::to_string(number);
  TableChange change{kSongs, {MakeFile("f" + name, "v", {{"id", "BIGINT"}, {"c" + name, "BIGINT"}})}, {}, {}};
  if (number > 2) change.removed.push_back({"transformed", "f" + std::to_string(number - 2)});
  return change;
}

// What must hold after any number of commits, whole ones only.
void ExpectWhole(CatalogFixture& catalog) {
  const auto table = catalog.tables->GetTable(kSongs);
  ASSERT_THAT(table, IsOk());
  const auto snapshot = catalog.tables->Resolve({{kSongs}});
  ASSERT_THAT(snapshot, IsOk());
  EXPECT_EQ(snapshot->at(0)->version, table->version);
  EXPECT_EQ(static_cast<int64_t>(snapshot->at(0)->files.size()), std::min<int64_t>(table->version, 2));
  EXPECT_EQ(table->files, std::min<int64_t>(table->version, 2));
  EXPECT_EQ(table->rows, 10 * table->files);
  EXPECT_EQ(table->columns.back().name, "c" + std::to_string(table->version));
  EXPECT_EQ(table->columns.back().id, table->version + 1);
  EXPECT_EQ(static_cast<int64_t>(catalog.tables->ListVersions(kSongs, 0, 1'000'000)->size()), table->version);
}

TEST(TableDurability, AKilledProcessLeavesWholeVersionsAndAllThatItSaidItDid) {
  const TempDirectory directory;
  int64_t committed = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      CatalogFixture catalog(directory / "catalog.db", 1'000'000);
      const auto table = catalog.tables->GetTable(kSongs);
      for (int64_t number = table.ok() ? table->version + 1 : 1;; ++number) {
        if (!catalog.Commit({Change(number)}).ok()) _exit(1);
        if (write(ends[1], "c", 1) != 1) _exit(1);
      }
    }
    close(ends[1]);
    char told = 0;
    for (int i = 0; i < 3 + round; ++i) {
      ASSERT_EQ(read(ends[0], &told, 1), 1);
      ++committed;
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(ends[0], &told, 1) == 1) ++committed;
    close(ends[0]);

    CatalogFixture catalog(directory / "catalog.db", 1'000'000);
    ExpectWhole(catalog);
    const int64_t version = catalog.tables->GetTable(kSongs)->version;
    // One more may have been committed that it could not tell of.
    EXPECT_GE(version, committed);
    EXPECT_LE(version, committed + 1);
    committed = version;
  }
}

TEST(TableDurability, SixteenReadersSeeWholeVersionsAndBlockNoCommit) {
  const TempDirectory directory;
  CatalogFixture catalog(directory / "catalog.db", 1'000'000);
  ASSERT_THAT(catalog.Commit({Change(1)}), IsOk());
  // A transaction that is held open all the time, as the slowest reader of all.
  auto slow = std::move(sqlite::Database::Open(directory / "catalog.db")).value();
  ASSERT_THAT(slow->Execute("BEGIN"), IsOk());
  auto first = std::move(slow->Prepare("SELECT version FROM tables")).value();
  ASSERT_THAT(first.Step(), IsOk());
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 16; ++i) {
      readers.emplace_back([&](std::stop_token stop) {
        int64_t version = 0;
        while (!stop.stop_requested()) {
          const auto resolved = catalog.tables->Resolve({{kSongs}});
          ASSERT_THAT(resolved, IsOk());
          const TableSnapshot& songs = *resolved->at(0);
          ASSERT_GE(songs.version, version);
          version = songs.version;
          ASSERT_EQ(static_cast<int64_t>(songs.files.size()), std::min<int64_t>(version, 2));
          ASSERT_EQ(songs.columns.back().name, "c" + std::to_string(version));
        }
      });
    }
    for (int64_t number = 2; number <= 60; ++number) ASSERT_THAT(catalog.Commit({Change(number)}), IsOk());
  }
  EXPECT_EQ(first.Integer(0), 1);
  ExpectWhole(catalog);
}

}  // namespace
}  // namespace tarn::catalog
