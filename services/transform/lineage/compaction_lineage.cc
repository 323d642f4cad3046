#include "services/transform/lineage/lineage_store.h"
#include "services/transform/runs/manifest.h"

namespace tarn::transform {

Status LineageStore::RecordCompaction(const MadeObject& object, Timestamp now) {
  return database_.Transact([&] {
    return object.version.empty() ? Insert(std::nullopt, object, now)
                                  : NameVersion(object.key, object.version);
  });
}

// The version is a part of the keys, so the rows are copied.
Status LineageStore::NameVersion(const std::string& key, const std::string& version) {
  TARN_ASSIGN(auto object,
              database_.Prepare("INSERT OR IGNORE INTO lineage_objects SELECT bucket, key, ?2, run_id, "
                                "table_name, model, rows, size_bytes, created_ms FROM lineage_objects "
                                "WHERE bucket = ?3 AND key = ?1 AND version = ''"));
  TARN_TRY(object.Bind(1, key).Bind(2, version).Bind(3, kPublishBucket).Run());
  TARN_ASSIGN(
      auto earlier,
      database_.Prepare("INSERT OR IGNORE INTO lineage_earlier SELECT bucket, key, ?2, earlier_bucket, "
                        "earlier_key, earlier_version, descent FROM lineage_earlier WHERE bucket = ?3 AND "
                        "key = ?1 AND version = ''"));
  TARN_TRY(earlier.Bind(1, key).Bind(2, version).Bind(3, kPublishBucket).Run());
  return Discard(key);
}

Status LineageStore::Discard(const std::string& key) {
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM lineage_objects WHERE bucket = ? AND key = ? AND version = ''"));
  return remove.Bind(1, kPublishBucket).Bind(2, key).Run();
}

Status LineageStore::SettleCompactions(object_store::ObjectStore& store) {
  TARN_ASSIGN(
      const auto keys,
      Texts("SELECT key FROM lineage_objects WHERE version = '' AND run_id IS NULL LIMIT ?", {}, 100'000));
  for (const std::string& key : keys) {
    const auto object = store.Head(kPublishBucket, key);
    if (!object.ok() && object.error().code() != Code::kNotFound) return object.error();
    TARN_TRY(
        database_.Transact([&] { return object.ok() ? NameVersion(key, object->version) : Discard(key); }));
  }
  return Ok();
}

}  // namespace tarn::transform
