#include "common/duckdb/documents.h"

#include <algorithm>

namespace tarn::duckdb {
namespace {

// Its text, twice for a moment, and what functions make of it.
constexpr uint64_t kMemoryPerByte = 8;

}  // namespace

int64_t Documents::Add(std::vector<Document> documents) {
  const uint64_t threads = ThreadsFor(documents);
  const std::scoped_lock lock(mutex_);
  const int64_t id = static_cast<int64_t>(lists_.size()) + 1;
  lists_[id] = std::make_shared<const List>(std::move(documents), threads);
  return id;
}

std::shared_ptr<const Documents::List> Documents::Find(int64_t id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = lists_.find(id);
  return found == lists_.end() ? nullptr : found->second;
}

uint64_t Documents::ThreadsFor(const std::vector<Document>& documents) const {
  uint64_t largest_bytes = 1;
  for (const Document& document : documents) {
    std::error_code failed;
    const uintmax_t size = std::filesystem::file_size(document.file, failed);
    if (!failed) largest_bytes = std::max<uint64_t>(largest_bytes, size);
  }
  const uint64_t most = std::clamp<uint64_t>(documents.size(), 1, static_cast<uint64_t>(threads_));
  return std::clamp<uint64_t>(memory_bytes_ / (kMemoryPerByte * largest_bytes), 1, most);
}

}  // namespace tarn::duckdb
