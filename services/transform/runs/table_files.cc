#include "services/transform/runs/table_files.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace tarn::transform {
namespace {

constexpr size_t kIdLength = 26;  // of a ULID
constexpr int64_t kPage = 1000;

// The id in "part-<id>.parquet" or "part-<id>-7.parquet"; nothing for other names.
std::optional<std::string> IdOf(std::string_view name, const std::string& kind) {
  if (!name.starts_with(kind + "-")) return std::nullopt;
  name.remove_prefix(kind.size() + 1);
  const std::string_view id = name.substr(0, kIdLength);
  if (id.size() != kIdLength ||
      !std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c); }))
    return std::nullopt;
  name.remove_prefix(kIdLength);
  if (name.starts_with('-')) {
    name.remove_prefix(1);
    const size_t digits = name.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    name.remove_prefix(digits);
  }
  return name.starts_with('.') ? std::optional(std::string(id)) : std::nullopt;
}

Result<std::vector<TableFile>> List(object_store::ObjectStore& store, const std::string& bucket,
                                    const std::string& prefix, size_t partition_from, const char* kind,
                                    size_t limit) {
  std::vector<TableFile> files;
  object_store::ListRequest request{bucket, prefix, "", "", kPage};
  while (true) {
    TARN_ASSIGN(auto page, store.List(request));
    for (auto& object : page.objects) {
      const size_t slash = object.key.rfind('/') + 1;
      const auto id = IdOf(std::string_view(object.key).substr(slash), kind);
      if (!id) continue;
      const std::string partition = object.key.substr(partition_from, slash - partition_from);
      files.push_back({std::move(object), partition, *id});
      if (files.size() == limit) return files;
    }
    if (!page.truncated) return files;
    request.after = page.next_after;
  }
}

}  // namespace

std::string TableFileName(const char* kind, const std::string& id, size_t number, const std::string& suffix) {
  return std::string(kind) + "-" + id + (number == 0 ? "" : "-" + std::to_string(number)) + suffix;
}

Result<std::vector<TableFile>> ListTableFiles(object_store::ObjectStore& store, const std::string& bucket,
                                              const std::string& prefix, const char* kind, size_t limit) {
  return List(store, bucket, prefix, prefix.size(), kind, limit);
}

Result<std::vector<TableFile>> ListPartition(object_store::ObjectStore& store, const std::string& bucket,
                                             const std::string& table_prefix, const std::string& partition,
                                             const char* kind) {
  TARN_ASSIGN(auto files, List(store, bucket, table_prefix + partition, table_prefix.size(), kind, 0));
  std::erase_if(files, [&](const TableFile& file) { return file.partition != partition; });
  return files;
}

}  // namespace tarn::transform
