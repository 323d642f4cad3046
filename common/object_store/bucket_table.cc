#include "common/object_store/bucket_table.h"

namespace tarn::object_store {

Result<std::optional<BucketInfo>> FindBucket(sqlite::Database& index, const std::string& bucket) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT created_ms, versioning FROM buckets WHERE name = ?1"));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Step());
  if (!found) return std::optional<BucketInfo>();
  return std::optional(BucketInfo{bucket, FromUnixMillis(select.Integer(0)), static_cast<Versioning>(select.Integer(1))});
}

Status StoreBucket(sqlite::Database& index, const BucketInfo& bucket) {
  TARN_ASSIGN(auto insert,
              index.Prepare("INSERT OR REPLACE INTO buckets (name, created_ms, versioning) VALUES (?1, ?2, ?3)"));
  insert.Bind(1, bucket.name).Bind(2, ToUnixMillis(bucket.created_at));
  return insert.Bind(3, static_cast<int>(bucket.versioning)).Run();
}

Status EraseBucket(sqlite::Database& index, const std::string& bucket) {
  TARN_ASSIGN(auto documents, index.Prepare("DELETE FROM bucket_documents WHERE bucket = ?1"));
  TARN_TRY(documents.Bind(1, bucket).Run());
  TARN_ASSIGN(auto erase, index.Prepare("DELETE FROM buckets WHERE name = ?1"));
  return erase.Bind(1, bucket).Run();
}

Result<Versioning> BucketVersioning(sqlite::Database& index, const std::string& bucket) {
  TARN_ASSIGN(const auto found, FindBucket(index, bucket));
  return found ? found->versioning : Versioning::kOff;
}

Result<std::optional<std::string>> FindDocument(sqlite::Database& index, const std::string& bucket,
                                                const std::string& name) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT document FROM bucket_documents WHERE bucket = ?1 AND name = ?2"));
  TARN_ASSIGN(const bool found, select.Bind(1, bucket).Bind(2, name).Step());
  if (!found) return std::optional<std::string>();
  return std::optional(select.Text(0));
}

Status StoreDocument(sqlite::Database& index, const std::string& bucket, const std::string& name,
                     const std::optional<std::string>& document) {
  if (!document) {
    TARN_ASSIGN(auto erase, index.Prepare("DELETE FROM bucket_documents WHERE bucket = ?1 AND name = ?2"));
    return erase.Bind(1, bucket).Bind(2, name).Run();
  }
  TARN_ASSIGN(auto insert, index.Prepare("INSERT OR REPLACE INTO bucket_documents (bucket, name, document) "
                                         "VALUES (?1, ?2, ?3)"));
  return insert.Bind(1, bucket).Bind(2, name).Bind(3, *document).Run();
}

}  // namespace tarn::object_store
