#pragma once

#include <cstdint>
#include <filesystem>

/// A layer between a program and the kernel that stops the program at a chosen system call and knows what a power
/// loss would have left of a directory. It stands in for the C library's functions that change files: linked into a test
/// program (tarn_fault_fs), or preloaded into any other (tarn_fault_fs_preload; see preload.cc).
///
/// The model is the least that POSIX promises, and one thing more that every journaling file system of Linux keeps:
/// - A file's content, size and times survive a power loss as they were at its last fsync, fdatasync or syncfs. A file
///   that never had one is empty.
/// - A directory's entries survive as they were at its last fsync or syncfs: names that were made, moved or removed
///   since are as before. That the file itself was synced does not help.
/// - A rename between directories is not lost half: when the directory that a name left is synced, the name that it
///   got, and the way there, are durable too. (Synced the other way round, both names may be there.)
/// - sync_file_range promises nothing.
/// Files keep their inodes. Nothing is really flushed to the disk, so a program runs faster under the layer than without.
/// SQLite's `*-shm` files hold nothing that outlives its processes: they are neither counted nor kept.
/// What the model cannot follow (a shared writable mapping, a symbolic link) ends the program with a message.
namespace tarn::fault_fs {

/// Begins to watch the directory `root`: all that is in it counts as durable. `shadow`, an empty directory on the same
/// file system, receives what a crash image is made of (crash_image.h). Once in a process, before its threads start.
void Start(const std::filesystem::path& root, const std::filesystem::path& shadow);

/// Counts points from 1 from here on, and kills the process (SIGKILL) when point `kill_at` is reached; 0: never.
/// A point comes before every call that changes anything below `root`, and one in the middle
/// of every write of more than a page.
void KillAt(int64_t kill_at);

/// Counts points from 1 from here on; the call of point `fail_at` fails with `error` and does nothing. What a failed
/// fsync was to make durable stays lost, whatever is called later: as on Linux.
void FailAt(int64_t fail_at, int error);

/// The points that were passed since KillAt or FailAt.
int64_t Points();

/// In a process without Start: makes fsync, fdatasync and syncfs return at once, for those who only look at a crash image.
void SkipSyncs();

/// Has temporary directories made on a disk of memory if there is one with a gigabyte to spare: where the layer knows what
/// is durable, or nobody asks, a real disk only takes its time to make and remove thousands of files. TMPDIR has precedence.
void PreferMemoryDisk();

}  // namespace tarn::fault_fs
