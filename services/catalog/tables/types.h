#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/decoding/decoding.h"
#include "common/result/result.h"
#include "common/time/time.h"
#include "services/catalog/evolution/schema_change.h"
#include "services/catalog/overlay/table_edits.h"
#include "services/catalog/tables/column_statistics.h"

namespace tarn::catalog {

/// The type of a column in which a file has no value at all: any other type wins over it.
inline constexpr const char* kUnknownType = "NULL";

/// How a path writes that a partition key is NULL (Apache Hive's convention).
inline constexpr const char* kNullPartition = "__HIVE_DEFAULT_PARTITION__";

struct Column {
  std::string name;
  std::string type;            ///< as DuckDB writes it: "BIGINT", "STRUCT(a VARCHAR)[]"
  bool partition_key = false;  ///< its values stand in the path (key=value), not in the files

  // Of a table's columns, not of a file's.
  int64_t id = 0;  ///< from 1 on; the same as long as the table has the column, whatever its name and place
  std::string comment{};                  ///< a person's
  std::vector<std::string> file_names{};  ///< under which files know it, `name` first; empty: just `name`
  std::string found_type{};               ///< what the files give, where a person set another type

  // Of a Parquet file's columns at the top level.
  int64_t field_id = -1;  ///< the writer's: the same under another name; -1: it gives none

  bool operator==(const Column&) const = default;
};

enum class FileFormat { kParquet, kCsv, kJson };
const char* FormatName(FileFormat format);  ///< "parquet", "csv", "json"

/// How a CSV file is written. Its columns, in order, are those of the layout.
struct CsvDialect {
  std::string delimiter = ",";
  std::string quote = "\"";
  std::string escape = "\"";
  bool has_header = true;
  int64_t skip_lines = 0;  ///< before the header or the first row
  std::string comment{};   ///< what comment lines among the rows start with; empty: there are none
  std::string encoding = "utf-8";    ///< or "utf-16", "latin-1"
  bool short_rows = false;           ///< some rows end early; what they lack is NULL
  std::vector<std::string> formats{};  ///< strptime's, one per column, empty for what a cast reads; none: all are
  /// Lines without fields, such as a log's: a regular expression (RE2) that takes a whole line apart, its groups are the
  /// columns in order. Empty: the file has fields.
  std::string pattern{};
  bool skip_unmatched = false;  ///< lines that `pattern` does not match are left out; else they fail a query

  bool operator==(const CsvDialect&) const = default;
};

/// What a file looks like inside, and what its path adds. Files of one writer usually share one layout.
struct FileLayout {
  FileFormat format = FileFormat::kParquet;
  std::vector<Column> columns;    ///< the file's own, in order
  std::vector<Column> partition;  ///< the keys in its path, in order, each with the type of this file's value
  std::optional<CsvDialect> csv;  ///< set for CSV only
  /// JSON whose records stand in an array inside of one object: the members that lead to it ({"data", "items"}).
  std::vector<std::string> records_path{};
  /// Of text that the engine does not read as it is. All else holds for what comes out of it.
  decoding::Decoding decoding{};

  bool operator==(const FileLayout&) const = default;
};

struct PartitionValue {
  std::string key;
  std::string value;  ///< decoded text, or kNullPartition

  bool operator==(const PartitionValue&) const = default;
};

/// A file that belongs to a table: one version of one object.
struct DataFile {
  std::string bucket;
  std::string key;
  std::string version;
  uint64_t size_bytes = 0;
  int64_t rows = 0;
  Timestamp last_modified;
  std::vector<PartitionValue> partition;
  std::shared_ptr<const FileLayout> layout;
  std::vector<ColumnStatistics> statistics{};  ///< of the file's columns; empty also where nobody asked for them
};

/// A file that is in a table's folder but could not be read.
struct FailedFile {
  std::string bucket;
  std::string key;
  std::string version;
  std::string code;    ///< CodeName of the error
  std::string detail;  ///< what is wrong with it
  std::string where;   ///< "line 3", empty if unknown
  std::string crawl_id;
  Timestamp failed_at;
};

struct TableName {
  std::string database;
  std::string table;

  auto operator<=>(const TableName&) const = default;
};

struct Database {
  std::string name;
  int64_t tables = 0;
  Timestamp created_at;
  int64_t revision = 1;       ///< counts what people change about it
  std::string description{};  ///< a person's, as what follows
  std::string location{};
  std::map<std::string, std::string> parameters{};
};

/// A table as it is now.
struct Table {
  TableName name;
  int64_t version = 0;
  std::vector<Column> columns;  ///< partition keys last
  int64_t files = 0;            ///< 0: every file is gone, the last schema is kept
  uint64_t size_bytes = 0;
  int64_t rows = 0;
  int64_t partitions = 0;
  int64_t failed_files = 0;
  Timestamp created_at;
  Timestamp updated_at;
  std::string crawler{};                     ///< whose it is: "default", or a crawler's name
  std::string location{};                    ///< "bucket/prefix" of its files; empty if unknown
  std::optional<Timestamp> deprecated_at{};  ///< its last file went then, by the crawler's policy
  TableEdits edits{};                        ///< what people say of it
};

struct TableVersion {
  int64_t version = 0;
  bool schema_changed = false;  ///< against the version before
  int64_t files = 0;
  uint64_t size_bytes = 0;
  int64_t rows = 0;
  int64_t files_added = 0;
  int64_t files_removed = 0;
  std::string crawl_id;  ///< empty if no crawl made it
  Timestamp created_at;
  std::vector<SchemaChange> changes{};      ///< of the schema, against the version before
  std::vector<SchemaConflict> conflicts{};  ///< all that it has
  std::optional<int64_t> rollback_to{};     ///< the version whose files and schema it repeats
  std::optional<std::string> edited_by{};   ///< the person who made it; empty if they gave no name
  std::optional<std::string> edit{};        ///< what they asked for, as JSON
};

/// What lies between two versions of a table.
struct VersionDiff {
  TableVersion from, to;
  std::vector<SchemaChange> changes;
  int64_t files_added = 0, files_removed = 0;
  std::vector<std::string> added, removed;  ///< the first of the files, as "bucket/key"; a replaced one is in both
};

/// The files of a table that share all partition values.
struct Partition {
  std::vector<PartitionValue> values;
  std::string position;  ///< where it stands in the order of the listing
  int64_t files = 0;
  uint64_t size_bytes = 0;
  int64_t rows = 0;
};

/// A table at one version: what a statement reads.
struct TableSnapshot {
  TableName name;
  int64_t version = 0;
  std::vector<Column> columns;   ///< partition keys last
  std::vector<DataFile> files;   ///< those that can have rows which were asked for
  int64_t total_files = 0;       ///< of the version
  int64_t total_partitions = 0;  ///< of the current version
};

}  // namespace tarn::catalog
