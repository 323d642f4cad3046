#pragma once

#include <string_view>

#include "common/result/result.h"

namespace tarn::object_store {

/// Checks a bucket's name: 3 to 63 of [a-z0-9.-], starting and ending with a letter or digit, no "..".
/// Errors: kInvalidArgument.
Status CheckBucketName(std::string_view bucket);

/// Checks a key: 1 to 1024 bytes of UTF-8 without NUL, in segments of 1 to 255 bytes that are not "." or "..".
/// What passes is a relative path that a file system can hold. Errors: kInvalidArgument.
Status CheckKey(std::string_view key);

/// True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool IsUtf8(std::string_view text);

}  // namespace tarn::object_store
