#include "common/object_store/parts_etag.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"

namespace tarn::object_store {
namespace {

std::string BytesOfHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return bytes;
}

// The MD5 of at most `length` bytes from `offset` on.
Result<std::string> Md5OfRange(const FileDescriptor& file, uint64_t offset, uint64_t length) {
  const auto md5 = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  std::string buffer(256 * 1024, '\0');
  while (length > 0) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(buffer.size(), length));
    const ssize_t count = pread(file.get(), buffer.data(), wanted, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError(errno, "read a file");
    if (count == 0) break;
    md5->Update(std::string_view(buffer.data(), static_cast<size_t>(count)));
    offset += static_cast<uint64_t>(count);
    length -= static_cast<uint64_t>(count);
  }
  return ToHex(md5->Finish());
}

}  // namespace

std::string EtagOfParts(const std::vector<std::string>& etags) {
  const auto md5 = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  for (const std::string& etag : etags) md5->Update(BytesOfHex(etag));
  return ToHex(md5->Finish()) + "-" + std::to_string(etags.size());
}

Result<std::string> EtagOfFile(const FileDescriptor& file, const std::vector<ObjectPart>& parts) {
  if (parts.empty()) return Md5OfRange(file, 0, UINT64_MAX);
  std::vector<std::string> etags;
  uint64_t offset = 0;
  for (const ObjectPart& part : parts) {
    TARN_ASSIGN(etags.emplace_back(), Md5OfRange(file, offset, part.size_bytes));
    offset += part.size_bytes;
  }
  return EtagOfParts(etags);
}

}  // namespace tarn::object_store
