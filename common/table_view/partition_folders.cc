#include "common/table_view/partition_folders.h"

#include <algorithm>
#include <system_error>

#include "common/text/lower_case.h"

namespace tarn::table_view {
namespace {

namespace fs = std::filesystem;

using PartitionValues = std::vector<std::string>;

constexpr size_t kMaxFolderName = 255;  // bytes, of the usual file systems

bool IsPlain(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

// The engine takes %XX apart, and NULL, however it is written, for a NULL.
std::string Escaped(const std::string& value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const bool looks_null = text::LowerCase(value) == "null";
  std::string escaped;
  for (const unsigned char c : value) {
    if (IsPlain(c) && !looks_null) {
      escaped += static_cast<char>(c);
    } else {
      escaped += {'%', kDigits[c >> 4], kDigits[c & 15]};
    }
  }
  return escaped;
}

Error CannotMove(const std::error_code& failure) {
  const bool full = failure == std::errc::no_space_on_device;
  return Error(full ? Code::kResourceExhausted : Code::kInternal,
               "cannot move a pinned file: " + failure.message());
}

}  // namespace

std::string FolderKey(size_t key) { return "tarn_key_" + std::to_string(key); }

std::optional<std::string> PartitionFolder(const PartitionValues& values, size_t keys) {
  std::string folder;
  for (size_t key = 0; key < keys; ++key) {
    const bool is_null = key >= values.size() || values[key] == kNullPartition;
    const std::string name = FolderKey(key) + '=' + (is_null ? "NULL" : Escaped(values[key]));
    if (name.size() > kMaxFolderName) return std::nullopt;
    folder += (folder.empty() ? "" : "/") + name;
  }
  return folder;
}

size_t CountPartitionKeys(const catalog_client::TableSnapshot& table) {
  return static_cast<size_t>(std::count_if(table.columns.begin(), table.columns.end(),
                                           [](const auto& column) { return column.partition_key; }));
}

bool AreInPartitionFolders(std::span<const std::string> paths,
                           std::span<const PartitionValues* const> partitions, size_t keys) {
  const PartitionValues* last = nullptr;
  std::string folder;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (partitions[i] != last) {
      const auto named = PartitionFolder(*partitions[i], keys);
      if (!named) return false;
      folder = '/' + *named;
      last = partitions[i];
    }
    const std::string_view parent = std::string_view(paths[i]).substr(0, paths[i].rfind('/'));
    if (!parent.ends_with(folder)) return false;
    // The engine would take a folder like that for one more column, in place of a file's own.
    if (parent.substr(0, parent.size() - folder.size()).find('=') != std::string_view::npos) return false;
  }
  return true;
}

Result<fs::path> MoveIntoPartitionFolder(const fs::path& file, const fs::path& directory,
                                         const PartitionValues& values, size_t keys) {
  const auto folder = PartitionFolder(values, keys);
  if (keys == 0 || !folder) return file;
  const fs::path place = directory / *folder / file.filename();
  std::error_code failure;
  fs::rename(file, place, failure);
  if (failure == std::errc::no_such_file_or_directory) {
    fs::create_directories(place.parent_path(), failure);
    if (!failure) fs::rename(file, place, failure);
  }
  if (failure) return CannotMove(failure);
  return place;
}

const PartitionValues& PartitionValuesOf(const catalog_client::DataFile& file) {
  static const PartitionValues kNone;
  return file.partition_values ? *file.partition_values : kNone;
}

}  // namespace tarn::table_view
