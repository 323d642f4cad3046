#include "services/transform/runs/catalog_tables.h"

#include <span>

#include "common/catalog_client/unknown_table.h"
#include "common/table_view/partition_folders.h"
#include "common/table_view/readable_files.h"
#include "common/table_view/table_view.h"
#include "services/transform/transforms/relation_names.h"

namespace tarn::transform {
namespace {

namespace fs = std::filesystem;

constexpr int kPinAttempts = 5;
constexpr int kResolveAttempts = 2;  // each waits for a few seconds if the catalog is behind

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

std::vector<TableRead> PinnedTables::reads() const {
  std::vector<TableRead> reads;
  for (size_t i = 0; i < snapshots_.size(); ++i) {
    TableRead read{versions_[i].table, std::to_string(versions_[i].version), {}};
    for (const auto& file : snapshots_[i].files) {
      if (read.files.size() == TableRead::kMaxFiles) break;
      read.files.push_back({file.bucket, file.key, file.version});
    }
    reads.push_back(std::move(read));
  }
  return reads;
}

Status PinnedTables::CreateViews(duckdb::Connection& connection, std::stop_token cancelled) const {
  size_t next = 0;
  for (size_t i = 0; i < snapshots_.size(); ++i) {
    const size_t count = snapshots_[i].files.size();
    const auto query = table_view::TableQuery(snapshots_[i], std::span(files_).subspan(next, count));
    next += count;
    if (!query.ok()) return query.error();
    const Status created =
        connection.Run("CREATE VIEW " + TableRelation(versions_[i].table) + " AS " + *query, cancelled);
    if (!created.ok())
      return Error(created.error().code(), created.error().message()).At("table " + versions_[i].table);
  }
  return Ok();
}

Result<PinnedTables> CatalogTables::Open(const std::vector<std::string>& tables, std::stop_token cancelled) {
  if (tables.empty()) return PinnedTables();
  if (catalog_ == nullptr) return Error(Code::kUnavailable, "there is no catalog to ask for tables");
  for (int attempt = 0; attempt < kPinAttempts; ++attempt) {
    // What was published before the run is in the log by now. After a file was replaced, so is what came
    // since.
    TARN_ASSIGN(const int64_t sequence, store_.LastSequence());
    TARN_ASSIGN(PinnedTables pinned, Resolve(tables, sequence, cancelled));
    const Status held = PinFiles(pinned, cancelled);
    if (held.ok()) return pinned;
    if (held.error().code() != Code::kNotFound) return held.error();
  }
  return Error(Code::kUnavailable, "files of tables are being replaced faster than they can be read");
}

// Asks again for the same: a catalog that is behind never comes up to a sequence that moves on. One that does
// not answer in time is not asked again: the run waits without holding a thread.
Result<PinnedTables> CatalogTables::Resolve(const std::vector<std::string>& tables, int64_t sequence,
                                            std::stop_token cancelled) {
  std::vector<catalog_client::TableRequest> names;
  for (const std::string& table : tables) names.push_back({NameOf(table)});
  auto snapshots = catalog_->Resolve(names, sequence, cancelled);
  for (int asked = 1;
       asked < kResolveAttempts && !snapshots.ok() && snapshots.error().code() == Code::kUnavailable; ++asked)
    snapshots = catalog_->Resolve(names, sequence, cancelled);
  if (!snapshots.ok()) return snapshots.error();

  PinnedTables pinned;
  for (size_t i = 0; i < tables.size(); ++i) {
    auto& snapshot = (*snapshots)[i];
    if (!snapshot)
      return Error(Code::kNotFound, catalog_client::DescribeUnknownTable(*catalog_, names[i].name));
    pinned.versions_.push_back({tables[i], snapshot->version});
    pinned.snapshots_.push_back(*std::move(snapshot));
  }
  return pinned;
}

Status CatalogTables::PinFiles(PinnedTables& pinned, std::stop_token cancelled) {
  std::vector<object_store::ObjectVersion> objects;
  for (const auto& snapshot : pinned.snapshots_) {
    for (const auto& file : snapshot.files) objects.push_back({file.bucket, file.key, file.version});
  }
  if (objects.empty()) return Ok();
  TARN_ASSIGN(pinned.pin_, store_.PinFiles(objects));
  table_view::DecodedText text{decoded_, pinned.pin_->directory().parent_path(), cancelled};
  for (const auto& snapshot : pinned.snapshots_) {
    const size_t keys = table_view::CountPartitionKeys(snapshot);
    const size_t begin = pinned.files_.size();
    for (const auto& file : snapshot.files) {
      const fs::path& path = pinned.pin_->files()[pinned.files_.size()];
      TARN_ASSIGN(const fs::path moved,
                  table_view::MoveIntoPartitionFolder(path, pinned.pin_->directory(),
                                                      table_view::PartitionValuesOf(file), keys));
      pinned.files_.push_back(fs::absolute(moved));
    }
    TARN_TRY(table_view::MakeReadable(snapshot.files, std::span(pinned.files_).subspan(begin), text));
  }
  return Ok();
}

}  // namespace tarn::transform
