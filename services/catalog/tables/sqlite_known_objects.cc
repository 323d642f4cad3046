// What SqliteTableStore tells crawlers of objects.

#include "services/catalog/tables/read_transaction.h"
#include "services/catalog/tables/sqlite_table_store.h"

namespace tarn::catalog {
namespace {

// What a rollback took out counts before what it put in its place: it is the newer of the two.
constexpr const char* kFind =
    "SELECT h.object_version, 2, t.database, t.name FROM held_back h JOIN tables t ON t.id = h.table_id "
    "WHERE h.bucket = ?2 AND h.key = ?3 AND t.crawler = ?1 "
    "UNION ALL SELECT f.object_version, 0, t.database, t.name FROM files f JOIN tables t ON t.id = "
    "f.table_id "
    "WHERE f.bucket = ?2 AND f.key = ?3 AND f.to_version IS NULL AND t.crawler = ?1 "
    "UNION ALL SELECT object_version, 1, database, table_name FROM failed_files "
    "WHERE crawler = ?1 AND bucket = ?2 AND key = ?3 LIMIT 1";

// So few look-ups keep no other reader waiting.
constexpr size_t kQuick = 16;

}  // namespace

Result<std::vector<std::optional<KnownObject>>> SqliteTableStore::FindObjects(
    const std::string& crawler, const std::vector<Place>& objects) {
  const auto lease = objects.size() > kQuick ? LongReader() : std::nullopt;
  sqlite::Database& reader = lease ? **lease : reader_;
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader));
  std::vector<std::optional<KnownObject>> known(objects.size());
  for (size_t i = 0; i < objects.size(); ++i) {
    TARN_ASSIGN(auto select, reader.Prepare(kFind));
    select.Bind(1, crawler).Bind(2, objects[i].first).Bind(3, objects[i].second);
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) continue;
    known[i] = KnownObject{
        select.Text(0), select.Integer(1) == 1, select.Integer(1) == 2, {select.Text(2), select.Text(3)}};
  }
  return known;
}

Result<std::optional<KnownObject>> SqliteTableStore::FindObject(const std::string& crawler,
                                                                const std::string& bucket,
                                                                const std::string& key) {
  TARN_ASSIGN(auto known, FindObjects(crawler, {{bucket, key}}));
  return std::move(known[0]);
}

Result<std::map<std::string, std::string>> SqliteTableStore::KnownObjects(const std::string& crawler,
                                                                          const std::string& bucket,
                                                                          const std::string& prefix) {
  const auto lease = LongReader();
  sqlite::Database& reader = lease ? **lease : reader_;
  TARN_ASSIGN(const auto transaction, ReadTransaction::Begin(reader));
  TARN_ASSIGN(
      auto select,
      reader.Prepare(
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
