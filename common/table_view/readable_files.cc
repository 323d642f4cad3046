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

Result<std::vector<std::filesystem::path>> ReadableFiles(const std::vector<catalog_client::DataFile>& files,
                                                         std::span<const std::filesystem::path> paths,
                                                         const std::filesystem::path& into,
                                                         decoding::DecodedFiles& decoded,
                                                         uint64_t& decoded_bytes, std::stop_token cancelled) {
  std::vector<std::filesystem::path> readable(paths.begin(), paths.end());
  for (size_t i = 0; i < files.size(); ++i) {
    const catalog_client::DataFile& file = files[i];
    if (file.layout->decoding.empty()) continue;
    const std::string identity = file.bucket + '\n' + file.key + '\n' + file.version;
    auto link = decoded.Link(identity, paths[i], file.layout->decoding, into, cancelled);
    if (!link.ok())
      return Error(link.error().code(), file.bucket + '/' + file.key + ": " + link.error().message());
    std::error_code ignored;
    decoded_bytes += std::filesystem::file_size(*link, ignored);
    const uint64_t limit = decoded.limits().reader_bytes;
    if (decoded_bytes > limit) return TooMuch(file, limit);
    readable[i] = std::move(*link);
  }
  return readable;
}

}  // namespace tarn::table_view
