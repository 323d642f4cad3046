#include "common/unpacking/zip_archive.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "common/unpacking/deflate_source.h"

namespace tarn::unpacking {
namespace {

constexpr size_t kEndBytes = 22;
constexpr size_t kMaxCommentBytes = 65'535;
constexpr size_t kEntryBytes = 46;
constexpr size_t kLocalBytes = 30;
constexpr uint64_t kMaxEntries = 10'000;
constexpr uint64_t kMaxDirectoryBytes = 4 << 20;
constexpr uint64_t kIn64 = 0xffffffff;  // "see the ZIP64 field"

Error Damaged() { return Error(Code::kUnprocessable, "the ZIP archive is damaged or truncated"); }

uint64_t Number(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct Directory {
  uint64_t entries = 0, size_bytes = 0, offset = 0;
};

struct Entry {
  std::string_view name;
  uint64_t packed_bytes = 0, unpacked_bytes = 0, offset = 0;
  int method = 0;
  bool encrypted = false;
};

Result<Directory> FindDirectory(File& file) {
  const uint64_t tail_bytes = std::min<uint64_t>(file.size_bytes(), kEndBytes + kMaxCommentBytes);
  TARN_ASSIGN(const std::string tail,
              file.ReadAt(file.size_bytes() - tail_bytes, static_cast<size_t>(tail_bytes)));
  const size_t end = tail.rfind("PK\x05\x06");
  if (end == std::string::npos || end + kEndBytes > tail.size()) return Damaged();
  Directory found{Number(tail, end + 10, 2), Number(tail, end + 12, 4), Number(tail, end + 16, 4)};
  const bool zip64 = found.entries == 0xffff || found.size_bytes == kIn64 || found.offset == kIn64;
  if (!zip64) return found;
  if (end < 20 || tail.compare(end - 20, 4, std::string_view("PK\x06\x07", 4)) != 0) return Damaged();
  TARN_ASSIGN(const std::string end64, file.ReadAt(Number(tail, end - 12, 8), 56));
  if (end64.size() < 56 || !end64.starts_with("PK\x06\x06")) return Damaged();
  return Directory{Number(end64, 32, 8), Number(end64, 40, 8), Number(end64, 48, 8)};
}

// APPNOTE 4.5.3: the 64-bit values stand in this order, each only if its 32-bit place is full.
void ReadZip64(std::string_view extra, Entry& entry) {
  while (extra.size() >= 4) {
    const size_t size = Number(extra, 2, 2);
    if (size + 4 > extra.size()) return;
    if (Number(extra, 0, 2) == 1) {
      std::string_view values = extra.substr(4, size);
      for (uint64_t* value : {&entry.unpacked_bytes, &entry.packed_bytes, &entry.offset}) {
        if (*value != kIn64 || values.size() < 8) continue;
        *value = Number(values, 0, 8);
        values.remove_prefix(8);
      }
    }
    extra.remove_prefix(size + 4);
  }
}

// Takes the next entry off the directory.
std::optional<Entry> TakeEntry(std::string_view& directory) {
  if (directory.size() < kEntryBytes || !directory.starts_with("PK\x01\x02")) return std::nullopt;
  const size_t name = Number(directory, 28, 2), extra = Number(directory, 30, 2),
               note = Number(directory, 32, 2);
  if (kEntryBytes + name + extra + note > directory.size()) return std::nullopt;
  Entry entry;
  entry.encrypted = Number(directory, 8, 2) & 1;
  entry.method = static_cast<int>(Number(directory, 10, 2));
  entry.packed_bytes = Number(directory, 20, 4);
  entry.unpacked_bytes = Number(directory, 24, 4);
  entry.offset = Number(directory, 42, 4);
  entry.name = directory.substr(kEntryBytes, name);
  ReadZip64(directory.substr(kEntryBytes + name, extra), entry);
  directory.remove_prefix(kEntryBytes + name + extra + note);
  return entry;
}

bool IsContent(const Entry& entry) {
  const std::string_view file = entry.name.substr(entry.name.rfind('/') + 1);  // npos + 1 is 0
  return !file.empty() && file[0] != '.' && !entry.name.starts_with("__MACOSX/");
}

Result<Entry> OnlyEntry(std::string_view directory, uint64_t entries) {
  std::optional<Entry> only;
  size_t found = 0;
  for (uint64_t i = 0; i < entries; ++i) {
    const auto entry = TakeEntry(directory);
    if (!entry) return Damaged();
    if (!IsContent(*entry)) continue;
    if (++found == 1) only = entry;
  }
  if (found == 0) return Error(Code::kUnprocessable, "the ZIP archive holds no file");
  if (found > 1) {
    return Error(Code::kUnprocessable,
                 "the ZIP archive must hold one file, but holds more: " + std::to_string(found));
  }
  return *only;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenZip(File& file, std::stop_token cancelled) {
  TARN_ASSIGN(const Directory where, FindDirectory(file));
  if (where.entries > kMaxEntries || where.size_bytes > kMaxDirectoryBytes) {
    return Error(Code::kUnprocessable,
                 "the ZIP archive has too many entries: " + std::to_string(where.entries));
  }
  TARN_ASSIGN(const std::string directory, file.ReadAt(where.offset, static_cast<size_t>(where.size_bytes)));
  TARN_ASSIGN(const Entry entry, OnlyEntry(directory, where.entries));
  if (entry.encrypted) return Error(Code::kUnprocessable, "the file in the ZIP archive is encrypted");

  TARN_ASSIGN(const std::string local, file.ReadAt(entry.offset, kLocalBytes));
  if (local.size() < kLocalBytes || !local.starts_with("PK\x03\x04")) return Damaged();
  const uint64_t data = entry.offset + kLocalBytes + Number(local, 26, 2) + Number(local, 28, 2);
  if (data > file.size_bytes() || entry.packed_bytes > file.size_bytes() - data) return Damaged();
  auto packed = std::make_unique<FileSource>(file, data, entry.packed_bytes, std::move(cancelled));
  if (entry.method == 0) return std::unique_ptr<ByteSource>(std::move(packed));
  if (entry.method == 8) {
    return std::unique_ptr<ByteSource>(
        std::make_unique<DeflateSource>(std::move(packed), DeflateFormat::kRaw));
  }
  return Error(Code::kUnprocessable,
               "the ZIP archive uses a method other than store and deflate: " + std::to_string(entry.method));
}

}  // namespace tarn::unpacking
