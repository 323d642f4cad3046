#include "services/catalog/tables/sqlite_file_reader.h"

#include <unordered_map>

#include "services/catalog/tables/layout_json.h"

namespace tarn::catalog {
namespace {

using LayoutPointer = std::shared_ptr<const FileLayout>;

// Loads each layout once.
class LayoutCache {
 public:
  explicit LayoutCache(sqlite::Database& database) : database_(database) {}

  Result<LayoutPointer> Get(int64_t id) {
    LayoutPointer& cached = layouts_[id];
    if (cached) return cached;
    TARN_ASSIGN(auto select, database_.Prepare("SELECT body FROM layouts WHERE id = ?"));
    TARN_TRY(select.Bind(1, id).Step());
    TARN_ASSIGN(FileLayout layout, LoadLayout(select.Text(0)));
    cached = std::make_shared<const FileLayout>(std::move(layout));
    return cached;
  }

 private:
  sqlite::Database& database_;
  std::unordered_map<int64_t, LayoutPointer> layouts_;
};

}  // namespace

Result<std::vector<DataFile>> ReadLiveFiles(sqlite::Database& database, int64_t table_id,
                                            const std::string& after_key, int64_t limit) {
  TARN_ASSIGN(
      auto select,
      database.Prepare("SELECT bucket, key, object_version, size_bytes, rows, last_modified, partition, "
                       "layout_id FROM files WHERE table_id = ? AND to_version IS NULL AND key > ? "
                       "ORDER BY key LIMIT ?"));
  select.Bind(1, table_id).Bind(2, after_key).Bind(3, limit);
  LayoutCache layouts(database);
  std::vector<DataFile> files;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return files;
    DataFile file{select.Text(0),
                  select.Text(1),
                  select.Text(2),
                  static_cast<uint64_t>(select.Integer(3)),
                  select.Integer(4),
                  FromUnixMillis(select.Integer(5)),
                  {},
                  nullptr};
    TARN_ASSIGN(file.partition, LoadPartition(select.Text(6)));
    TARN_ASSIGN(file.layout, layouts.Get(select.Integer(7)));
    files.push_back(std::move(file));
  }
}

}  // namespace tarn::catalog
