#include "tests/crash/fault_fs/programs.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "common/sqlite/database.h"
#include "tests/support/fault_fs/crash_image.h"
#include "tests/support/fault_fs/fault_fs.h"
#include "tests/support/temp_directory.h"

namespace tarn::fault_fs {
namespace {

constexpr int kValues = 4;

void Check(bool fine) {
  if (!fine) abort();
}

// Long enough to be torn.
std::string ContentOf(int value) { return std::string(10'000, static_cast<char>('0' + value)); }

void WriteFile(const std::filesystem::path& path, int value, bool sync) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string content = ContentOf(value);
  Check(file >= 0 && write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  if (sync) Check(fsync(file) == 0);
  close(file);
}

void SyncDirectory(const std::filesystem::path& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Check(directory >= 0 && fsync(directory) == 0);
  close(directory);
}

std::string ReadValue(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  if (content.empty()) return "empty";
  return content == ContentOf(content[0] - '0') ? content.substr(0, 1) : "torn";
}

struct Steps {
  bool beside = true, sync_file = true, sync_directory = true;
};

// Replaces a file: beside it, fsync, rename, fsync of the directory; less what is left out.
Program Replacer(std::string name, std::string mistake, Steps steps) {
  Program program{std::move(name), std::move(mistake), nullptr, nullptr, nullptr};
  program.prepare = [](const std::filesystem::path& root) {
    std::filesystem::create_directory(root / "data");
    SyncDirectory(root);
    WriteFile(root / "data/value", 0, true);
    SyncDirectory(root / "data");
  };
  program.advance = [steps](const std::filesystem::path& root, int value) {
    WriteFile(root / (steps.beside ? "data/new" : "data/value"), value, steps.sync_file);
    if (steps.beside) std::filesystem::rename(root / "data/new", root / "data/value");
    if (steps.sync_directory) SyncDirectory(root / "data");
  };
  program.read = [](const std::filesystem::path& root) { return ReadValue(root / "data/value"); };
  return program;
}

// Makes a directory for each value; `value` is the greatest with a directory that holds its file.
Program DirectoryMaker(std::string name, std::string mistake, bool sync_parent) {
  Program program{std::move(name), std::move(mistake), nullptr, nullptr, nullptr};
  program.advance = [sync_parent](const std::filesystem::path& root, int value) {
    const auto directory = root / std::to_string(value);
    std::filesystem::create_directory(directory);
    WriteFile(directory / "value", value, true);
    SyncDirectory(directory);
    if (sync_parent) SyncDirectory(root);
  };
  program.prepare = [advance = program.advance](const std::filesystem::path& root) { advance(root, 0); };
  program.read = [](const std::filesystem::path& root) {
    for (int value = kValues; value >= 0; --value) {
      const auto file = root / std::to_string(value) / "value";
      if (ReadValue(file) == std::to_string(value)) return std::to_string(value);
    }
    return std::string("nothing");
  };
  return program;
}

// Counts in a table, with a checkpoint of the log on the way.
Program Database(std::string name, std::string mistake, std::string setting) {
  const auto run = [setting](const std::filesystem::path& root, const std::string& sql) {
    static std::unique_ptr<sqlite::Database> open_database;
    if (!open_database) {
      open_database = std::move(sqlite::Database::Open(root / "database.db")).value();
      Check(open_database->Execute(setting).ok());
    }
    Check(open_database->Execute(sql).ok());
  };
  Program program{std::move(name), std::move(mistake), nullptr, nullptr, nullptr};
  program.prepare = [run](const std::filesystem::path& root) {
    run(root, "CREATE TABLE counts (count INTEGER, filler TEXT)");
    run(root, "INSERT INTO counts VALUES (0, '')");
  };
  program.advance = [run](const std::filesystem::path& root, int value) {
    run(root, "BEGIN; UPDATE counts SET count = " + std::to_string(value) + "; INSERT INTO counts SELECT " +
                  std::to_string(value) + ", printf('%.9000c', 'x'); UPDATE counts SET count = " + std::to_string(value) + "; COMMIT");
    if (value == 2) run(root, "PRAGMA wal_checkpoint(TRUNCATE)");
  };
  program.read = [](const std::filesystem::path& root) -> std::string {
    auto database = sqlite::Database::Open(root / "database.db");
    if (!database.ok()) return "not to be opened";
    auto check = (*database)->Prepare("PRAGMA integrity_check");
    if (!check.ok() || !check->Step().ok() || check->Text(0) != "ok") return "corrupt";
    auto tables = (*database)->Prepare("SELECT count(*) FROM sqlite_schema");
    if (!tables.ok() || !tables->Step().ok() || tables->Integer(0) != 1) return "without its table";
    auto counts = (*database)->Prepare("SELECT min(count), max(count), count(*) FROM counts");
    if (!counts.ok() || !counts->Step().ok()) return "unreadable";
    const auto [least, most, rows] = std::tuple(counts->Integer(0), counts->Integer(1), counts->Integer(2));
    return least == most && rows == most + 1 ? std::to_string(most) : "half a transaction";
  };
  return program;
}

struct Run {
  int acknowledged = 0;
  bool killed = false;
};

Run RunUntil(const Program& program, const std::filesystem::path& root, const std::filesystem::path& shadow, int64_t kill_at) {
  int ends[2];
  Check(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    Start(root, shadow);
    program.prepare(root);
    KillAt(kill_at);
    for (int value = 1; value <= kValues; ++value) {
      program.advance(root, value);
      Check(write(ends[1], "x", 1) == 1);
    }
    _exit(0);
  }
  close(ends[1]);
  Run run;
  for (char c; read(ends[0], &c, 1) == 1;) ++run.acknowledged;
  close(ends[0]);
  int status;
  waitpid(child, &status, 0);
  run.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  Check(run.killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
  return run;
}

}  // namespace

std::vector<Program> Programs() {
  return {
      Replacer("Replace", "", {}),
      Replacer("ReplaceWithoutSyncOfTheFile", "sync of the file", {true, false, true}),
      Replacer("ReplaceWithoutSyncOfTheDirectory", "sync of the directory", {true, true, false}),
      Replacer("ReplaceInPlace", "a second file", {false, true, true}),
      DirectoryMaker("MakeDirectories", "", true),
      DirectoryMaker("MakeDirectoriesWithoutSyncOfTheParent", "sync of the parent", false),
      Database("Sqlite", "", "PRAGMA synchronous=FULL"),
      Database("SqliteWithoutSyncOfTheLog", "sync of the log", "PRAGMA synchronous=NORMAL"),
      Database("SqliteWithoutSyncs", "all syncs", "PRAGMA synchronous=OFF"),
  };
}

Findings CrashEverywhere(const Program& program) {
  Findings findings;
  for (int64_t point = 1;; ++point) {
    const TempDirectory directory;
    const auto root = directory / "root", shadow = directory / "shadow";
    std::filesystem::create_directory(root);
    std::filesystem::create_directory(shadow);
    const Run run = RunUntil(program, root, shadow, point);
    const CrashImage image(root, shadow);
    for (const Survives survives : kAllSurvivals) {
      image.PutBack(survives);
      const std::string value = program.read(root), least = std::to_string(run.acknowledged);
      if (value == least || (run.killed && value == std::to_string(run.acknowledged + 1))) continue;
      findings.complaints.push_back(std::string(Name(survives)) + " at point " + std::to_string(point) + " (" + image.killed_at() +
                                    "): " + least + " was acknowledged, found " + value);
    }
    if (!run.killed) return findings;
    findings.points = point;
  }
}

}  // namespace tarn::fault_fs
