#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/decoding/decoding.h"
#include "common/time/time.h"

namespace tarn::catalog_client {

struct TableColumn {
  std::string name;
  std::string type;            ///< an SQL type of the engine
  bool partition_key = false;  ///< its values stand in DataFile::partition_values, not in the files
};

enum class FileFormat { kParquet, kCsv, kJson };

struct CsvDialect {
  std::string delimiter, quote, escape;
  bool has_header = false;
  int64_t skip_lines = 0;
  std::vector<std::string> columns;  ///< the file's own, in order
  std::string comment{}, encoding{};
  bool short_rows = false;           ///< what they lack is NULL
  std::vector<std::string> formats{};  ///< strptime's, one per column, empty for what a cast reads; none: all are
  std::string pattern{};         ///< of a whole line, its groups are the columns; empty: the file has fields
  bool skip_unmatched = false;   ///< leave out lines that `pattern` does not match

  bool operator==(const CsvDialect&) const = default;
};

/// A column of a table as a file has it.
struct FileColumn {
  std::string column;  ///< the table's name for it
  std::string name;    ///< the file's: another one after a rename
  std::string type{};  ///< in the file

  bool operator==(const FileColumn&) const = default;
};

/// What files that can be read in the same way have in common.
struct FileLayout {
  FileFormat format = FileFormat::kParquet;
  CsvDialect csv{};
  std::vector<FileColumn> columns{};  ///< the table's columns that the files have; the others are NULL in their rows
  std::vector<std::string> records_path{};  ///< JSON: the members that lead to the array of records; none: it is the file
  decoding::Decoding decoding{};  ///< what must be done to the files before the engine can read them
};

/// What is known of a column's values in one file.
struct ColumnStatistics {
  std::string column;  ///< the table's name for it
  std::optional<int64_t> nulls{};
  std::optional<std::string> min{}, max{};  ///< bounds of every value, as text of the file's type
  std::optional<int64_t> distinct{};        ///< an estimate
};

/// One object of a table. Files that are alike share one layout and one list of partition values.
struct DataFile {
  std::string bucket, key, version;
  uint64_t size_bytes = 0;
  int64_t rows = 0;
  Timestamp last_modified{};
  std::shared_ptr<const FileLayout> layout{};
  /// In the order of the partition columns.
  std::shared_ptr<const std::vector<std::string>> partition_values{};
  std::vector<ColumnStatistics> statistics{};
};

/// A table at one version: what a statement reads from start to end.
struct TableSnapshot {
  std::string database, table;
  int64_t version = 0;
  std::vector<TableColumn> columns;
  std::vector<DataFile> files;  ///< those that can hold rows which were asked for
  int64_t total_files = 0;      ///< of the version
  int64_t total_partitions = 0;
};

}  // namespace tarn::catalog_client
