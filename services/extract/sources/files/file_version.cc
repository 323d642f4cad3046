#include "services/extract/sources/files/file_version.h"

#include <algorithm>
#include <charconv>

namespace tarn::extract::files {
namespace {

// Neither a date nor a hash holds one; the etag, which may, stands last.
constexpr char kSeparator = '|';

// RFC 9110 section 8.8.3.2: a weak comparison, as whole contents are compared, not ranges.
std::string_view WithoutWeakness(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return etag;
}

template <class Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string FileVersion::ToText() const {
  std::string time = modified;
  std::replace(time.begin(), time.end(), kSeparator, ' ');
  return std::to_string(size_bytes) + kSeparator + time + kSeparator + std::to_string(inode) + kSeparator +
         sha256 + kSeparator + etag;
}

std::optional<FileVersion> FileVersion::FromText(std::string_view text) {
  std::string_view fields[4];
  for (std::string_view& field : fields) {
    const size_t end = text.find(kSeparator);
    if (end == std::string_view::npos) return std::nullopt;
    field = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  FileVersion version;
  if (!ReadNumber(fields[0], version.size_bytes) || !ReadNumber(fields[2], version.inode))
    return std::nullopt;
  version.modified = fields[1];
  version.sha256 = fields[3];
  version.etag = text;
  return version;
}

bool SameBySource(const FileVersion& before, const FileVersion& now) {
  if (before.size_bytes >= 0 && now.size_bytes >= 0 && before.size_bytes != now.size_bytes) return false;
  if (!before.etag.empty() && !now.etag.empty())
    return WithoutWeakness(before.etag) == WithoutWeakness(now.etag);
  return !before.modified.empty() && before.modified == now.modified && before.inode == now.inode;
}

}  // namespace tarn::extract::files
