#include "services/catalog/tables/snapshot_message.h"

#include <map>
#include <unordered_map>

#include "services/catalog/tables/column_mapping.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

v1::FileFormat FormatMessage(FileFormat format) {
  switch (format) {
    case FileFormat::kParquet:
      return v1::FILE_FORMAT_PARQUET;
    case FileFormat::kCsv:
      return v1::FILE_FORMAT_CSV;
    case FileFormat::kJson:
      return v1::FILE_FORMAT_JSON;
  }
  return v1::FILE_FORMAT_UNSPECIFIED;
}

void FillDialect(const FileLayout& layout, v1::CsvDialect& csv) {
  csv.set_delimiter(layout.csv->delimiter);
  csv.set_quote(layout.csv->quote);
  csv.set_escape(layout.csv->escape);
  csv.set_has_header(layout.csv->has_header);
  csv.set_skip_lines(layout.csv->skip_lines);
  csv.set_comment(layout.csv->comment);
  csv.set_encoding(layout.csv->encoding);
  csv.set_short_rows(layout.csv->short_rows);
  csv.set_pattern(layout.csv->pattern);
  csv.set_skip_unmatched(layout.csv->skip_unmatched);
  for (const std::string& format : layout.csv->formats) csv.add_formats(format);
  for (const Column& column : layout.columns) csv.add_columns(column.name);
}

void FillDecoding(const decoding::Decoding& decoding, v1::FileDecoding& message) {
  message.set_compression(decoding.compression);
  message.set_encoding(decoding.encoding);
  message.set_footer_lines(decoding.footer_lines);
}

// The files of one layout, and where its columns stand in the message.
struct Group {
  v1::FileGroup* message = nullptr;
  std::unordered_map<std::string, uint32_t> columns;  // by the file's name
};

Group AddGroup(const FileLayout& layout, const std::vector<Column>& schema, v1::TableSnapshot& snapshot) {
  Group group{snapshot.add_groups(), {}};
  group.message->set_format(FormatMessage(layout.format));
  if (layout.csv) FillDialect(layout, *group.message->mutable_csv());
  for (const std::string& member : layout.records_path) group.message->add_records_path(member);
  if (!layout.decoding.empty()) FillDecoding(layout.decoding, *group.message->mutable_decoding());
  for (const MappedColumn& mapped : MapColumns(schema, layout)) {
    const Column& column = layout.columns[mapped.file_column];
    group.columns.emplace(column.name, static_cast<uint32_t>(group.message->columns_size()));
    v1::FileColumn& added = *group.message->add_columns();
    added.set_column(static_cast<uint32_t>(mapped.column));
    added.set_name(column.name);
    added.set_type(column.type);
  }
  return group;
}

void FillStatistics(const DataFile& file, const Group& group, v1::DataFile& message) {
  for (const ColumnStatistics& statistics : file.statistics) {
    const auto column = group.columns.find(statistics.column);
    if (column == group.columns.end()) continue;  // hidden by a partition key
    v1::ColumnStatistics& added = *message.add_statistics();
    added.set_column(column->second);
    if (statistics.nulls) added.set_nulls(*statistics.nulls);
    if (statistics.min) added.set_min(*statistics.min);
    if (statistics.max) added.set_max(*statistics.max);
    if (statistics.distinct) added.set_distinct(*statistics.distinct);
  }
}

// Numbers the partitions of a table in order of their first file.
class PartitionNumbers {
 public:
  PartitionNumbers(const std::vector<Column>& schema, v1::TableSnapshot& snapshot)
      : schema_(schema), snapshot_(snapshot) {}

  uint32_t Of(const DataFile& file) {
    if (last_ && *last_ == file.partition) return last_number_;
    auto values = PartitionValues(schema_, file.partition);
    const auto [position, added] =
        numbers_.try_emplace(values, static_cast<uint32_t>(snapshot_.partitions_size()));
    if (added) {
      v1::Partition& partition = *snapshot_.add_partitions();
      for (std::string& value : values) partition.add_values(std::move(value));
    }
    last_ = &file.partition;
    last_number_ = position->second;
    return last_number_;
  }

 private:
  const std::vector<Column>& schema_;
  v1::TableSnapshot& snapshot_;
  std::map<std::vector<std::string>, uint32_t> numbers_;
  const std::vector<PartitionValue>* last_ = nullptr;
  uint32_t last_number_ = 0;
};

}  // namespace

void FillSnapshotMessage(const TableSnapshot& snapshot, v1::TableSnapshot* message) {
  message->set_found(true);
  message->mutable_name()->set_database(snapshot.name.database);
  message->mutable_name()->set_table(snapshot.name.table);
  message->set_version(snapshot.version);
  message->set_total_files(snapshot.total_files);
  message->set_total_partitions(snapshot.total_partitions);
  for (const Column& column : snapshot.columns) {
    v1::Column& added = *message->add_columns();
    added.set_name(column.name);
    added.set_type(column.type);
    added.set_partition_key(column.partition_key);
  }
  std::unordered_map<const FileLayout*, Group> groups;
  PartitionNumbers partitions(snapshot.columns, *message);
  for (const DataFile& file : snapshot.files) {
    auto [group, added] = groups.try_emplace(file.layout.get());
    if (added) group->second = AddGroup(*file.layout, snapshot.columns, *message);
    v1::DataFile& data_file = *group->second.message->add_files();
    data_file.set_bucket(file.bucket);
    data_file.set_key(file.key);
    data_file.set_version(file.version);
    data_file.set_size_bytes(file.size_bytes);
    data_file.set_rows(file.rows);
    data_file.set_last_modified_ms(ToUnixMillis(file.last_modified));
    data_file.set_partition(partitions.Of(file));
    FillStatistics(file, group->second, data_file);
  }
}

}  // namespace tarn::catalog
