#include "common/table_view/partition_folders.h"

#include <algorithm>
#include <map>
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

const PartitionValues kNoValues;

const PartitionValues& ValuesOf(const catalog_client::DataFile& file) {
  return file.partition_values ? *file.partition_values : kNoValues;
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

Result<std::vector<fs::path>> MoveIntoPartitionFolders(const catalog_client::TableSnapshot& table,
                                                       const fs::path& directory,
                                                       std::span<const fs::path> files) {
  std::vector<fs::path> moved(files.begin(), files.end());
  const size_t keys = CountPartitionKeys(table);
  std::map<PartitionValues, fs::path> folders;
  if (keys > 0) {
    for (const auto& file : table.files) folders.try_emplace(ValuesOf(file));
  }
  if (folders.size() < 2) return moved;
  for (auto& [values, folder] : folders) {
    const auto named = PartitionFolder(values, keys);
    if (!named) return moved;
    folder = directory / *named;
  }
  std::error_code failure;
  for (const auto& [values, folder] : folders) {
    fs::create_directories(folder, failure);
    if (failure) return CannotMove(failure);
  }
  for (size_t i = 0; i < moved.size(); ++i) {
    const fs::path place = folders.at(ValuesOf(table.files[i])) / moved[i].filename();
    fs::rename(moved[i], place, failure);
    if (failure) return CannotMove(failure);
    moved[i] = place;
  }
  return moved;
}

}  // namespace tarn::table_view
