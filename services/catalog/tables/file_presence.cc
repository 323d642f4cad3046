#include "services/catalog/tables/file_presence.h"

namespace tarn::catalog {

Result<std::vector<DataFile>> FilePresence::FindMissing(const std::vector<DataFile>& files) {
  std::vector<DataFile> missing;
  for (const DataFile& file : files) {
    const auto object = store_.Head(file.bucket, file.key);
    if (!object.ok() && object.error().code() != Code::kNotFound) return object.error();
    if (!object.ok() || object->version != file.version) missing.push_back(file);
  }
  return missing;
}

}  // namespace tarn::catalog
