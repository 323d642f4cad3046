#include "services/catalog/tables/file_rows.h"

#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {

Result<FileRows::LayoutPointer> FileRows::Layout(const sqlite::Statement& row) {
  const int64_t id = row.Integer(8);
  LayoutPointer& cached = layouts_[id];
  if (cached) return cached;
  TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM layouts WHERE id = ?"));
  TARN_TRY(select.Bind(1, id).Step());
  TARN_ASSIGN(FileLayout layout, LoadLayout(select.Text(0)));
  cached = std::make_shared<const FileLayout>(std::move(layout));
  return cached;
}

Result<const std::vector<PartitionValue>*> FileRows::Partition(const sqlite::Statement& row) {
  std::string text = row.Text(7);
  if (text != partition_text_) {
    TARN_ASSIGN(partition_, LoadPartition(text));
    partition_text_ = std::move(text);
  }
  return &partition_;
}

Result<DataFile> FileRows::Read(const sqlite::Statement& row) {
  DataFile file;
  file.bucket = row.Text(1);
  file.key = row.Text(2);
  file.version = row.Text(3);
  file.size_bytes = static_cast<uint64_t>(row.Integer(4));
  file.rows = row.Integer(5);
  file.last_modified = FromUnixMillis(row.Integer(6));
  TARN_ASSIGN(const auto* partition, Partition(row));
  file.partition = *partition;
  TARN_ASSIGN(file.layout, Layout(row));
  return file;
}

}  // namespace tarn::catalog
