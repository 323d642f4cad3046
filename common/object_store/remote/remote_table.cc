#include "common/object_store/remote/remote_table.h"

namespace tarn::object_store {

Status MakeRemoteTable(sqlite::Database& index) {
  return index.Execute(R"sql(
    CREATE TABLE IF NOT EXISTS remote_content (
      bucket TEXT NOT NULL,
      key TEXT NOT NULL,
      version TEXT NOT NULL,
      etag TEXT NOT NULL,
      PRIMARY KEY (bucket, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS pending_by_key ON pending (bucket, key, id);
  )sql");
}

Result<std::optional<std::string>> RemoteEtag(sqlite::Database& index, const ObjectInfo& object) {
  TARN_ASSIGN(auto select,
              index.Prepare("SELECT etag FROM remote_content WHERE bucket = ?1 AND key = ?2 AND version = ?3"));
  TARN_ASSIGN(const bool found, select.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Step());
  return found ? std::optional(select.Text(0)) : std::nullopt;
}

Status StoreRemoteEtag(sqlite::Database& index, const ObjectInfo& object, const std::string& etag) {
  TARN_ASSIGN(auto insert, index.Prepare("INSERT OR REPLACE INTO remote_content VALUES (?1, ?2, ?3, ?4)"));
  return insert.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Bind(4, etag).Run();
}

Status EraseRemoteEtag(sqlite::Database& index, const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(auto erase, index.Prepare("DELETE FROM remote_content WHERE bucket = ?1 AND key = ?2"));
  return erase.Bind(1, bucket).Bind(2, key).Run();
}

Result<std::set<std::pair<std::string, std::string>>> PendingKeys(sqlite::Database& index) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT DISTINCT bucket, key FROM pending"));
  std::set<std::pair<std::string, std::string>> keys;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return keys;
    keys.emplace(select.Text(0), select.Text(1));
  }
}

Result<int64_t> CountPending(sqlite::Database& index) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT COUNT(*) FROM pending"));
  TARN_TRY(select.Step());
  return select.Integer(0);
}

}  // namespace tarn::object_store
