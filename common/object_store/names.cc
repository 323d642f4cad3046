#include "common/object_store/names.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "common/text/utf8.h"

namespace tarn::object_store {
namespace {

constexpr size_t kMaxKeyBytes = 1024;
constexpr size_t kMaxSegmentBytes = 255;  // NAME_MAX of every common file system

bool IsLowerAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Keys are the input of strangers: messages show at most this much of them.
std::string Shown(std::string_view text) {
  constexpr size_t kShown = 200;
  if (!text::IsUtf8(text)) return "(not UTF-8)";
  if (text.size() <= kShown) return std::string(text);
  size_t end = kShown;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

Error BadKey(std::string why, std::string_view key) {
  return Error(Code::kInvalidArgument, "a key " + std::move(why) + ": " + Shown(key));
}

}  // namespace

Status CheckBucketName(std::string_view bucket) {
  const bool fine = bucket.size() >= 3 && bucket.size() <= 63 && IsLowerAlphanumeric(bucket.front()) &&
                    IsLowerAlphanumeric(bucket.back()) && bucket.find("..") == std::string_view::npos &&
                    std::all_of(bucket.begin(), bucket.end(),
                                [](char c) { return IsLowerAlphanumeric(c) || c == '.' || c == '-'; });
  if (fine) return Ok();
  return Error(Code::kInvalidArgument,
               "a bucket's name has 3 to 63 characters of a-z, 0-9, '.' and '-', with a letter or digit at both "
               "ends: " + Shown(bucket));
}

Status CheckKey(std::string_view key) {
  if (key.empty()) return BadKey("must not be empty", key);
  if (key.size() > kMaxKeyBytes) return BadKey("has at most 1024 bytes", key);
  if (!text::IsUtf8(key)) return BadKey("must be UTF-8", key);
  if (key.find('\0') != std::string_view::npos) return BadKey("must not contain NUL", "(with NUL)");
  for (size_t begin = 0; begin <= key.size();) {
    const size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view segment = key.substr(begin, end - begin);
    if (segment.empty() && begin > 0 && begin == key.size()) break;  // it ends with '/'
    if (segment.empty()) return BadKey("must not start with '/' or contain '//'", key);
    if (segment == kFolderFile) return BadKey("must not have a segment '.tarn_folder', which stands for a folder", key);
    if (segment == "." || segment == "..") return BadKey("must not have a segment '.' or '..'", key);
    if (segment.size() > kMaxSegmentBytes) return BadKey("has at most 255 bytes between two '/'", key);
    begin = end + 1;
  }
  return Ok();
}

std::string FileOfKey(const std::string& key) {
  return key.ends_with('/') ? key + std::string(kFolderFile) : key;
}

std::string KeyOfFile(const std::string& path) {
  const size_t name = path.rfind('/') + 1;  // npos + 1 is the start
  return name > 0 && std::string_view(path).substr(name) == kFolderFile ? path.substr(0, name) : path;
}

}  // namespace tarn::object_store
