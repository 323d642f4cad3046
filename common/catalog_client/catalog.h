#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/catalog_client/snapshot.h"
#include "common/result/result.h"
#include "common/table_filter/filter.h"
#include "common/time/time.h"

namespace tarn::catalog_client {

struct TableName {
  std::string database, table;
};

/// A table, and what of it is wanted.
struct TableRequest {
  TableName name;
  std::optional<int64_t> version{};  ///< nothing: the current one
  std::optional<Timestamp> as_of{};  ///< the version that was current then; not together with `version`
  /// Files that can have no row for which all of these are true are left out.
  std::vector<table_filter::Filter> filters{};
  bool with_statistics = false;
  bool without_files = false;  ///< columns and version are enough
};

/// A query with a name, as the catalog keeps it.
struct View {
  TableName name;
  int64_t version = 0;
  std::string dialect;  ///< of the SQL: "duckdb" or "athena"
  std::string sql;
};

/// What a name stands for: a table, a view, or nothing that is cataloged.
struct ResolvedName {
  std::optional<TableSnapshot> table{};
  std::optional<View> view{};
};

/// Knows which tables there are and which objects each of them consists of. Thread-safe.
/// Errors of all methods: kUnavailable when it cannot be reached or cannot answer now, kDeadlineExceeded when it does
/// not answer in time, kCancelled, kInternal when its answer makes no sense.
class Catalog {
 public:
  virtual ~Catalog() = default;

  /// The snapshot of each table, in the order asked for, all of one moment; nothing for a table that is not cataloged
  /// or has no such version. All that was committed to the object store up to the event `min_sequence` is in them (0:
  /// whatever is known now).
  /// Errors: also kUnavailable if that is not crawled within a few seconds.
  virtual Result<std::vector<std::optional<TableSnapshot>>> Resolve(const std::vector<TableRequest>& tables,
                                                                    int64_t min_sequence,
                                                                    std::stop_token cancelled) = 0;

  /// The same for names that may be those of views. A catalog that keeps none need not say more than Resolve.
  virtual Result<std::vector<ResolvedName>> ResolveNames(const std::vector<TableRequest>& names,
                                                         int64_t min_sequence, std::stop_token cancelled);

  /// Names in the catalog's order; the first thousand.
  virtual Result<std::vector<std::string>> ListDatabases() = 0;
  /// Errors: also kNotFound for an unknown database.
  virtual Result<std::vector<std::string>> ListTables(const std::string& database) = 0;

  /// Whether it answers.
  virtual Status Ping() = 0;
};

}  // namespace tarn::catalog_client
