#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/files/file_version.h"

namespace tarn::extract::files {

/// The most files that a source may have.
inline constexpr size_t kMaxFiles = 200'000;

/// The version of each file that was stored last, by the file's id.
using StoredVersions = std::unordered_map<std::string, FileVersion>;

/// What runs before this one stored: the source's cursor, or what a run that succeeded in part noted after
/// it.
class Ledger {
 public:
  /// Errors: kUnprocessable for a cursor that cannot be read, and those of SavedState.
  static Result<Ledger> Load(SavedState& state);

  const StoredVersions& files() const { return files_; }
  const FileVersion* Find(const std::string& id) const;

  /// Takes effect with the run's success.
  void Stage(SavedState& state, const StoredVersions& files) const;
  /// For a run that succeeds in part, whose cursor does not move: durable at once, and used instead of the
  /// cursor until that is another one.
  Status Note(SourceClient& client, SavedState& state, const StoredVersions& files) const;

 private:
  StoredVersions files_;
  std::string cursor_hash_;
};

/// What this run did before it was interrupted, in a file of its scratch directory. Thread-safe.
class Journal {
 public:
  enum class Kind { kStored, kUnchanged };
  struct Entry {
    Kind kind = Kind::kStored;
    std::string name;  ///< of the file in the lake
    FileVersion version;
  };

  /// Reads what is there; a line that was cut off is left out. Errors: kInternal, kResourceExhausted.
  static Result<std::unique_ptr<Journal>> Open(const std::filesystem::path& file);
  ~Journal();

  /// As of Open.
  const Entry* Find(const std::string& id) const;
  /// Survives the death of the process. A power cut may lose it or the end of it, or leave an older line of
  /// the same file: then the file is looked at again, or stored again by the next run.
  Status Add(const std::string& id, const Entry& entry);

 private:
  explicit Journal(int descriptor) : descriptor_(descriptor) {}
  void Read(const std::filesystem::path& file);

  std::unordered_map<std::string, Entry> entries_;
  std::mutex mutex_;
  const int descriptor_;
};

}  // namespace tarn::extract::files
