#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::object_store {

/// Checks a bucket's name: 3 to 63 of [a-z0-9.-], starting and ending with a letter or digit, no "..".
/// Errors: kInvalidArgument.
Status CheckBucketName(std::string_view bucket);

/// Checks a key: 1 to 1024 bytes of UTF-8 without NUL, in segments of 1 to 255 bytes that are not ".", ".." or
/// kFolderFile. One '/' may stand at the end, as S3 clients mark folders by such keys. Errors: kInvalidArgument.
Status CheckKey(std::string_view key);

/// What holds the content of a key that ends with '/': a file of this name in the directory.
inline constexpr std::string_view kFolderFile = ".tarn_folder";

/// The path of a key's file below its bucket, which is the key unless that ends with '/'.
std::string FileOfKey(const std::string& key);
/// The key of a file, by its path below its bucket.
std::string KeyOfFile(const std::string& path);

}  // namespace tarn::object_store
