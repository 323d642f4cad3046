#include "common/catalog_client/snapshot_message.h"

#include <algorithm>

#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog_client {
namespace {

Result<FileFormat> ReadFormat(v1::FileFormat format) {
  switch (format) {
    case v1::FILE_FORMAT_PARQUET: return FileFormat::kParquet;
    case v1::FILE_FORMAT_CSV: return FileFormat::kCsv;
    case v1::FILE_FORMAT_JSON: return FileFormat::kJson;
    default: return Error(Code::kInvalidArgument, "a file of unknown format: " + std::to_string(format));
  }
}

CsvDialect ReadDialect(const v1::CsvDialect& message) {
  return {message.delimiter(), message.quote(), message.escape(), message.has_header(), message.skip_lines(),
          {message.columns().begin(), message.columns().end()}, message.comment(), message.encoding(), message.short_rows(),
          {message.formats().begin(), message.formats().end()}};
}

Result<DataFile> ReadFile(const v1::DataFile& message) {
  DataFile file;
  file.bucket = message.bucket();
  file.key = message.key();
  file.version = message.version();
  file.size_bytes = message.size_bytes();
  TARN_ASSIGN(file.format, ReadFormat(message.format()));
  if (file.format == FileFormat::kCsv) file.csv = ReadDialect(message.csv());
  file.partition_values.assign(message.partition_values().begin(), message.partition_values().end());
  file.columns.assign(message.columns().begin(), message.columns().end());
  return file;
}

}  // namespace

Result<TableSnapshot> ReadSnapshot(v1::TableSnapshot& message) {
  TableSnapshot snapshot;
  snapshot.database = message.name().database();
  snapshot.table = message.name().table();
  snapshot.version = message.version();
  for (const auto& column : message.columns()) {
    snapshot.columns.push_back({column.name(), column.type(), column.partition_key()});
  }
  const auto partition_keys = std::count_if(snapshot.columns.begin(), snapshot.columns.end(),
                                            [](const TableColumn& column) { return column.partition_key; });
  snapshot.files.reserve(static_cast<size_t>(message.files_size()));
  for (const auto& file : message.files()) {
    TARN_ASSIGN(DataFile read, ReadFile(file));
    if (static_cast<std::ptrdiff_t>(read.partition_values.size()) != partition_keys) {
      return Error(Code::kInvalidArgument, "a file without a value for each partition key: " + read.key);
    }
    snapshot.files.push_back(std::move(read));
  }
  return snapshot;
}

}  // namespace tarn::catalog_client
