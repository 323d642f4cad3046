#include "services/query/engine/pinned_files.h"

#include "common/table_view/readable_files.h"

namespace tarn::query {

Result<PinnedFiles> PinnedFiles::Pin(const std::vector<table_view::BoundTable>& tables,
                                     object_store::ObjectStore& store, decoding::DecodedFiles& decoded,
                                     std::stop_token cancelled) {
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
  uint64_t decoded_bytes = 0;
  for (size_t i = 0; i < tables.size(); ++i) {
    const auto& of_table = tables[i].snapshot.files;
    const auto pinned = std::span(files.pin_->files()).subspan(files.begins_[i], of_table.size());
    TARN_ASSIGN(const auto readable, table_view::ReadableFiles(of_table, pinned, files.pin_->directory(),
                                                               decoded, decoded_bytes, cancelled));
    files.paths_.insert(files.paths_.end(), readable.begin(), readable.end());
  }
  return files;
}

std::span<const std::filesystem::path> PinnedFiles::OfTable(size_t index) const {
  if (!pin_) return {};
  const size_t end = index + 1 < begins_.size() ? begins_[index + 1] : objects_.size();
  return std::span(paths_).subspan(begins_[index], end - begins_[index]);
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
