#include "tests/support/fault_fs/layer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "tests/support/fault_fs/fault_fs.h"
#include "tests/support/fault_fs/raw_calls.h"

namespace tarn::fault_fs {
namespace {

// Never destroyed: threads may change files until the very end of the process.
std::atomic<Recorder*> started = nullptr;
std::atomic<bool> skips_syncs = false;

// Held during every call that may change files: when the process is killed, no other call is half way, and what was
// recorded is what happened.
std::mutex& Mutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}
thread_local bool inside = false;

// Guarded by the mutex.
int64_t points = 0, kill_at = 0, fail_at = 0;
int fail_error = 0;

void Count(int64_t kill, int64_t fail, int error) {
  const std::lock_guard lock(Mutex());
  points = 0;
  kill_at = kill;
  fail_at = fail;
  fail_error = error;
}

}  // namespace

void Start(const std::filesystem::path& root, const std::filesystem::path& shadow) {
  const std::lock_guard lock(Mutex());
  inside = true;
  started = new Recorder(root, shadow);
  inside = false;
}

void KillAt(int64_t at) { Count(at, 0, 0); }
void FailAt(int64_t at, int error) { Count(0, at, error); }

int64_t Points() {
  const std::lock_guard lock(Mutex());
  return points;
}

void SkipSyncs() { skips_syncs = true; }
void PreferMemoryDisk() {
  constexpr const char* kDisk = "/dev/shm";
  std::error_code failed;
  const auto space = std::filesystem::space(kDisk, failed);
  if (failed || space.available < (uint64_t{1} << 30) || access(kDisk, W_OK) != 0) return;
  setenv("TMPDIR", kDisk, 0);  // NOLINT(concurrency-mt-unsafe)
}

bool SkipsSyncs() { return skips_syncs; }

Turn::Turn() : active_(started && !inside) {
  if (!active_) return;
  Mutex().lock();
  inside = true;
}

Turn::~Turn() {
  if (!active_) return;
  inside = false;
  Mutex().unlock();
}

Recorder& Turn::recorder() const { return *started; }

bool Turn::Watches(std::string_view path) const {
  const std::string& root = recorder().root();
  if (!path.starts_with(root) || (path.size() > root.size() && path[root.size()] != '/')) return false;
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return !IsSharedMemory(path);
}

int Turn::Pass(const char* call, const std::string& path) const {
  ++points;
  if (points == kill_at) {
    const std::string what = std::string(call) + " " + path.substr(recorder().root().size()) + "\n";
    const int note = open((recorder().shadow() / "killed").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    [[maybe_unused]] const ssize_t written = write(note, what.data(), what.size());
    RawCall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
  }
  return points == fail_at ? fail_error : 0;
}

bool Turn::DiesNext() const { return points + 1 == kill_at; }

void NotModelled(const char* call, const std::string& path) {
  dprintf(STDERR_FILENO, "fault_fs: the model does not know what to do with %s of %s\n", call, path.c_str());
  abort();
}

}  // namespace tarn::fault_fs
