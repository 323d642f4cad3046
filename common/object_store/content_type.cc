#include "common/object_store/content_type.h"

#include <strings.h>

namespace tarn::object_store {
namespace {

struct Known {
  std::string_view extension;
  const char* content_type;
};

constexpr Known kKnown[] = {
    {"json", "application/json"},
    {"jsonl", "application/x-ndjson"},
    {"ndjson", "application/x-ndjson"},
    {"geojson", "application/geo+json"},
    {"csv", "text/csv"},
    {"tsv", "text/tab-separated-values"},
    {"txt", "text/plain"},
    {"log", "text/plain"},
    {"md", "text/markdown"},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"css", "text/css"},
    {"js", "text/javascript"},
    {"xml", "application/xml"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"sql", "application/sql"},
    {"parquet", "application/vnd.apache.parquet"},
    {"avro", "application/avro"},
    {"orc", "application/vnd.apache.orc"},
    {"arrow", "application/vnd.apache.arrow.file"},
    {"gz", "application/gzip"},
    {"zst", "application/zstd"},
    {"bz2", "application/x-bzip2"},
    {"xz", "application/x-xz"},
    {"zip", "application/zip"},
    {"tar", "application/x-tar"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"svg", "image/svg+xml"},
    {"webp", "image/webp"},
    {"mp3", "audio/mpeg"},
    {"wav", "audio/wav"},
    {"mp4", "video/mp4"},
};

}  // namespace

std::string GuessContentType(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);  // npos + 1 is the start
  const size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) {
    const std::string_view extension = name.substr(dot + 1);
    for (const Known& known : kKnown) {
      if (known.extension.size() == extension.size() &&
          strncasecmp(known.extension.data(), extension.data(), extension.size()) == 0) {
        return known.content_type;
      }
    }
  }
  return "application/octet-stream";
}

}  // namespace tarn::object_store
