// What SqliteTableStore tells crawlers of objects.

#include "services/catalog/tables/read_transaction.h"
#include "services/catalog/tables/sqlite_table_store.h"

namespace tarn::catalog {

Result<std::optional<KnownObject>> SqliteTableStore::FindObject(const std::string& crawler,
                                                                const std::string& bucket,
                                                                const std::string& key) {
  const auto lock = reader_.Lock();
  // What a rollback took out counts before what it put in its place: it is the newer of the two.
  TARN_ASSIGN(
      auto select,
      reader_.Prepare("SELECT h.object_version, 2, t.database, t.name FROM held_back h JOIN tables t ON t.id "
                      "= h.table_id "
                      "WHERE h.bucket = ?2 AND h.key = ?3 AND t.crawler = ?1 "
                      "UNION ALL SELECT f.object_version, 0, t.database, t.name FROM files f JOIN tables t "
                      "ON t.id = f.table_id "
                      "WHERE f.bucket = ?2 AND f.key = ?3 AND f.to_version IS NULL AND t.crawler = ?1 "
                      "UNION ALL SELECT object_version, 1, database, table_name FROM failed_files "
                      "WHERE crawler = ?1 AND bucket = ?2 AND key = ?3 LIMIT 1"));
  TARN_ASSIGN(const bool found, select.Bind(1, crawler).Bind(2, bucket).Bind(3, key).Step());
  if (!found) return std::optional<KnownObject>();
  return std::optional(KnownObject{
      select.Text(0), select.Integer(1) == 1, select.Integer(1) == 2, {select.Text(2), select.Text(3)}});
}

Result<std::map<std::string, std::string>> SqliteTableStore::KnownObjects(const std::string& crawler,
                                                                          const std::string& bucket,
                                                                          const std::string& prefix) {
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader_));
  TARN_ASSIGN(
      auto select,
      reader_.Prepare(
          "SELECT h.key, h.object_version FROM held_back h JOIN tables t ON t.id = h.table_id "
          "WHERE h.bucket = ?1 AND h.key >= ?2 AND substr(h.key, 1, length(?2)) = ?2 AND t.crawler = ?3 "
          "UNION ALL SELECT f.key, f.object_version FROM files f JOIN tables t ON t.id = f.table_id "
          "WHERE f.bucket = ?1 AND f.key >= ?2 AND substr(f.key, 1, length(?2)) = ?2 "
          "AND f.to_version IS NULL AND t.crawler = ?3 "
          "UNION ALL SELECT key, object_version FROM failed_files WHERE crawler = ?3 AND bucket = ?1 "
          "AND key >= ?2 AND substr(key, 1, length(?2)) = ?2"));
  select.Bind(1, bucket).Bind(2, prefix).Bind(3, crawler);
  std::map<std::string, std::string> objects;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.emplace(select.Text(0), select.Text(1));
  }
}

Result<std::set<std::string>> SqliteTableStore::FailedObjects(const std::string& crawler,
                                                              const std::string& bucket,
                                                              const std::string& prefix) {
  const auto lock = reader_.Lock();
  TARN_ASSIGN(auto select,
              reader_.Prepare("SELECT key FROM failed_files WHERE crawler = ?1 AND bucket = ?2 AND key >= ?3 "
                              "AND substr(key, 1, length(?3)) = ?3"));
  select.Bind(1, crawler).Bind(2, bucket).Bind(3, prefix);
  std::set<std::string> keys;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return keys;
    keys.insert(select.Text(0));
  }
}

}  // namespace tarn::catalog
