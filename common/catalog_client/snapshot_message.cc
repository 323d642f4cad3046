#include "common/catalog_client/snapshot_message.h"

#include <algorithm>

#include "common/table_filter/filter_message.h"
#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog_client {
namespace {

using PartitionValues = std::shared_ptr<const std::vector<std::string>>;

Result<FileFormat> ReadFormat(v1::FileFormat format) {
  switch (format) {
    case v1::FILE_FORMAT_PARQUET: return FileFormat::kParquet;
    case v1::FILE_FORMAT_CSV: return FileFormat::kCsv;
    case v1::FILE_FORMAT_JSON: return FileFormat::kJson;
    default: return Error(Code::kInvalidArgument, "files of unknown format: " + std::to_string(format));
  }
}

CsvDialect ReadDialect(const v1::CsvDialect& message) {
  return {message.delimiter(), message.quote(), message.escape(), message.has_header(), message.skip_lines(),
          {message.columns().begin(), message.columns().end()}, message.comment(), message.encoding(), message.short_rows(),
          {message.formats().begin(), message.formats().end()}, message.pattern(), message.skip_unmatched()};
}

Result<FileLayout> ReadLayout(const v1::FileGroup& message, const std::vector<TableColumn>& columns) {
  FileLayout layout;
  TARN_ASSIGN(layout.format, ReadFormat(message.format()));
  if (layout.format == FileFormat::kCsv) layout.csv = ReadDialect(message.csv());
  layout.records_path = {message.records_path().begin(), message.records_path().end()};
  layout.decoding = {message.decoding().compression(), message.decoding().encoding(),
                     message.decoding().footer_lines()};
  for (const auto& column : message.columns()) {
    if (column.column() >= columns.size()) return Error(Code::kInvalidArgument, "a file's column that the table lacks");
    layout.columns.push_back({columns[column.column()].name, column.name(), column.type()});
  }
  return layout;
}

Result<std::vector<PartitionValues>> ReadPartitions(const v1::TableSnapshot& message, const std::vector<TableColumn>& columns) {
  const auto keys = std::count_if(columns.begin(), columns.end(), [](const TableColumn& column) { return column.partition_key; });
  std::vector<PartitionValues> partitions;
  partitions.reserve(static_cast<size_t>(message.partitions_size()));
  for (const auto& partition : message.partitions()) {
    if (partition.values_size() != keys) {
      return Error(Code::kInvalidArgument, "a partition without a value for each partition key");
    }
    partitions.push_back(
        std::make_shared<const std::vector<std::string>>(partition.values().begin(), partition.values().end()));
  }
  if (partitions.empty() && keys == 0) partitions.push_back(std::make_shared<const std::vector<std::string>>());
  return partitions;
}

Result<std::vector<ColumnStatistics>> ReadStatistics(const v1::DataFile& message, const FileLayout& layout) {
  std::vector<ColumnStatistics> statistics;
  for (const auto& column : message.statistics()) {
    if (column.column() >= layout.columns.size()) {
      return Error(Code::kInvalidArgument, "statistics of a column that the file lacks: " + message.key());
    }
    ColumnStatistics& added = statistics.emplace_back();
    added.column = layout.columns[column.column()].column;
    if (column.has_nulls()) added.nulls = column.nulls();
    if (column.has_min()) added.min = column.min();
    if (column.has_max()) added.max = column.max();
    if (column.has_distinct()) added.distinct = column.distinct();
  }
  return statistics;
}

Result<DataFile> ReadFile(const v1::DataFile& message, std::shared_ptr<const FileLayout> layout,
                          const std::vector<PartitionValues>& partitions) {
  if (message.partition() >= partitions.size()) {
    return Error(Code::kInvalidArgument, "a file of a partition that the table lacks: " + message.key());
  }
  DataFile file{message.bucket(),     message.key(),  message.version(),
                message.size_bytes(), message.rows(), FromUnixMillis(message.last_modified_ms()),
                std::move(layout),    partitions[message.partition()]};
  TARN_ASSIGN(file.statistics, ReadStatistics(message, *file.layout));
  return file;
}

}  // namespace

void WriteTableRequest(const TableRequest& request, v1::TableRequest* message) {
  message->set_database(request.name.database);
  message->set_table(request.name.table);
  message->set_version(request.version.value_or(0));
  if (request.as_of) message->set_as_of_ms(ToUnixMillis(*request.as_of));
  message->set_with_statistics(request.with_statistics);
  message->set_without_files(request.without_files);
  for (const auto& filter : request.filters) table_filter::WriteFilter(filter, message->add_filters());
}

Result<TableSnapshot> ReadSnapshot(v1::TableSnapshot& message) {
  TableSnapshot snapshot;
  snapshot.database = message.name().database();
  snapshot.table = message.name().table();
  snapshot.version = message.version();
  snapshot.total_files = message.total_files();
  snapshot.total_partitions = message.total_partitions();
  for (const auto& column : message.columns()) {
    snapshot.columns.push_back({column.name(), column.type(), column.partition_key()});
  }
  TARN_ASSIGN(const auto partitions, ReadPartitions(message, snapshot.columns));
  size_t files = 0;
  for (const auto& group : message.groups()) files += static_cast<size_t>(group.files_size());
  snapshot.files.reserve(files);
  for (const auto& group : message.groups()) {
    TARN_ASSIGN(FileLayout read, ReadLayout(group, snapshot.columns));
    const auto layout = std::make_shared<const FileLayout>(std::move(read));
    for (const auto& file : group.files()) {
      TARN_ASSIGN(DataFile added, ReadFile(file, layout, partitions));
      snapshot.files.push_back(std::move(added));
    }
  }
  return snapshot;
}

}  // namespace tarn::catalog_client
