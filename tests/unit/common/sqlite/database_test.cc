#include "common/sqlite/database.h"

#include <sys/stat.h>

#include <cstdlib>
#include <thread>

#include "tests/support/result_matchers.h"
#include "tests/support/temp_directory.h"

namespace tarn::sqlite {
namespace {

const std::vector<std::string> kMigrations = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER) STRICT"};

std::unique_ptr<Database> OpenMigrated(const std::filesystem::path& path,
                                       const std::vector<std::string>& migrations = kMigrations) {
  auto database = std::move(*Database::Open(path));
  EXPECT_THAT(database->Migrate(migrations), IsOk());
  return database;
}

Status Insert(Database& database, const char* name) {
  TARN_ASSIGN(auto insert, database.Prepare("INSERT INTO t (name, size) VALUES (?, ?)"));
  return insert.Bind(1, name).Bind(2, std::optional<int64_t>()).Run();
}

int64_t CountRows(Database& database) {
  auto count = std::move(*database.Prepare("SELECT count(*) FROM t"));
  EXPECT_TRUE(*count.Step());
  return count.Integer(0);
}

TEST(Database, KeepsTextWithEveryByteAndNulls) {
  auto database = OpenMigrated(":memory:");
  auto insert = std::move(*database->Prepare("INSERT INTO t (name, size) VALUES (?, ?)"));
  const std::string name("a\0\xf0\x9f\x8e\xb5", 6);
  ASSERT_THAT(insert.Bind(1, name).BindNull(2).Run(), IsOk());
  auto select = std::move(*database->Prepare("SELECT name, size FROM t"));
  ASSERT_TRUE(*select.Step());
  EXPECT_EQ(select.Text(0), name);
  EXPECT_EQ(select.OptionalInteger(1), std::nullopt);
  EXPECT_FALSE(*select.Step());
}

TEST(Database, AFailedTransactionLeavesNothing) {
  auto database = OpenMigrated(":memory:");
  const Status failed = database->Transact([&]() -> Status {
    TARN_TRY(Insert(*database, "a"));
    return Insert(*database, "a");
  });
  EXPECT_THAT(failed, HasError(Code::kConflict, "constraint"));
  EXPECT_EQ(CountRows(*database), 0);
  EXPECT_THAT(database->Transact([&] { return Insert(*database, "a"); }), IsOk());
  EXPECT_EQ(CountRows(*database), 1);
}

TEST(Database, MigratesStepByStepAndRefusesANewerFile) {
  TempDirectory directory;
  const auto path = directory / "state.db";
  auto more = kMigrations;
  more.push_back("ALTER TABLE t ADD COLUMN extra TEXT");
  { ASSERT_THAT(Insert(*OpenMigrated(path), "kept"), IsOk()); }
  {
    auto database = OpenMigrated(path, more);
    EXPECT_THAT(database->Execute("UPDATE t SET extra = 'x' WHERE name = 'kept'"), IsOk());
    EXPECT_EQ(CountRows(*database), 1);
  }
  auto old_program = std::move(*Database::Open(path));
  EXPECT_THAT(old_program->Migrate(kMigrations), HasError(Code::kConflict, "newer"));
}

TEST(Database, AFailedMigrationLeavesTheVersionBefore) {
  TempDirectory directory;
  auto broken = kMigrations;
  broken.push_back("CREATE TABLE u (id INTEGER); CREATE TABLE broken (");
  auto database = std::move(*Database::Open(directory / "state.db"));
  EXPECT_THAT(database->Migrate(broken), HasError(Code::kInternal, "database"));
  EXPECT_THAT(database->Migrate(kMigrations), IsOk());
  EXPECT_THAT(database->Execute("CREATE TABLE u (id INTEGER)"), IsOk());
}

TEST(Database, TheFileIsPrivate) {
  TempDirectory directory;
  OpenMigrated(directory / "state.db");
  struct stat info {};
  ASSERT_EQ(stat((directory / "state.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(Database, ThreadsAndConnectionsWriteTogether) {
  TempDirectory directory;
  const auto path = directory / "state.db";
  auto first = OpenMigrated(path), second = OpenMigrated(path);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      Database& database = t % 2 ? *first : *second;
      threads.emplace_back([&database, t] {
        for (int i = 0; i < 25; ++i) {
          const std::string name = std::to_string(t) + "/" + std::to_string(i);
          EXPECT_THAT(database.Transact([&] { return Insert(database, name.c_str()); }), IsOk());
        }
      });
    }
  }
  EXPECT_EQ(CountRows(*first), 100);
}

// A process that closes its last connection takes the write-ahead log away, unless the locks tell that another has the
// file open: a second connection must not make this process lose those of the first.
TEST(Database, ASecondConnectionKeepsTheLocksOfTheFirst) {
  const TempDirectory directory;
  const auto file = directory / "a.db";
  auto first = OpenMigrated(file);
  ASSERT_THAT(Insert(*first, "one"), IsOk());
  { const auto second = Database::Open(file); }
  // Not a fork of this process, as that would inherit what SQLite remembers of its locks.
  const std::string other = "python3 -c \"import sqlite3; c = sqlite3.connect('" + file.string() +
                            "'); c.execute('INSERT INTO t (name) VALUES (2)'); c.commit(); c.close()\"";
  ASSERT_EQ(std::system(other.c_str()), 0);
  EXPECT_TRUE(std::filesystem::exists(directory / "a.db-wal"));
  ASSERT_THAT(Insert(*first, "three"), IsOk());
  const auto third = Database::Open(file);
  EXPECT_EQ(CountRows(**third), 3);
}

TEST(Database, WrongSqlIsAnInternalErrorWithoutDetail) {
  auto database = OpenMigrated(":memory:");
  EXPECT_THAT(database->Prepare("SELECT nonsense FROM t"), HasError(Code::kInternal, "the database failed"));
}

}  // namespace
}  // namespace tarn::sqlite
