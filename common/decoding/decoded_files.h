#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "common/decoding/decoding.h"
#include "common/result/result.h"

namespace tarn::decoding {

/// Files that the SQL engine cannot read as they are, decoded once and kept for those who read them again.
/// Readers get links of their own: whatever is thrown out of the cache stays theirs until they remove it. The
/// cache is as short-lived as the process: it stands in the private directory of its object store.
/// Thread-safe.
class DecodedFiles {
 public:
  struct Limits {
    uint64_t file_bytes = kMaxDecodedBytes;
    uint64_t cache_bytes = uint64_t{4} << 30;    ///< what was not read for the longest time goes first
    uint64_t reader_bytes = uint64_t{16} << 30;  ///< of all files that one statement or run reads
  };

  DecodedFiles() : DecodedFiles(Limits()) {}
  explicit DecodedFiles(const Limits& limits) : limits_(limits) {}
  /// Removes the cache.
  ~DecodedFiles();
  DecodedFiles(const DecodedFiles&) = delete;
  DecodedFiles& operator=(const DecodedFiles&) = delete;

  struct Source {
    std::string identity;  ///< tells the content (an object's version), so that it is decoded once
    std::filesystem::path file;
    Decoding decoding;
  };

  /// Links the decoded text of a file into the directory `into`, and returns its path, which never stands for
  /// another text. The first caller says in which directory the cache is made; all must be of one file
  /// system. Who asks for what another is decoding waits for it. Errors: those of DecodeFile.
  Result<std::filesystem::path> Link(const Source& source, const std::filesystem::path& into,
                                     const std::filesystem::path& cache_parent, std::stop_token cancelled);

  uint64_t size_bytes() const;
  const Limits& limits() const { return limits_; }

 private:
  struct Entry {
    int64_t number = 0;
    uint64_t size_bytes = 0;
    uint64_t last_use = 0;
  };

  Status MakeDirectory(const std::filesystem::path& parent);
  Result<Entry> Decode(const Source& source, int64_t number, std::stop_token cancelled);
  Result<std::filesystem::path> LinkEntry(const Entry& entry, const std::filesystem::path& into) const;
  std::filesystem::path PathOf(int64_t number) const;
  void Evict();

  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable_any decoded_;
  std::filesystem::path directory_;  // empty until the first file
  std::map<std::string, Entry> entries_;
  std::set<std::string> busy_;
  int64_t next_number_ = 0;
  uint64_t uses_ = 0;
  uint64_t size_bytes_ = 0;
};

}  // namespace tarn::decoding
