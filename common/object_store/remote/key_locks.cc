#include "common/object_store/remote/key_locks.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace tarn::object_store {
namespace {

constexpr uint32_t kStripes = 256;

// The same in every build, as processes must agree: FNV-1a.
uint32_t StripeOf(const std::string& bucket, const std::string& key) {
  uint32_t hash = 2166136261u;
  for (const char c : bucket + "/" + key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash % kStripes;
}

}  // namespace

Result<KeyLocks> KeyLocks::Open(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return SystemError(failed.value(), "make the directory of key locks");
  return KeyLocks(directory);
}

Result<KeyLocks::Held> KeyLocks::Acquire(const Keys& keys) const {
  std::set<uint32_t> stripes;  // in one order everywhere, so that nobody waits in a circle
  for (const auto& [bucket, key] : keys) stripes.insert(StripeOf(bucket, key));
  Held held;
  for (const uint32_t stripe : stripes) {
    FileDescriptor file(open((directory_ / std::to_string(stripe)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file.valid()) return SystemError(errno, "open a key lock");
    while (flock(file.get(), LOCK_EX) != 0) {
      if (errno != EINTR) return SystemError(errno, "take a key lock");
    }
    held.files_.push_back(std::move(file));
  }
  return held;
}

Result<std::optional<KeyLocks::Held>> KeyLocks::TryAcquire(const std::string& bucket, const std::string& key) const {
  FileDescriptor file(
      open((directory_ / std::to_string(StripeOf(bucket, key))).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid()) return SystemError(errno, "open a key lock");
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return std::optional<Held>();
    return SystemError(errno, "take a key lock");
  }
  Held held;
  held.files_.push_back(std::move(file));
  return std::optional<Held>(std::move(held));
}

}  // namespace tarn::object_store
