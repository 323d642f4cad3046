#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace tarn::fault_fs {

/// What survives of the changes that were not made durable.
enum class Survives {
  kEverything,  ///< the process was killed, the kernel lives on
  kNothing,     ///< the power failed, and nothing had been written back: only what was synced is there
  /// The power failed after the file system's journal was written but not the data: names and sizes are the last ones,
  /// content that was not synced is zeros.
  kNames,
};
inline constexpr Survives kAllSurvivals[] = {Survives::kEverything, Survives::kNothing, Survives::kNames};
const char* Name(Survives survives);

/// What a process that ran under the layer left behind. Loaded once, it can be put back into the root any number of
/// times: files with the same inodes, content and modification times as they would be after the crash.
/// Ends the program when it cannot do its work, or when files were made that the layer did not see.
class CrashImage {
 public:
  CrashImage(std::filesystem::path root, std::filesystem::path shadow);

  /// Replaces all that is in the root.
  void PutBack(Survives survives) const;
  /// The call that the process was killed at, and its path below the root; empty if it was not killed.
  const std::string& killed_at() const { return killed_at_; }
  /// True if the files are as they were at an earlier point or will be so at a later one, when more was acknowledged: what
  /// survives when nothing does only changes with a sync, and what is written in between is zeros of one length or another.
  bool IsRepeated(Survives survives) const;

 private:
  struct Content {
    std::string bytes;
    struct timespec modified = {};
  };
  struct Entry {
    bool is_directory = false;
    uint64_t inode = 0;
  };
  using Entries = std::map<std::string, Entry>;

  static Entries ParseEntries(const std::string& text);
  void ReadJournal();
  void Look(const std::filesystem::path& directory, uint64_t inode);
  void PutBack(const std::filesystem::path& directory, uint64_t inode, Survives survives) const;
  void PutBackFile(const std::filesystem::path& path, uint64_t inode, const Content& content) const;
  Content Surviving(uint64_t inode, Survives survives) const;

  std::filesystem::path root_, shadow_;
  uint64_t root_inode_ = 0;
  std::string killed_at_;
  std::map<uint64_t, Content> last_content_, durable_content_;  // by inode
  std::map<uint64_t, Entries> last_entries_, durable_entries_;
};

}  // namespace tarn::fault_fs
