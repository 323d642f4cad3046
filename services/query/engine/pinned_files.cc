#include "services/query/engine/pinned_files.h"

#include "common/table_view/partition_folders.h"

namespace tarn::query {

Result<PinnedFiles> PinnedFiles::Pin(const std::vector<table_view::BoundTable>& tables,
                                     object_store::ObjectStore& store) {
  PinnedFiles files;
  for (const auto& table : tables) {
    files.begins_.push_back(files.objects_.size());
    for (const auto& file : table.snapshot.files)
      files.objects_.push_back({file.bucket, file.key, file.version});
  }
  if (files.objects_.empty()) return files;
  auto pin = store.PinFiles(files.objects_);
  if (!pin.ok()) {
    const bool gone = pin.error().code() == Code::kNotFound;
    return gone ? Error(Code::kPreconditionFailed, pin.error().message()) : pin.error();
  }
  files.pin_ = std::move(*pin);
  for (size_t i = 0; i < tables.size(); ++i) {
    TARN_ASSIGN(const auto paths,
                table_view::MoveIntoPartitionFolders(tables[i].snapshot, files.pin_->directory(),
                                                     files.Slice(files.pin_->files(), i)));
    files.paths_.insert(files.paths_.end(), paths.begin(), paths.end());
  }
  return files;
}

std::span<const std::filesystem::path> PinnedFiles::Slice(const std::vector<std::filesystem::path>& paths,
                                                          size_t table) const {
  const size_t end = table + 1 < begins_.size() ? begins_[table + 1] : objects_.size();
  return std::span(paths).subspan(begins_[table], end - begins_[table]);
}

std::span<const std::filesystem::path> PinnedFiles::OfTable(size_t index) const {
  if (!pin_) return {};
  return Slice(paths_, index);
}

std::string PinnedFiles::ObjectName(size_t table, size_t file) const {
  const auto& object = objects_[begins_[table] + file];
  return object.bucket + '/' + object.key;
}

Error PinnedFiles::Reword(const Error& error) const {
  std::string message = error.message();
  if (!pin_ || message.find(pin_->directory().string()) == std::string::npos) return error;
  for (size_t i = 0; i < objects_.size(); ++i) {
    const std::string path = paths_[i].string();
    const std::string name = objects_[i].bucket + '/' + objects_[i].key;
    for (size_t at = message.find(path); at != std::string::npos; at = message.find(path, at + name.size())) {
      message.replace(at, path.size(), name);
    }
  }
  return Error(error.code(), std::move(message)).At(error.where());
}

}  // namespace tarn::query
