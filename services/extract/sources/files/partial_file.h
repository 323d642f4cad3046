#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "services/extract/sources/files/file_digest.h"
#include "services/extract/sources/files/file_version.h"

namespace tarn::extract::files {

/// What the beginning of a content is the beginning of.
struct PartialOrigin {
  FileVersion version;
  std::string validator;             ///< for If-Range; empty: what is missing cannot be asked for
  std::optional<FileDigest> digest;  ///< of the whole
};

/// Content on its way into a scratch directory: `<hash of the id>.part`, with what it is a part of beside it,
/// and
/// `.done` once it is complete. What is there outlives this object and the process. One thread at a time.
/// Errors of all methods: kResourceExhausted (disk full), kInternal.
class PartialFile {
 public:
  PartialFile(const std::filesystem::path& scratch, const std::string& id);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  /// Makes a scratch directory ready. After a restart of the machine partial files are removed: they were not
  /// synced.
  static Status Prepare(const std::filesystem::path& scratch);

  /// What was begun; null if nothing was.
  const PartialOrigin* origin() const { return origin_ ? &*origin_ : nullptr; }
  uint64_t size_bytes() const { return size_bytes_; }
  bool complete() const { return complete_; }

  /// Begins anew with nothing.
  Status Start(PartialOrigin origin);
  /// Goes on with what is there.
  Status Resume();
  Status Append(std::string_view data);
  /// Says that all is there; returns where.
  Result<std::filesystem::path> Complete();
  /// Forgets everything.
  void Discard();

  /// The complete file.
  const std::filesystem::path& path() const { return done_; }

 private:
  void Close();
  Status Open(int flags);
  void ReadOrigin();
  Status WriteOrigin() const;

  const std::filesystem::path part_, done_, about_;
  std::optional<PartialOrigin> origin_;
  uint64_t size_bytes_ = 0;
  bool complete_ = false;
  int descriptor_ = -1;
};

}  // namespace tarn::extract::files
