#include "services/transform/runs/catalog_tables.h"

#include <span>

#include "common/catalog_client/unknown_table.h"
#include "common/table_view/table_view.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

namespace fs = std::filesystem;

constexpr int kPinAttempts = 5;
constexpr size_t kMaxWaitingRuns = 1'000;

// "spotify.songs", as LoadDefinition has checked.
catalog_client::TableName NameOf(const std::string& table) {
  const size_t dot = table.find('.');
  return {table.substr(0, dot), table.substr(dot + 1)};
}

}  // namespace

std::vector<fs::path> PinnedTables::directories() const {
  if (!pin_) return {};
  return {fs::absolute(pin_->directory())};
}

Status PinnedTables::CreateViews(duckdb::Connection& connection, std::stop_token cancelled) const {
  std::vector<fs::path> files;
  if (pin_) {
    for (const fs::path& file : pin_->files()) files.push_back(fs::absolute(file));
  }
  size_t next = 0;
  for (size_t i = 0; i < snapshots_.size(); ++i) {
    const size_t count = snapshots_[i].files.size();
    const auto query = table_view::TableQuery(snapshots_[i], std::span(files).subspan(next, count));
    next += count;
    if (!query.ok()) return query.error();
    const Status created =
        connection.Run("CREATE VIEW " + TableRelation(versions_[i].table) + " AS " + *query, cancelled);
    if (!created.ok()) return Error(created.error().code(), created.error().message()).At("table " + versions_[i].table);
  }
  return Ok();
}

Result<PinnedTables> CatalogTables::Open(const std::string& run_id, const std::vector<std::string>& tables,
                                         std::stop_token cancelled) {
  if (tables.empty()) return PinnedTables();
  if (catalog_ == nullptr) return Error(Code::kUnavailable, "there is no catalog to ask for tables");
  TARN_ASSIGN(int64_t sequence, SequenceOf(run_id));
  for (int attempt = 0; attempt < kPinAttempts; ++attempt) {
    PinnedTables pinned;
    const Status resolved = Resolve(tables, sequence, cancelled, pinned);
    // The catalog has come so far: another try may ask for more.
    if (resolved.ok() || resolved.error().code() == Code::kNotFound) Forget(run_id);
    TARN_TRY(resolved);
    const Status held = PinFiles(pinned);
    if (held.ok()) return pinned;
    if (held.error().code() != Code::kNotFound) return held.error();
    // A file was replaced after the catalog had seen it: ask for what has come since.
    TARN_ASSIGN(sequence, store_.LastSequence());
  }
  return Error(Code::kUnavailable, "files of tables are being replaced faster than they can be read");
}

// What upstream published before the run is in the log by now. A later look would find more, and a catalog that
// is behind would never come up to it.
Result<int64_t> CatalogTables::SequenceOf(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  if (const auto known = sequences_.find(run_id); known != sequences_.end()) return known->second;
  TARN_ASSIGN(const int64_t sequence, store_.LastSequence());
  if (sequences_.size() >= kMaxWaitingRuns) sequences_.clear();  // of runs that were given up
  sequences_[run_id] = sequence;
  return sequence;
}

void CatalogTables::Forget(const std::string& run_id) {
  const std::lock_guard lock(mutex_);
  sequences_.erase(run_id);
}

Status CatalogTables::Resolve(const std::vector<std::string>& tables, int64_t sequence, std::stop_token cancelled,
                              PinnedTables& pinned) {
  std::vector<catalog_client::TableName> names;
  for (const std::string& table : tables) names.push_back(NameOf(table));
  TARN_ASSIGN(auto snapshots, catalog_->Resolve(names, sequence, cancelled));
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!snapshots[i]) return Error(Code::kNotFound, catalog_client::DescribeUnknownTable(*catalog_, names[i]));
    pinned.versions_.push_back({tables[i], snapshots[i]->version});
    pinned.snapshots_.push_back(*std::move(snapshots[i]));
  }
  return Ok();
}

Status CatalogTables::PinFiles(PinnedTables& pinned) {
  std::vector<object_store::ObjectVersion> objects;
  for (const auto& snapshot : pinned.snapshots_) {
    for (const auto& file : snapshot.files) objects.push_back({file.bucket, file.key, file.version});
  }
  if (objects.empty()) return Ok();
  TARN_ASSIGN(pinned.pin_, store_.PinFiles(objects));
  return Ok();
}

}  // namespace tarn::transform
