#include "services/extract/sources/files/file_names.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/text/utf8.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kMaxSegmentBytes = 200;
constexpr size_t kMaxNameBytes = 700;  // of the 1,024 of a key
constexpr size_t kHashBytes = 4;
constexpr size_t kMaxExtensionBytes = 40;

std::string ShortHash(std::string_view text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text).substr(0, kHashBytes));
}

/// At most `size` bytes, without half a character at the end.
std::string_view CutUtf8(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

std::string SafeSegment(std::string_view segment) {
  std::string safe;
  const bool utf8 = text::IsUtf8(segment);
  for (const char c : segment) {
    const auto byte = static_cast<unsigned char>(c);
    safe += byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8) ? '_' : c;
  }
  if (safe == "." || safe == "..") safe.assign(safe.size(), '_');
  if (safe.size() <= kMaxSegmentBytes) return safe;
  // The ending says what kind of file it is.
  const size_t dot = safe.rfind('.');
  const bool has_ending = dot != std::string::npos && dot > 0 && safe.size() - dot <= kMaxExtensionBytes;
  const std::string ending = has_ending ? safe.substr(dot) : "";
  return std::string(CutUtf8(safe, kMaxSegmentBytes - ending.size() - kHashBytes * 2 - 1)) + ending;
}

}  // namespace

std::string WithHash(const std::string& name, std::string_view path) {
  const size_t file = name.rfind('/') + 1;  // 0 without a folder
  const size_t dot = name.find('.', file + 1);
  const size_t at = dot == std::string::npos ? name.size() : dot;
  return name.substr(0, at) + "-" + ShortHash(path) + name.substr(at);
}

std::string SafeName(std::string_view path) {
  std::string name;
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string segment = SafeSegment(path.substr(start, end - start));
    if (!segment.empty()) name += (name.empty() ? "" : "/") + segment;
    start = end + 1;
  }
  if (name.size() > kMaxNameBytes) name = name.substr(name.rfind('/') + 1);
  if (name.empty()) name = "file";
  return name == path ? name : WithHash(name, path);
}

void NameFiles(std::vector<ToName>& files) {
  std::unordered_set<std::string> taken{"manifest.json"}, folders;
  std::unordered_map<std::string, int> wanted;
  for (const ToName& file : files) {
    if (!file.name.empty()) taken.insert(file.name);
  }
  const auto add_folders = [&](const std::string& name) {
    for (size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      folders.insert(name.substr(0, slash));
    }
  };
  std::vector<std::string> plain(files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    plain[i] = files[i].name.empty() ? SafeName(files[i].path) : files[i].name;
    add_folders(plain[i]);
    ++wanted[plain[i]];
  }
  for (size_t i = 0; i < files.size(); ++i) {
    if (!files[i].name.empty()) continue;
    std::string name = plain[i];
    if (wanted[name] > 1 || folders.contains(name) || taken.contains(name))
      name = WithHash(name, files[i].identity);
    // Two of the short hashes may be the same, once in a very long while.
    for (std::string more = files[i].identity; taken.contains(name) || folders.contains(name);) {
      more += '+';
      name = WithHash(plain[i], more);
    }
    taken.insert(name);
    files[i].name = name;
  }
}

}  // namespace tarn::extract::files
