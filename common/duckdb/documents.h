#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tarn::duckdb {

/// A file that is one JSON document, and what the rows of SQL say of the object that it is.
struct Document {
  std::filesystem::path file;
  std::string object_key;
  std::string object_version;
  int64_t object_time_us = 0;  ///< since 1970
};

/// Documents that SQL of one instance can read by several threads at a time, where the engine's own reader of
/// whole files takes one: SELECT * FROM tarn_documents(7). Columns: file, object_key, object_version VARCHAR,
/// object_time TIMESTAMP, document JSON; of the document nothing is read unless it is asked for. Thread-safe.
class Documents {
 public:
  /// At most so many threads read, and fewer where documents are large beside the memory of the engine.
  Documents(int64_t threads, uint64_t memory_bytes) : threads_(threads), memory_bytes_(memory_bytes) {}

  /// Returns the number by which SQL knows them, as long as the instance lives. Whoever adds them has seen to
  /// it that they are UTF-8 and JSON: nobody looks at that again.
  int64_t Add(std::vector<Document> documents);

  struct List {
    std::vector<Document> documents;
    uint64_t threads;  ///< that may read them at a time
  };
  /// Null for an unknown number.
  std::shared_ptr<const List> Find(int64_t id) const;

 private:
  uint64_t ThreadsFor(const std::vector<Document>& documents) const;

  const int64_t threads_;
  const uint64_t memory_bytes_;
  mutable std::mutex mutex_;
  std::map<int64_t, std::shared_ptr<const List>> lists_;
};

}  // namespace tarn::duckdb
