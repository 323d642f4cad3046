#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

  bool operator==(const CsvDialect&) const = default;
};

/// One object of a table.
struct DataFile {
  std::string bucket, key, version;
  uint64_t size_bytes = 0;
  FileFormat format = FileFormat::kParquet;
  CsvDialect csv;
  std::vector<std::string> partition_values;  ///< in the order of the partition columns
  std::vector<std::string> columns;           ///< the table's columns that it has
};

/// A table at one version: what a statement reads from start to end.
struct TableSnapshot {
  std::string database, table;
  int64_t version = 0;
  std::vector<TableColumn> columns;
  std::vector<DataFile> files;
};

}  // namespace tarn::catalog_client
