#include "services/catalog/tables/snapshot_message.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <climits>
#include <deque>
#include <unordered_map>
#include <utility>

#include "services/catalog/tables/column_mapping.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

// So many are kept as a message before they become bytes.
constexpr int kFilesAtATime = 256;
// Number and length before a message that is a field of another.
constexpr size_t kMaxPrefixBytes = 10;

Error TooLarge() {
  return Error(Code::kTooLarge,
               "the answer would be larger than 2 GiB; ask with filters, or without statistics");
}

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

// The files of one layout. Bytes of one message behind those of another are those of both together.
class Group {
 public:
  Group(std::shared_ptr<const FileLayout> layout, const std::vector<Column>& schema)
      : layout_(std::move(layout)) {
    next_.set_format(FormatMessage(layout_->format));
    if (layout_->csv) FillDialect(*layout_, *next_.mutable_csv());
    for (const std::string& member : layout_->records_path) next_.add_records_path(member);
    if (!layout_->decoding.empty()) FillDecoding(layout_->decoding, *next_.mutable_decoding());
    for (const MappedColumn& mapped : MapColumns(schema, *layout_)) {
      const Column& column = layout_->columns[mapped.file_column];
      columns_.emplace(column.name, static_cast<uint32_t>(next_.columns_size()));
      v1::FileColumn& added = *next_.add_columns();
      added.set_column(static_cast<uint32_t>(mapped.column));
      added.set_name(column.name);
      added.set_type(column.type);
    }
  }

  void Add(const DataFile& file, uint32_t partition) {
    if (next_.files_size() == kFilesAtATime) Flush();
    v1::DataFile& message = *next_.add_files();
    message.set_bucket(file.bucket);
    message.set_key(file.key);
    message.set_version(file.version);
    message.set_size_bytes(file.size_bytes);
    message.set_rows(file.rows);
    message.set_last_modified_ms(ToUnixMillis(file.last_modified));
    message.set_partition(partition);
    AddStatistics(file, message);
  }

  std::string Take() {
    Flush();
    return std::move(bytes_);
  }

 private:
  void AddStatistics(const DataFile& file, v1::DataFile& message) const {
    for (const ColumnStatistics& statistics : file.statistics) {
      const auto column = columns_.find(statistics.column);
      if (column == columns_.end()) continue;  // hidden by a partition key
      v1::ColumnStatistics& added = *message.add_statistics();
      added.set_column(column->second);
      if (statistics.nulls) added.set_nulls(*statistics.nulls);
      if (statistics.min) added.set_min(*statistics.min);
      if (statistics.max) added.set_max(*statistics.max);
      if (statistics.distinct) added.set_distinct(*statistics.distinct);
    }
  }

  void Flush() {
    next_.AppendToString(&bytes_);
    next_.Clear();
  }

  const std::shared_ptr<const FileLayout> layout_;     // held, so that no other gets its address
  std::unordered_map<std::string, uint32_t> columns_;  // by the file's name
  v1::FileGroup next_;
  std::string bytes_;
};

// Numbers the partitions of a table in order of their first file.
class Partitions {
 public:
  explicit Partitions(const std::vector<Column>& schema) : schema_(schema) {}

  uint32_t NumberOf(std::vector<PartitionValue> partition) {
    if (!numbers_.empty() && last_ == partition) return last_number_;
    v1::Partition message;
    for (std::string& value : PartitionValues(schema_, partition)) message.add_values(std::move(value));
    const std::string bytes = message.SerializeAsString();
    const auto [position, added] = numbers_.try_emplace(bytes, static_cast<uint32_t>(numbers_.size()));
    if (added) AppendField(v1::TableSnapshot::kPartitionsFieldNumber, bytes, bytes_);
    last_ = std::move(partition);
    last_number_ = position->second;
    return last_number_;
  }

  std::string Take() { return std::move(bytes_); }

 private:
  const std::vector<Column>& schema_;
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<PartitionValue> last_;
  uint32_t last_number_ = 0;
  std::string bytes_;
};

std::string WithoutFiles(const TableSnapshot& snapshot) {
  v1::TableSnapshot message;
  message.set_found(true);
  message.mutable_name()->set_database(snapshot.name.database);
  message.mutable_name()->set_table(snapshot.name.table);
  message.set_version(snapshot.version);
  message.set_total_files(snapshot.total_files);
  message.set_total_partitions(snapshot.total_partitions);
  for (const Column& column : snapshot.columns) {
    v1::Column& added = *message.add_columns();
    added.set_name(column.name);
    added.set_type(column.type);
    added.set_partition_key(column.partition_key);
  }
  return message.SerializeAsString();
}

}  // namespace

void AppendField(int number, const std::string& message, std::string& to) {
  using google::protobuf::internal::WireFormatLite;
  {
    google::protobuf::io::StringOutputStream stream(&to);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.WriteTag(WireFormatLite::MakeTag(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    coded.WriteVarint32(static_cast<uint32_t>(message.size()));
  }
  to += message;
}

Result<std::string> SnapshotMessage(TableSnapshot snapshot) {
  std::unordered_map<const FileLayout*, size_t> places;
  std::deque<Group> groups;
  Partitions partitions(snapshot.columns);
  for (DataFile& stays : snapshot.files) {
    DataFile file = std::exchange(stays, DataFile());  // its memory is free once it is bytes
    const uint32_t partition = partitions.NumberOf(std::move(file.partition));
    const auto [place, added] = places.try_emplace(file.layout.get(), groups.size());
    if (added) groups.emplace_back(file.layout, snapshot.columns);
    groups[place->second].Add(file, partition);
  }
  snapshot.files = {};
  std::string message = WithoutFiles(snapshot) + partitions.Take();
  for (Group& group : groups) {
    const std::string bytes = group.Take();
    if (bytes.size() + message.size() > INT_MAX) return TooLarge();
    message.reserve(message.size() + bytes.size() + kMaxPrefixBytes);
    AppendField(v1::TableSnapshot::kGroupsFieldNumber, bytes, message);
  }
  return message;
}

}  // namespace tarn::catalog
