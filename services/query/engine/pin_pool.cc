#include "services/query/engine/pin_pool.h"

#include <sys/stat.h>

#include <optional>

#include "common/table_view/partition_folders.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;

// A statement over more files than this takes its time anyway.
constexpr size_t kMaxKeptOfOneStatement = 4'096;
constexpr size_t kMaxKept = 20'000;
constexpr int kMostKept = 15;  // times `kept`

std::optional<object_store::FileIdentity> Identify(const fs::path& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return object_store::IdentityOf(status);
}

}  // namespace

PinPool::PinPool(object_store::ObjectStore& store, std::chrono::milliseconds kept)
    : store_(store), kept_(kept), dropper_([this](std::stop_token stop) { DropFromTimeToTime(stop); }) {}

PinPool::Key PinPool::KeyOf(const WantedFile& file) {
  const auto folder = table_view::PartitionFolder(file.partition, file.keys);
  return {file.object.bucket, file.object.key, file.object.version, folder.value_or("")};
}

Result<PinPool::Held> PinPool::Take(std::span<const WantedFile> files) {
  Held held;
  held.paths.resize(files.size());
  std::vector<size_t> missing;
  for (size_t i = 0; i < files.size(); ++i) {
    if (files.size() <= kMaxKeptOfOneStatement) held.paths[i] = Find(files[i], held);
    if (held.paths[i].empty()) missing.push_back(i);
  }
  if (!missing.empty()) TARN_TRY(PinMissing(files, held, missing));
  return held;
}

fs::path PinPool::Find(const WantedFile& file, Held& held) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(KeyOf(file));
  if (found == entries_.end()) return {};
  Entry& entry = found->second;
  if (Identify(entry.path) != entry.identity) {
    entries_.erase(found);
    return {};
  }
  entry.used = Clock::now();
  if (held.pins.empty() || held.pins.back() != entry.pin) held.pins.push_back(entry.pin);
  return entry.path;
}

Status PinPool::PinMissing(std::span<const WantedFile> files, Held& held, std::span<const size_t> missing) {
  std::vector<object_store::ObjectVersion> objects;
  for (const size_t i : missing) objects.push_back(files[i].object);
  TARN_ASSIGN(std::shared_ptr<const object_store::Pin> pin, store_.PinFiles(objects));
  held.pins.push_back(pin);
  for (size_t n = 0; n < missing.size(); ++n) {
    const WantedFile& file = files[missing[n]];
    TARN_ASSIGN(held.paths[missing[n]], table_view::MoveIntoPartitionFolder(pin->files()[n], pin->directory(),
                                                                            file.partition, file.keys));
    if (files.size() <= kMaxKeptOfOneStatement) Keep(file, held.paths[missing[n]], pin);
  }
  return Ok();
}

void PinPool::Keep(const WantedFile& file, const fs::path& path,
                   const std::shared_ptr<const object_store::Pin>& pin) {
  const auto identity = Identify(path);
  if (!identity) return;
  const auto now = Clock::now();
  std::map<Key, Entry> dropped;  // after the lock
  const std::scoped_lock lock(mutex_);
  if (entries_.size() >= kMaxKept) dropped.swap(entries_);
  entries_.insert_or_assign(KeyOf(file), Entry{path, pin, *identity, now, now});
}

void PinPool::DropDue(Clock::time_point now) {
  // Directories go with their last entry, which takes its time: after the lock.
  std::vector<std::shared_ptr<const object_store::Pin>> dropped;
  const std::scoped_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = item.second;
    if (now - entry.used <= kept_ && now - entry.pinned <= kMostKept * kept_) return false;
    dropped.push_back(entry.pin);
    return true;
  });
}

size_t PinPool::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

void PinPool::DropFromTimeToTime(std::stop_token stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, kept_ / 2, [] { return false; });
    DropDue(Clock::now());
  }
}

}  // namespace tarn::query
