#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <string>

namespace tarn::fault_fs {

/// True for SQLite's shared memory files.
bool IsSharedMemory(std::string_view path);

/// Keeps in the shadow directory what a power loss would leave of the root:
///   inodes/<inode>   a hard link to every file there ever was, so that the inode lives on
///   content/<inode>  a file's content and modification time as they were made durable
///   entries/<inode>  a directory's entries as they were made durable: "<f or d> <inode> <name>\0" each
/// One thread at a time. Ends the program when it cannot do its work.
class Recorder {
 public:
  Recorder(std::filesystem::path root, std::filesystem::path shadow);

  /// The root's path without symbolic links.
  const std::string& root() const { return root_; }
  const std::filesystem::path& shadow() const { return shadow_; }

  /// Takes note of a file that is about to change or lose a name.
  void Keep(int file);
  void Keep(int directory, const std::string& name);
  /// Keeps the inode number of a directory that is about to be removed from being given to another one.
  void Hold(int directory, const std::string& name);

  /// Records that a file or directory is durable now.
  void Sync(int file, bool data_only);
  void SyncAll();
  /// A sync failed: what was to become durable never will.
  void Lose(int file);

 private:
  void SyncContent(int file, const struct stat& status, bool data_only);
  void SyncEntries(const std::filesystem::path& directory, uint64_t inode);

  std::string root_;
  std::filesystem::path shadow_;
  std::set<uint64_t> lost_;
};

}  // namespace tarn::fault_fs
