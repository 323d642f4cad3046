#pragma once

#include <string>
#include <vector>

#include "common/object_store/local_store.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Compares the files at some keys of a bucket with the index now, and commits what differs, as AdoptForeignFiles does
/// for all; files that a program has open for writing are left alone. Returns how many changes there were.
Result<int64_t> AdoptFilesAt(LocalObjectStore& store, const std::string& bucket, std::vector<std::string> keys);

enum class Writers { kNone, kSome, kUnknown };

/// Whether a program has the file open for writing. The kernel tells whoever owns the file, or may take leases on any
/// (fcntl(2), F_SETLEASE); others get kUnknown.
Writers WritersOf(int file);

}  // namespace tarn::object_store
