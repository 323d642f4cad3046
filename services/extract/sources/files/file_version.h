#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::extract::files {

/// What tells one content of a file from another. What is not known is empty, 0 or -1.
struct FileVersion {
  int64_t size_bytes = -1;
  std::string modified;  ///< as the source writes it: an HTTP date, or nanoseconds since 1970
  uint64_t inode = 0;
  std::string sha256;  ///< of the content, in hexadecimal
  std::string etag;    ///< as the source writes it

  /// False where nothing but a hash of the content can tell.
  bool HasValidator() const { return !etag.empty() || !modified.empty(); }

  /// "<size>|<modified>|<inode>|<sha256>|<etag>", as a cursor keeps it.
  std::string ToText() const;
  /// Nothing for what ToText does not write.
  static std::optional<FileVersion> FromText(std::string_view text);
};

/// Whether both are the same content by what their source says: the ETag if both have one, else the time and
/// the inode; the sizes must not differ either way.
bool SameBySource(const FileVersion& before, const FileVersion& now);

}  // namespace tarn::extract::files
