#pragma once

#include <string>

namespace tarn::object_store {

/// Returns the least string greater than every key that starts with `prefix`. No UTF-8 has the byte 0xff.
std::string EndOfPrefix(std::string prefix);

/// Returns the group that a listing with this delimiter puts a key in ("a/" for "a/b"), empty if the key stands for
/// itself. The key starts with `prefix`.
std::string GroupOf(const std::string& key, const std::string& prefix, const std::string& delimiter);

}  // namespace tarn::object_store
