#pragma once

#include <cstdint>
#include <filesystem>

namespace tarn::object_store {

/// Durable writes of 4 KiB from `threads` threads for some seconds into a new directory. Returns how many were done.
/// "write, fsync, rename, fsync of the directory", and nothing else.
int64_t PutBare(const std::filesystem::path& directory, int threads, double seconds);
/// ObjectStore::Put.
int64_t PutToStore(const std::filesystem::path& directory, int threads, double seconds);

/// Makes a bucket whose index holds `objects` objects, but for which there are no files: a list reads the index only.
/// Prints the milliseconds that first pages under prefixes take in it: the median and the greatest of `rounds`.
void MeasureLists(const std::filesystem::path& directory, int64_t objects, int rounds);

}  // namespace tarn::object_store
