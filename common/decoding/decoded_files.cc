#include "common/decoding/decoded_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "common/decoding/decode_file.h"

namespace tarn::decoding {
namespace {

namespace fs = std::filesystem;

std::string KeyOf(const DecodedFiles::Source& source) {
  const Decoding& decoding = source.decoding;
  return source.identity + '\n' + decoding.compression + '\n' + decoding.encoding + '\n' +
         std::to_string(decoding.footer_lines);
}

}  // namespace

DecodedFiles::~DecodedFiles() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

fs::path DecodedFiles::PathOf(int64_t number) const { return directory_ / std::to_string(number); }

uint64_t DecodedFiles::size_bytes() const {
  const std::lock_guard lock(mutex_);
  return size_bytes_;
}

Status DecodedFiles::MakeDirectory(const fs::path& parent) {
  std::string name = (parent / "decoded-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return Error(Code::kUnavailable, "a directory for decoded files cannot be made");
  directory_ = name;
  return Ok();
}

Result<fs::path> DecodedFiles::Link(const Source& source, const fs::path& into, const fs::path& cache_parent,
                                    std::stop_token cancelled) {
  const std::string key = KeyOf(source);
  std::unique_lock lock(mutex_);
  if (!decoded_.wait(lock, cancelled, [&] { return !busy_.contains(key); }))
    return Error(Code::kCancelled, "waiting for a decoded file was stopped");
  if (const auto known = entries_.find(key); known != entries_.end()) {
    known->second.last_use = ++uses_;
    return LinkEntry(known->second, into);
  }
  if (directory_.empty()) TARN_TRY(MakeDirectory(cache_parent));
  busy_.insert(key);
  const int64_t number = next_number_++;
  lock.unlock();
  auto entry = Decode(source, number, std::move(cancelled));
  lock.lock();
  busy_.erase(key);
  decoded_.notify_all();
  if (!entry.ok()) return entry.error();
  entry->last_use = ++uses_;
  entries_[key] = *entry;
  size_bytes_ += entry->size_bytes;
  auto linked = LinkEntry(*entry, into);
  Evict();
  return linked;
}

Result<DecodedFiles::Entry> DecodedFiles::Decode(const Source& source, int64_t number,
                                                 std::stop_token cancelled) {
  const auto size =
      DecodeFile(source.file, source.decoding, PathOf(number), limits_.file_bytes, std::move(cancelled));
  if (size.ok()) return Entry{number, *size, 0};
  std::error_code ignored;
  fs::remove(PathOf(number), ignored);
  return size.error();
}

Result<fs::path> DecodedFiles::LinkEntry(const Entry& entry, const fs::path& into) const {
  // Without an extension that would say how it is packed.
  fs::path link = into / ("decoded" + std::to_string(entry.number) + ".txt");
  if (::link(PathOf(entry.number).c_str(), link.c_str()) == 0 || errno == EEXIST) return link;
  return Error(Code::kUnavailable, "a decoded file cannot be linked");
}

void DecodedFiles::Evict() {
  const auto older = [](const auto& a, const auto& b) { return a.second.last_use < b.second.last_use; };
  while (size_bytes_ > limits_.cache_bytes && !entries_.empty()) {
    const auto oldest = std::min_element(entries_.begin(), entries_.end(), older);
    std::error_code ignored;
    fs::remove(PathOf(oldest->second.number), ignored);
    size_bytes_ -= oldest->second.size_bytes;
    entries_.erase(oldest);
  }
}

}  // namespace tarn::decoding
