#pragma once

#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/tables/file_ledger.h"
#include "services/catalog/tables/object_ledger.h"
#include "services/catalog/tables/table_state.h"
#include "services/catalog/tables/table_writer.h"

namespace tarn::catalog {

/// Gives a table the files and the schema of a former version, as a new one (TableWriter::Rollback). Inside a
/// transaction. Costs as much as what differs.
class TableRollback {
 public:
  TableRollback(sqlite::Database& database, const CommitContext& context, int64_t keep_versions)
      : database_(database), context_(context), keep_versions_(keep_versions) {}

  Result<TableReport> Apply(const TableName& name, int64_t version,
                            const TableWriter::FindMissing& find_missing);

 private:
  // A row of `files`.
  struct Row {
    int64_t id = 0;
    std::string bucket, key, version;
  };

  Result<std::vector<Row>> ListRows(const char* condition, int64_t version);
  Status CheckPresent(int64_t version, const TableWriter::FindMissing& find_missing);
  Status MoveFiles(int64_t version);

  sqlite::Database& database_;
  const CommitContext& context_;
  const int64_t keep_versions_;
  TableState table_;
  FileLedger files_{database_, table_};
  ObjectLedger objects_{database_};
};

}  // namespace tarn::catalog
