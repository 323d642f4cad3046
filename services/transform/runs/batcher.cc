#include "services/transform/runs/batcher.h"

#include "common/ids/ulid.h"

namespace tarn::transform {

Result<Batcher> Batcher::Open(sqlite::Database& database, const std::string& transform,
                              BatchOptions options) {
  TARN_ASSIGN(auto state, TransformStateStore(database).Get(transform));
  Batcher batcher(database, transform, std::move(options), std::move(state));
  batcher.run_id_ = NewUlid();
  if (batcher.options_.joins) TARN_TRY(batcher.FindWaiting());
  return batcher;
}

Status Batcher::FindWaiting() {
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT id, input_count, input_bytes FROM runs WHERE transform = ? AND "
                                "state = 'queued' AND trigger = ? AND attempt = 0 ORDER BY id DESC LIMIT "
                                "1"));
  TARN_ASSIGN(const bool found, select.Bind(1, transform_).Bind(2, TriggerName(options_.trigger)).Step());
  if (!found) return Ok();
  run_id_ = select.Text(0);
  objects_ = select.Integer(1);
  bytes_ = static_cast<uint64_t>(select.Integer(2));
  exists_ = true;
  return Ok();
}

bool Batcher::IsFull() const {
  return objects_ >= options_.max_objects || bytes_ >= static_cast<uint64_t>(options_.max_bytes);
}

// One object may be larger than a run shall be: then it has a run of its own.
Status Batcher::MakeRoom(const RunInput& input) {
  const bool fits = bytes_ + input.size_bytes <= static_cast<uint64_t>(options_.max_bytes);
  if (objects_ == 0 || (fits && !IsFull())) return Ok();
  TARN_TRY(Flush(true));
  run_id_ = NewUlid();
  exists_ = false;
  objects_ = 0;
  bytes_ = 0;
  return Ok();
}

Status Batcher::AddNew(const RunInput& input, const std::string& traceparent) {
  TARN_TRY(MakeRoom(input));
  TARN_ASSIGN(const bool is_new,
              bookmarks_.Note(transform_, state_.epoch, input, InputState::kPlanned, run_id_));
  return is_new ? Put(input, traceparent) : Ok();
}

Status Batcher::Add(const RunInput& input, const std::string& traceparent) {
  TARN_TRY(MakeRoom(input));
  TARN_TRY(bookmarks_.Claim(transform_, state_.epoch, input, run_id_));
  return Put(input, traceparent);
}

Status Batcher::AddRun(const std::string& traceparent) {
  if (runs_.empty() || runs_.back() != run_id_) runs_.push_back(run_id_);
  if (exists_) return Ok();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT INTO runs (id, transform, trigger, state, not_before_ms, created_ms, "
                                "traceparent, cause) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?)"));
  insert.Bind(1, run_id_).Bind(2, transform_).Bind(3, TriggerName(options_.trigger));
  insert.Bind(4, ToUnixMillis(options_.not_before)).Bind(5, ToUnixMillis(Now())).Bind(6, traceparent);
  TARN_TRY(insert.Bind(7, options_.cause).Run());
  exists_ = true;
  return Ok();
}

Status Batcher::Put(const RunInput& input, const std::string& traceparent) {
  TARN_TRY(AddRun(traceparent));
  TARN_ASSIGN(auto insert,
              database_.Prepare(
                  "INSERT INTO run_inputs (run_id, ordinal, transform, bucket, key, version, size_bytes, "
                  "last_modified_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(1, run_id_).Bind(2, objects_).Bind(3, transform_).Bind(4, input.bucket).Bind(5, input.key);
  insert.Bind(6, input.version).Bind(7, static_cast<int64_t>(input.size_bytes));
  TARN_TRY(insert.Bind(8, ToUnixMillis(input.last_modified)).Run());
  ++objects_;
  bytes_ += input.size_bytes;
  changed_ = true;
  return Ok();
}

// A run that is full waits for no more objects.
Status Batcher::Flush(bool full) {
  if (!exists_ || (!changed_ && !full)) return Ok();
  TARN_ASSIGN(
      auto update,
      database_.Prepare("UPDATE runs SET input_count = ?, input_bytes = ?, not_before_ms = CASE WHEN ? THEN "
                        "created_ms ELSE not_before_ms END WHERE id = ?"));
  const bool starts_now = full && options_.trigger == Trigger::kEvent;
  update.Bind(1, objects_).Bind(2, static_cast<int64_t>(bytes_)).Bind(3, starts_now ? 1 : 0);
  TARN_TRY(update.Bind(4, run_id_).Run());
  changed_ = false;
  return Ok();
}

Result<std::vector<std::string>> Batcher::Close() {
  TARN_TRY(Flush(IsFull()));
  return runs_;
}

}  // namespace tarn::transform
