#include "services/catalog/tables/sqlite_file_reader.h"

#include "services/catalog/tables/file_rows.h"

namespace tarn::catalog {

Result<std::vector<DataFile>> ReadLiveFiles(sqlite::Database& database, int64_t table_id,
                                            const std::string& after_key, int64_t limit) {
  TARN_ASSIGN(auto select, database.Prepare(std::string(FileRows::kSelect) +
                                            "FROM files f WHERE f.table_id = ? AND f.to_version IS NULL AND f.key > ? "
                                            "ORDER BY f.key LIMIT ?"));
  select.Bind(1, table_id).Bind(2, after_key).Bind(3, limit);
  FileRows rows(database);
  std::vector<DataFile> files;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return files;
    TARN_ASSIGN(DataFile file, rows.Read(select));
    files.push_back(std::move(file));
  }
}

}  // namespace tarn::catalog
