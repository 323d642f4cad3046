#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "common/catalog_client/catalog.h"
#include "common/catalog_client/catalog_rest.h"
#include "common/object_store/object_store.h"
#include "services/query/sql/command.h"
#include "services/query/writes/row_writer.h"
#include "services/query/writes/write_journal.h"

namespace tarn::query {

/// Publishes the rows of statements as objects, all or nothing: files are written aside, one commit of the
/// store makes them objects, and then the catalog is asked until it knows them. Thread-safe. Errors of all
/// methods: those of RowWriter, ObjectStore and CatalogRest; kUnavailable when the rows are published but not
/// crawled in time.
class TableWriter {
 public:
  /// Where a table's files go if its statement does not say: tables/<database>/<table>/<id>/.
  static constexpr const char* kBucket = "tables";

  struct Parts {
    object_store::ObjectStore& store;
    catalog_client::Catalog& catalog;
    catalog_client::CatalogRest& rest;
    RowWriter& rows;
    WriteJournal& journal;
  };
  explicit TableWriter(const Parts& parts) : parts_(parts) {}
  ~TableWriter() { Stop(); }

  /// Finishes what an earlier process left between commit and declaration, now and again until nothing is
  /// left: what was committed becomes a table.
  Status Start();
  void Stop();

  /// Whether the commit of a statement that a killed process ran took place. If not, it never will. Errors:
  /// those of the store.
  Result<bool> Settle(const std::string& id);

  /// The rows that an earlier run of the statement wrote, once the catalog shows them; nothing if it wrote
  /// none. Errors: also kConflict if its table's name was taken: then the rows are gone again.
  Result<std::optional<int64_t>> FindDone(const std::string& id, std::stop_token cancelled);

  /// Whether a table can be made under that name and at that place. False: it is there already. Errors:
  /// kConflict for a name that a view has, and for a location that is not empty; kUnprocessable for a bucket
  /// that is not there.
  Result<bool> CanCreate(const ObjectName& table, const WriteOptions& options, std::stop_token cancelled);

  /// Returns the number of rows. `id` names the commit: the same again changes nothing. Errors: also
  /// kUnprocessable for columns that no table can have, kConflict if the name was taken meanwhile.
  Result<int64_t> CreateTable(const ObjectName& table, const WriteOptions& options, bool no_data,
                              duckdb::ResultStream& rows, const std::string& id, std::stop_token cancelled);

  /// A table that rows can be added to, and how.
  struct Target {
    ObjectName table;
    std::string bucket, prefix;
    RowLayout layout;
  };
  /// Errors: kUnprocessable for an unknown table, view or column, and for files that are not written.
  Result<Target> FindTarget(const InsertStatement& insert, const ObjectName& table,
                            std::stop_token cancelled);
  Result<int64_t> Insert(const Target& target, duckdb::ResultStream& rows, const std::string& id,
                         std::stop_token cancelled);

  /// Errors: also kConflict for a place where objects are.
  Status CheckPlace(const std::string& location);
  Result<int64_t> Unload(const WriteOptions& options, duckdb::ResultStream& rows, const std::string& id,
                         std::stop_token cancelled);

 private:
  Result<object_store::CommitResult> Commit(const WrittenRows& written, const RowLayout& layout,
                                            const std::string& bucket, const std::string& prefix,
                                            const std::string& id);
  /// Tells the catalog. Errors: kConflict if another table has the name.
  Status Declare(const PendingTable& table, std::stop_token cancelled);

  // write_recovery.cc
  Status Undo(const PendingTable& table);
  Status TakeBack(const PendingTable& table);
  Status AwaitDeclared(const PendingTable& table, std::stop_token cancelled);
  /// Stopped, it leaves the waiting to who reads: the rows are there.
  Status AwaitFiles(const ObjectName& table, int64_t files, int64_t sequence, std::stop_token cancelled);
  Result<bool> IsCommitted(const PendingTable& table);
  Status Recover(const PendingTable& table, std::stop_token cancelled);

  const Parts parts_;
  std::jthread recovery_;  // last: it uses the others
};

}  // namespace tarn::query
