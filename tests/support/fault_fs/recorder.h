#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tarn::fault_fs {

/// True for SQLite's shared memory files.
bool IsSharedMemory(std::string_view path);

/// Keeps in the shadow directory what a power loss would leave of the root:
///   <inode>  a hard link to every file there ever was, so that the inode lives on
///   journal  what was made durable, one Record after the other
/// One thread at a time. Ends the program when it cannot do its work.
class Recorder {
 public:
  /// What follows it in the journal, `size` bytes, is a file's content, or a directory's entries:
  /// "<f or d> <inode> <name>\0" each. A later record of an inode replaces an earlier one.
  struct Record {
    bool is_directory = false;
    uint64_t inode = 0;
    uint64_t size = 0;
    struct timespec modified = {};
  };

  Recorder(std::filesystem::path root, std::filesystem::path shadow);

  /// The root's path without symbolic links.
  const std::string& root() const { return root_; }
  const std::filesystem::path& shadow() const { return shadow_; }

  /// Takes note of a file that is about to change or lose a name.
  void Keep(int file);
  void Keep(int directory, const std::string& name);
  /// A file was moved to a name in another directory.
  void Moved(int from_directory, int to_directory, const std::string& to);
  /// Keeps the inode number of a directory that is about to be removed from being given to another one.
  void Hold(int directory, const std::string& name);

  /// Records that a file or directory is durable now.
  void Sync(int file, bool data_only);
  void SyncAll();
  /// A sync failed: what was to become durable never will.
  void Lose(int file);

 private:
  void SyncContent(int file, const struct stat& status, bool data_only);
  void SyncEntries(const std::filesystem::path& directory, const struct stat& status);
  void FinishMovesOutOf(uint64_t directory);
  void WriteEntries(uint64_t directory);
  void Write(const Record& record, const std::string& bytes);

  struct Entry {
    bool is_directory = false;
    uint64_t inode = 0;
  };
  /// The way to a name: each directory from the root on, and its entry that leads on.
  struct Step {
    uint64_t directory = 0;
    std::string name;
    Entry entry;
  };
  struct Move {
    uint64_t from = 0;
    std::vector<Step> to;
  };

  std::string root_;
  std::filesystem::path shadow_;
  std::map<uint64_t, std::map<std::string, Entry>> entries_;  // durable ones, by the directory's inode
  std::vector<Move> moves_;                                   // since a sync of the directory they left
  int journal_ = -1;
  std::map<uint64_t, Record> durable_;  // by inode
  std::set<uint64_t> clean_, lost_;     // files that have not changed since their record; those of failed syncs
};

}  // namespace tarn::fault_fs
