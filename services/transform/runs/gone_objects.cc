#include "services/transform/runs/gone_objects.h"

namespace tarn::transform {

using object_store::ObjectVersion;

Result<bool> GoneObjects::Step(Timestamp cutoff) {
  TARN_ASSIGN(const bool more, at_compactions_ ? StepCompactions(cutoff) : StepBookmarks(cutoff));
  if (more) return true;
  last_ = {};
  at_compactions_ = !at_compactions_;
  return at_compactions_;
}

Result<bool> GoneObjects::StepBookmarks(Timestamp cutoff) {
  TARN_ASSIGN(const auto rows, Bookmarks(cutoff));
  std::vector<const Row*> gone;
  for (const Row& row : rows) {
    if (!row.old) continue;
    TARN_ASSIGN(const bool there, is_there_(row.object));
    if (!there) gone.push_back(&row);
  }
  TARN_TRY(database_.Transact([&]() -> Status {
    for (const Row* row : gone) TARN_TRY(Forget(*row, cutoff));
    return Ok();
  }));
  if (rows.empty()) return false;
  last_ = rows.back();
  return true;
}

Result<bool> GoneObjects::StepCompactions(Timestamp cutoff) {
  TARN_ASSIGN(const auto rows, Compactions(cutoff));
  std::vector<bool> there;
  for (const Row& row : rows) {
    TARN_ASSIGN(const bool is_there, row.old ? is_there_(row.object) : Result<bool>(true));
    there.push_back(is_there);
  }
  TARN_TRY(database_.Transact([&]() -> Status {
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].old) continue;
      TARN_TRY(there[i] ? ForgetEarlier(rows[i].object) : ForgetCompaction(rows[i].object));
    }
    return Ok();
  }));
  if (rows.empty()) return false;
  last_ = rows.back();
  return true;
}

Result<std::vector<GoneObjects::Row>> GoneObjects::Bookmarks(Timestamp cutoff) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT transform, bucket, key, version, seen_ms < ?5 AND state NOT IN "
                        "('waiting', 'planned') FROM bookmarks WHERE (transform, bucket, key, version) "
                        "> (?1, ?2, ?3, ?4) ORDER BY transform, bucket, key, version LIMIT ?6"));
  const auto& [bucket, key, version] = last_.object;
  select.Bind(1, last_.transform).Bind(2, bucket).Bind(3, key).Bind(4, version);
  select.Bind(5, ToUnixMillis(cutoff)).Bind(6, kStep);
  std::vector<Row> rows;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return rows;
    rows.push_back(
        {select.Text(0), {select.Text(1), select.Text(2), select.Text(3)}, select.Integer(4) != 0});
  }
}

// What happened to it in the meantime counts.
Status GoneObjects::Forget(const Row& bookmark, Timestamp cutoff) {
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM bookmarks WHERE transform = ? AND bucket = ? AND key = ? AND "
                                "version = ? AND seen_ms < ? AND state NOT IN ('waiting', 'planned')"));
  const auto& [bucket, key, version] = bookmark.object;
  remove.Bind(1, bookmark.transform).Bind(2, bucket).Bind(3, key).Bind(4, version);
  return remove.Bind(5, ToUnixMillis(cutoff)).Run();
}

Result<std::vector<GoneObjects::Row>> GoneObjects::Compactions(Timestamp cutoff) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare(
                  "SELECT bucket, key, version, created_ms < ?4 AND version <> '' FROM lineage_objects "
                  "WHERE run_id IS NULL AND (bucket, key, version) > (?1, ?2, ?3) ORDER BY bucket, key, "
                  "version LIMIT ?5"));
  const auto& [bucket, key, version] = last_.object;
  select.Bind(1, bucket).Bind(2, key).Bind(3, version).Bind(4, ToUnixMillis(cutoff)).Bind(5, kStep);
  std::vector<Row> rows;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return rows;
    rows.push_back({"", {select.Text(0), select.Text(1), select.Text(2)}, select.Integer(3) != 0});
  }
}

Status GoneObjects::ForgetCompaction(const ObjectVersion& object) {
  TARN_ASSIGN(auto remove, database_.Prepare(
                               "DELETE FROM lineage_objects WHERE bucket = ? AND key = ? AND version = ? AND "
                               "run_id IS NULL"));
  return remove.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Run();
}

// An object that lives on came from others whose runs are forgotten.
Status GoneObjects::ForgetEarlier(const ObjectVersion& object) {
  TARN_ASSIGN(auto remove,
              database_.Prepare(
                  "DELETE FROM lineage_earlier WHERE bucket = ? AND key = ? AND version = ? AND NOT EXISTS "
                  "(SELECT 1 FROM lineage_objects o WHERE o.bucket = earlier_bucket AND o.key = earlier_key "
                  "AND o.version = earlier_version)"));
  return remove.Bind(1, object.bucket).Bind(2, object.key).Bind(3, object.version).Run();
}

}  // namespace tarn::transform
