#include "services/query/engine/pinned_files.h"

#include <algorithm>

#include "common/table_view/partition_folders.h"
#include "common/table_view/readable_files.h"

namespace tarn::query {

Result<PinnedFiles> PinnedFiles::Pin(const std::vector<table_view::BoundTable>& tables, PinPool& pool,
                                     decoding::DecodedFiles& decoded, std::stop_token cancelled) {
  PinnedFiles files;
  for (const auto& table : tables) {
    files.begins_.push_back(files.wanted_.size());
    const size_t keys = table_view::CountPartitionKeys(table.snapshot);
    for (const auto& file : table.snapshot.files) {
      files.wanted_.push_back(
          {{file.bucket, file.key, file.version}, table_view::PartitionValuesOf(file), keys});
    }
  }
  if (files.wanted_.empty()) return files;
  auto held = pool.Take(files.wanted_);
  if (!held.ok()) {
    const bool gone = held.error().code() == Code::kNotFound;
    return gone ? Error(Code::kPreconditionFailed, held.error().message()) : held.error();
  }
  files.held_ = std::move(*held);
  table_view::DecodedText text{decoded, files.held_.pins.front()->directory().parent_path(), cancelled};
  for (size_t i = 0; i < tables.size(); ++i) {
    const auto paths =
        std::span(files.held_.paths).subspan(files.begins_[i], tables[i].snapshot.files.size());
    TARN_TRY(table_view::MakeReadable(tables[i].snapshot.files, paths, text));
  }
  return files;
}

std::span<const std::filesystem::path> PinnedFiles::OfTable(size_t index) const {
  const size_t end = index + 1 < begins_.size() ? begins_[index + 1] : wanted_.size();
  return std::span(held_.paths).subspan(begins_[index], end - begins_[index]);
}

std::string PinnedFiles::ObjectName(size_t table, size_t file) const {
  const auto& object = wanted_[begins_[table] + file].object;
  return object.bucket + '/' + object.key;
}

Error PinnedFiles::Reword(const Error& error) const {
  std::string message = error.message();
  const bool names_files = std::any_of(held_.pins.begin(), held_.pins.end(), [&](const auto& pin) {
    return message.find(pin->directory().string()) != std::string::npos;
  });
  if (!names_files) return error;
  for (size_t i = 0; i < wanted_.size(); ++i) {
    const std::string path = held_.paths[i].string();
    const std::string name = wanted_[i].object.bucket + '/' + wanted_[i].object.key;
    for (size_t at = message.find(path); at != std::string::npos; at = message.find(path, at + name.size())) {
      message.replace(at, path.size(), name);
    }
  }
  return Error(error.code(), std::move(message)).At(error.where());
}

}  // namespace tarn::query
