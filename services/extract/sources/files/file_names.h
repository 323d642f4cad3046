#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::extract::files {

/// Turns any path into one that may be the end of a key and of a file's path: segments of at most 200 bytes
/// of UTF-8 without control characters, not empty, "." or "..". A name that had to be changed carries a short
/// hash of the original, so that two never become one. At most 700 bytes.
std::string SafeName(std::string_view path);

/// `name` with a short hash of `path` before its first dot: "daily-1f2e3d4c.csv.gz".
std::string WithHash(const std::string& name, std::string_view path);

/// A file to be named.
struct ToName {
  std::string path;      ///< what its name is made of
  std::string identity;  ///< what tells it from others with the same path
  std::string name{};    ///< the result; one that is set already is kept
};

/// Gives each file a name of its own: its SafeName, with a hash where two would have the same one, where a
/// name is the folder of another, and for "manifest.json", which is Tarn's.
void NameFiles(std::vector<ToName>& files);

}  // namespace tarn::extract::files
