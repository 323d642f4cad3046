#include "common/table_view/readable_files.h"

namespace tarn::table_view {

Result<std::vector<std::filesystem::path>> ReadableFiles(const std::vector<catalog_client::DataFile>& files,
                                                         std::span<const std::filesystem::path> paths,
                                                         const std::filesystem::path& into,
                                                         decoding::DecodedFiles& decoded, std::stop_token cancelled) {
  std::vector<std::filesystem::path> readable(paths.begin(), paths.end());
  for (size_t i = 0; i < files.size(); ++i) {
    const catalog_client::DataFile& file = files[i];
    if (file.layout->decoding.empty()) continue;
    const std::string identity = file.bucket + '\n' + file.key + '\n' + file.version;
    auto link = decoded.Link(identity, paths[i], file.layout->decoding, into, cancelled);
    if (!link.ok()) return Error(link.error().code(), file.bucket + '/' + file.key + ": " + link.error().message());
    readable[i] = std::move(*link);
  }
  return readable;
}

}  // namespace tarn::table_view
