#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/catalog.h"
#include "common/decoding/decoded_files.h"
#include "common/duckdb/engine.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

/// Cataloged tables at one version each, and their files, held in place as long as this lives.
class PinnedTables {
 public:
  /// Where SQL must be able to read.
  std::vector<std::filesystem::path> directories() const;
  /// In the order asked for.
  const std::vector<TableVersion>& versions() const { return versions_; }
  /// The same with their files, up to TableRead::kMaxFiles of each, for lineage.
  std::vector<TableRead> reads() const;
  /// Makes what {{ table('db.t') }} stands for. Errors: as duckdb::Connection::Run; where() names the table.
  Status CreateViews(duckdb::Connection& connection, std::stop_token cancelled) const;

 private:
  friend class CatalogTables;

  std::vector<TableVersion> versions_;
  std::vector<catalog_client::TableSnapshot> snapshots_;
  std::unique_ptr<object_store::Pin> pin_;    // null if no table has a file
  std::vector<std::filesystem::path> files_;  // of all tables, absolute
};

/// Finds the tables of a run in the catalog. Thread-safe.
class CatalogTables {
 public:
  /// `catalog` may be null: then no table can be had.
  CatalogTables(catalog_client::Catalog* catalog, object_store::ObjectStore& store)
      : catalog_(catalog), store_(store) {}

  /// `tables` are Definition::ReadTables; without any, no catalog is asked. They are found with all that was
  /// committed before the call. Errors: kCancelled; kNotFound for a table that is not cataloged, with names
  /// like it; kUnavailable when the catalog does not answer or has not crawled that much, or when files are
  /// replaced faster than they can be pinned; kInternal.
  Result<PinnedTables> Open(const std::vector<std::string>& tables, std::stop_token cancelled);

 private:
  Result<PinnedTables> Resolve(const std::vector<std::string>& tables, int64_t sequence,
                               std::stop_token cancelled);
  Status PinFiles(PinnedTables& pinned, std::stop_token cancelled);

  catalog_client::Catalog* const catalog_;
  object_store::ObjectStore& store_;
  decoding::DecodedFiles decoded_;
};

}  // namespace tarn::transform
