#include "services/catalog/crawlers/key_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

constexpr std::array<std::pair<std::string_view, FileFormat>, 9> kSuffixes = {
    {{".parquet", FileFormat::kParquet},
     {".pq", FileFormat::kParquet},
     {".csv", FileFormat::kCsv},
     {".tsv", FileFormat::kCsv},
     {".tab", FileFormat::kCsv},
     {".psv", FileFormat::kCsv},
     {".json", FileFormat::kJson},
     {".ndjson", FileFormat::kJson},
     {".jsonl", FileFormat::kJson}}};
constexpr std::array<std::string_view, 4> kPacked = {".gz", ".zst", ".bz2", ".zip"};
constexpr std::array<std::string_view, 9> kTemporary = {
    "~", ".tmp", ".temp", ".partial", ".crdownload", ".inprogress", ".swp", ".crc", "_$folder$"};

}  // namespace

std::string TableNamePart(std::string_view segment) {
  std::string name;
  for (const char c : FoldCase(segment)) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // one '_' per UTF-8 character
    if (continuation) continue;
    name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return name;
}

std::optional<FileFormat> FormatOfName(std::string_view file) {
  const std::string folded = FoldCase(file);
  std::string_view name = folded;
  bool packed = false;
  for (const std::string_view suffix : kPacked) {
    if (packed || !name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    packed = true;
  }
  for (const auto& [suffix, format] : kSuffixes) {
    if (name.size() <= suffix.size() || !name.ends_with(suffix)) continue;
    return packed && format == FileFormat::kParquet ? std::nullopt : std::optional(format);
  }
  return std::nullopt;
}

bool IsHiddenName(std::string_view name) {
  if (name.starts_with('.')) return true;
  // Writers hide what begins with '_', but a partition key may begin so (Hadoop's and Spark's rule).
  if (name.starts_with('_') && name.find('=') == std::string_view::npos) return true;
  const std::string folded = FoldCase(name);
  return folded.ends_with("._copying_") ||
         std::any_of(kTemporary.begin(), kTemporary.end(),
                     [&](std::string_view suffix) { return folded.ends_with(suffix); });
}

std::vector<std::string_view> PathSegments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace tarn::catalog
