#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/query/engine/shared_instance.h"

namespace tarn::query {

enum class RowFormat { kParquet, kCsv, kJson };

/// A column of the files to write.
struct StoredColumn {
  std::string name;  ///< in the files
  std::string type;
  size_t source = 0;  ///< its place in the rows
};

/// How rows become files.
struct RowLayout {
  RowFormat format = RowFormat::kParquet;
  std::string compression{};  ///< "snappy", "gzip", "zstd", "none"; empty: the format's default
  std::string delimiter = ",", quote = "\"", escape = "\"";  ///< of CSV
  bool header = true;
  std::vector<StoredColumn> columns;
  std::vector<StoredColumn> partitions{};  ///< whose values stand in the folders: key=value/

  /// ".parquet", ".csv.gz"
  std::string Suffix() const;
};

/// A file that is not an object yet.
struct RowFile {
  std::string folder;  ///< of the partition: "day=2026-01-01/", or nothing
  std::filesystem::path file;
};

struct WrittenRows {
  std::shared_ptr<const std::filesystem::path> directory;  ///< keeps the files
  std::vector<RowFile> files;
  int64_t rows = 0;
};

/// Writes rows as files of a table. Works in an engine of its own, which no statement of a stranger reaches.
/// Thread-safe.
class RowWriter {
 public:
  static constexpr int64_t kMaxPartitions = 1'000;

  /// `store` must outlive it. Errors: kInternal.
  static Result<std::unique_ptr<RowWriter>> Open(object_store::ObjectStore& store);

  /// Writes all rows. Without partitions there is one file, even if there are no rows, except of JSON.
  /// Errors: those of duckdb::WriteParquet; kUnprocessable for a value that does not fit its column or its
  /// format, and over kMaxPartitions.
  Result<WrittenRows> Write(duckdb::ResultStream& rows, const RowLayout& layout, std::stop_token cancelled);

 private:
  RowWriter(object_store::ObjectStore& store, const duckdb::InstanceOptions& options)
      : store_(store), instance_(options) {}

  object_store::ObjectStore& store_;
  SharedInstance instance_;
};

}  // namespace tarn::query
