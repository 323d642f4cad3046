#include "services/catalog/tables/snapshot_message.h"

#include <unordered_map>

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

// What all files of a layout have in common.
v1::DataFile LayoutMessage(const FileLayout& layout, const std::vector<Column>& schema) {
  v1::DataFile message;
  message.set_format(FormatMessage(layout.format));
  for (std::string& name : ColumnsInFile(schema, layout)) message.add_columns(std::move(name));
  if (!layout.csv) return message;
  v1::CsvDialect& csv = *message.mutable_csv();
  csv.set_delimiter(layout.csv->delimiter);
  csv.set_quote(layout.csv->quote);
  csv.set_escape(layout.csv->escape);
  csv.set_has_header(layout.csv->has_header);
  csv.set_skip_lines(layout.csv->skip_lines);
  csv.set_comment(layout.csv->comment);
  csv.set_encoding(layout.csv->encoding);
  csv.set_short_rows(layout.csv->short_rows);
  for (const std::string& format : layout.csv->formats) csv.add_formats(format);
  for (std::string& name : FileColumnNames(schema, layout)) csv.add_columns(std::move(name));
  return message;
}

}  // namespace

void FillSnapshotMessage(const TableSnapshot& snapshot, v1::TableSnapshot* message) {
  message->set_found(true);
  message->mutable_name()->set_database(snapshot.name.database);
  message->mutable_name()->set_table(snapshot.name.table);
  message->set_version(snapshot.version);
  for (const Column& column : snapshot.columns) {
    v1::Column& added = *message->add_columns();
    added.set_name(column.name);
    added.set_type(column.type);
    added.set_partition_key(column.partition_key);
  }
  std::unordered_map<const FileLayout*, v1::DataFile> by_layout;
  message->mutable_files()->Reserve(static_cast<int>(snapshot.files.size()));
  for (const DataFile& file : snapshot.files) {
    auto [common, added] = by_layout.try_emplace(file.layout.get());
    if (added) common->second = LayoutMessage(*file.layout, snapshot.columns);
    v1::DataFile& data_file = *message->add_files();
    data_file = common->second;
    data_file.set_bucket(file.bucket);
    data_file.set_key(file.key);
    data_file.set_version(file.version);
    data_file.set_size_bytes(file.size_bytes);
    data_file.set_rows(file.rows);
    for (std::string& value : PartitionValues(snapshot.columns, file.partition))
      data_file.add_partition_values(std::move(value));
  }
}

}  // namespace tarn::catalog
