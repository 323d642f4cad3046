#include "services/transform/runs/transform_state.h"

#include "common/ids/ulid.h"

namespace tarn::transform {

Result<TransformState> TransformStateStore::Get(const std::string& transform) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT epoch, reset_id, scanning, replaces, publications, published_run "
                                "FROM transform_state WHERE transform = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform).Step());
  if (!found) return TransformState();
  return TransformState{select.Integer(0),      select.Text(1),    select.Integer(2) != 0,
                        select.Integer(3) != 0, select.Integer(4), select.Text(5)};
}

Status TransformStateStore::Ensure(const std::string& transform) {
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO transform_state (transform) VALUES (?) ON CONFLICT DO NOTHING"));
  return insert.Bind(1, transform).Run();
}

Status TransformStateStore::Reset(const std::string& transform, bool replaces) {
  TARN_TRY(Ensure(transform));
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE transform_state SET epoch = epoch + 1, reset_id = ?, scanning = 1, "
                                "replaces = max(replaces, ?) WHERE transform = ?"));
  return update.Bind(1, NewUlid()).Bind(2, replaces ? 1 : 0).Bind(3, transform).Run();
}

Status TransformStateStore::EndScan(const std::string& transform, bool has_runs) {
  TARN_ASSIGN(auto update,
              database_.Prepare("UPDATE transform_state SET scanning = 0, replaces = min(replaces, ?) WHERE "
                                "transform = ?"));
  return update.Bind(1, has_runs ? 1 : 0).Bind(2, transform).Run();
}

Status TransformStateStore::Published(const std::string& transform, const std::string& run_id) {
  TARN_TRY(Ensure(transform));
  // A run of before the reset appended what it had: the rows that it added are to go as well.
  TARN_ASSIGN(
      auto update,
      database_.Prepare("UPDATE transform_state SET publications = publications + 1, published_run = ?1, "
                        "replaces = CASE WHEN ?1 > reset_id THEN 0 ELSE replaces END WHERE transform = ?2"));
  return update.Bind(1, run_id).Bind(2, transform).Run();
}

Result<int64_t> TransformStateStore::UpstreamCursor(const std::string& transform,
                                                    const std::string& upstream) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare("SELECT publications FROM upstream_cursors WHERE transform = ? AND upstream = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform).Bind(2, upstream).Step());
  return found ? select.Integer(0) : 0;
}

Status TransformStateStore::SetUpstreamCursor(const std::string& transform, const std::string& upstream,
                                              int64_t publications) {
  TARN_ASSIGN(auto upsert,
              database_.Prepare("INSERT INTO upstream_cursors VALUES (?, ?, ?) ON CONFLICT (transform, "
                                "upstream) DO UPDATE SET publications = excluded.publications"));
  return upsert.Bind(1, transform).Bind(2, upstream).Bind(3, publications).Run();
}

}  // namespace tarn::transform
