#pragma once

#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {

/// Files of a local directory and those below it. Symbolic links to files are followed where they stay
/// inside; those to directories are not. Hidden and temporary files are left out. Content is copied to the
/// scratch directory before it is stored, so that what is stored is one state of the file, and of no file
/// outside.
class DirectoryPlace : public Place {
 public:
  DirectoryPlace(const Options& options, RunContext& context) : options_(options), context_(context) {}
  ~DirectoryPlace() override;

  Result<Listing> List() override;
  Result<Fetched> Fetch(const ListedFile& file, const FileVersion* before, PartialFile& into) override;
  Result<FileVersion> FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) override;

 private:
  Status Open();
  Status ListBelow(const std::string& folder, int depth, Listing& listing);
  void Add(const std::string& path, Listing& listing) const;
  /// The path for messages.
  std::string Where(const std::string& path) const;
  Error Problem(Code code, const std::string& what, const std::string& path) const;

  const Options& options_;
  RunContext& context_;
  int root_ = -1;
  int64_t seen_ = 0;  // entries of directories
};

/// Whether a file's name says that it is not meant to be read: hidden, or still being written.
bool IsHiddenOrTemporary(std::string_view name);

}  // namespace tarn::extract::files
