#include "services/catalog/tables/object_ledger.h"

namespace tarn::catalog {

Result<bool> ObjectLedger::HasAny(std::optional<bool>& known, const char* sql, const auto& of) {
  if (known) return *known;
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  TARN_TRY(select.Bind(1, of).Step());
  known = select.Integer(0) != 0;
  return *known;
}

Status ObjectLedger::RecordFailure(const TableChange& change, const FailedFile& failure) {
  has_failures_ = true;
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO failed_files (crawler, bucket, key, database, "
                                "table_name, object_version, code, detail, location, crawl_id, failed_at) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, change.crawler).Bind(2, failure.bucket).Bind(3, failure.key);
  insert.Bind(4, change.name.database).Bind(5, change.name.table).Bind(6, failure.version);
  insert.Bind(7, failure.code).Bind(8, failure.detail).Bind(9, failure.where).Bind(10, failure.crawl_id);
  return insert.Bind(11, ToUnixMillis(failure.failed_at)).Run();
}

Status ObjectLedger::ForgetFailure(const std::string& crawler, const std::string& bucket,
                                   const std::string& key) {
  TARN_ASSIGN(const bool any,
              HasAny(has_failures_, "SELECT EXISTS (SELECT 1 FROM failed_files WHERE crawler = ?)", crawler));
  if (!any) return Ok();
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM failed_files WHERE crawler = ? AND bucket = ? AND key = ?"));
  return remove.Bind(1, crawler).Bind(2, bucket).Bind(3, key).Run();
}

Status ObjectLedger::HoldBack(int64_t table_id, const std::string& bucket, const std::string& key,
                              const std::string& version) {
  has_held_back_ = true;
  TARN_ASSIGN(auto insert, database_.Prepare("INSERT OR REPLACE INTO held_back (table_id, bucket, key, "
                                             "object_version) VALUES (?, ?, ?, ?)"));
  return insert.Bind(1, table_id).Bind(2, bucket).Bind(3, key).Bind(4, version).Run();
}

Status ObjectLedger::Release(int64_t table_id, const std::string& bucket, const std::string& key) {
  TARN_ASSIGN(const bool any,
              HasAny(has_held_back_, "SELECT EXISTS (SELECT 1 FROM held_back WHERE table_id = ?)", table_id));
  if (!any) return Ok();
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM held_back WHERE bucket = ? AND key = ? AND table_id = ?"));
  return remove.Bind(1, bucket).Bind(2, key).Bind(3, table_id).Run();
}

Status ObjectLedger::Release(int64_t table_id, const std::string& bucket, const std::string& key,
                             const std::string& version) {
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM held_back WHERE bucket = ? AND key = ? AND table_id = ? "
                                "AND object_version = ?"));
  return remove.Bind(1, bucket).Bind(2, key).Bind(3, table_id).Bind(4, version).Run();
}

}  // namespace tarn::catalog
