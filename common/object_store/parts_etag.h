#pragma once

#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/posix_file.h"
#include "common/result/result.h"

namespace tarn::object_store {

/// Returns the etag of an object uploaded in parts, as S3: the MD5 of the parts' MD5s, and how many they are.
std::string EtagOfParts(const std::vector<std::string>& etags);

/// Reads a file to its end and returns the etag of the object it holds: its MD5, or with `parts` that of the parts it
/// consists of. Errors: kInternal.
Result<std::string> EtagOfFile(const FileDescriptor& file, const std::vector<ObjectPart>& parts);

}  // namespace tarn::object_store
