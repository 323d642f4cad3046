#pragma once

#include <filesystem>
#include <string>

#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// The files of old versions, `.tarn/versions/<two characters>/<version>`. What changes them needs the commit lock.
class VersionFiles {
 public:
  /// Makes the directory if it is missing. Errors: kUnavailable.
  static Result<VersionFiles> Open(const std::filesystem::path& directory);

  /// Opens a version's file; invalid if there is none. Errors: kInternal.
  Result<FileDescriptor> OpenFile(const std::string& version) const;

  /// Gives the open file `file` this version's name as well, or keeps the one it has. Errors: kNotFound if the file
  /// has lost its last name, kInternal.
  Status Link(const FileDescriptor& file, const std::string& version);
  Status Remove(const std::string& version);

  /// The directory that a version's file is in, made if it is missing. Errors: kInternal.
  Result<FileDescriptor> DirectoryOf(const std::string& version);

 private:
  explicit VersionFiles(FileDescriptor root) : root_(std::move(root)) {}

  FileDescriptor root_;
};

}  // namespace tarn::object_store
