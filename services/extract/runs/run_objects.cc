#include "services/extract/runs/run_objects.h"

namespace tarn::extract {
namespace {

// No UTF-8 has this byte: behind a prefix, it stands after every key that has the prefix.
constexpr char kAfterAll = '\xff';

}  // namespace

Result<int64_t> RunObjects::Add(const std::string& run_id, const std::vector<RunObject>& objects) {
  int64_t added = 0;
  for (const RunObject& object : objects) {
    TARN_ASSIGN(auto insert,
                database_.Prepare("INSERT OR IGNORE INTO run_objects (run_id, key, bucket, records, bytes, "
                                  "etag, manifest, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.Bind(1, run_id)
        .Bind(2, object.key)
        .Bind(3, object.bucket)
        .Bind(4, object.records)
        .Bind(5, object.bytes);
    TARN_TRY(insert.Bind(6, object.etag).Bind(7, object.manifest ? 1 : 0).Bind(8, object.request).Run());
    added += database_.Changes();
  }
  return added;
}

Result<RunObjects::Sums> RunObjects::Sum(const std::string& run_id, const std::string& prefix) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT count(*), coalesce(sum(records), 0), coalesce(sum(bytes), 0) "
                                "FROM run_objects WHERE run_id = ? AND key >= ? AND key < ? "
                                "AND manifest = 0"));
  TARN_TRY(select.Bind(1, run_id).Bind(2, prefix).Bind(3, prefix + kAfterAll).Step());
  return Sums{select.Integer(0), select.Integer(1), select.Integer(2)};
}

Result<std::vector<RunObject>> RunObjects::List(const std::string& run_id, const std::string& prefix,
                                                const std::string& after, int64_t limit) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto select,
      database_.Prepare(
          "SELECT bucket, key, records, bytes, etag, manifest, request FROM run_objects WHERE run_id = ?1 "
          "AND key > ?2 AND key >= ?3 AND key < ?4 ORDER BY key LIMIT ?5"));
  select.Bind(1, run_id).Bind(2, after).Bind(3, prefix).Bind(4, prefix + kAfterAll).Bind(5, limit);
  std::vector<RunObject> objects;
  for (;;) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return objects;
    objects.push_back({select.Text(0), select.Text(1), select.Integer(2), select.Integer(3), select.Text(4),
                       select.Integer(5) != 0, select.Text(6)});
  }
}

}  // namespace tarn::extract
