#include "services/transform/runs/schedule_store.h"

namespace tarn::transform {

Result<std::optional<ScheduleState>> ScheduleStore::Get(const std::string& transform) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT timing, anchor_ms, handled_ms, last_firing_ms, last_run_id FROM "
                                "schedules WHERE transform = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform).Step());
  if (!found) return std::optional<ScheduleState>();
  ScheduleState state{select.Text(0), FromUnixMillis(select.Integer(1)), FromUnixMillis(select.Integer(2)),
                      std::nullopt, select.Text(4)};
  if (!select.IsNull(3)) state.last_firing = FromUnixMillis(select.Integer(3));
  return std::optional(std::move(state));
}

Status ScheduleStore::Save(const std::string& transform, const ScheduleState& state) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO schedules (transform, timing, anchor_ms, handled_ms, "
                                "last_firing_ms, last_run_id) VALUES (?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, transform).Bind(2, state.timing);
  insert.Bind(3, ToUnixMillis(state.anchor)).Bind(4, ToUnixMillis(state.handled));
  if (state.last_firing)
    insert.Bind(5, ToUnixMillis(*state.last_firing));
  else
    insert.BindNull(5);
  return insert.Bind(6, state.last_run_id).Run();
}

}  // namespace tarn::transform
