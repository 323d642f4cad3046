#include "common/table_view/readable_files.h"

#include <string>
#include <system_error>

namespace tarn::table_view {
namespace {

Error TooMuch(const catalog_client::DataFile& file, uint64_t limit_bytes) {
  return Error(Code::kUnprocessable,
               "text that must be decoded first comes to over " + std::to_string(limit_bytes >> 20) +
                   " MiB; read less of it at a time, or store it as UTF-8, gzip or zstd: " + file.bucket +
                   '/' + file.key);
}

}  // namespace

Status MakeReadable(const std::vector<catalog_client::DataFile>& files,
                    std::span<std::filesystem::path> paths, DecodedText& text) {
  const uint64_t limit = text.files.limits().reader_bytes;
  for (size_t i = 0; i < files.size(); ++i) {
    const catalog_client::DataFile& file = files[i];
    if (file.layout->decoding.empty()) continue;
    const std::string identity = file.bucket + '\n' + file.key + '\n' + file.version;
    auto link = text.files.Link({identity, paths[i], file.layout->decoding}, paths[i].parent_path(),
                                text.directory, text.cancelled);
    if (!link.ok())
      return Error(link.error().code(), file.bucket + '/' + file.key + ": " + link.error().message());
    std::error_code ignored;
    text.bytes += std::filesystem::file_size(*link, ignored);
    if (text.bytes > limit) return TooMuch(file, limit);
    paths[i] = std::move(*link);
  }
  return Ok();
}

}  // namespace tarn::table_view
