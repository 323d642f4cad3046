#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/catalog/inference/classifiers/classifier.h"
#include "services/catalog/tables/column_statistics.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

struct InspectionOptions {
  uint64_t memory_limit_bytes = 256 << 20;  ///< of the SQL engine
  int64_t threads = 2;
  std::chrono::milliseconds timeout{300'000};  ///< per file
};

/// What a file turned out to hold. The layout's partition keys are left empty.
struct Inspection {
  FileLayout layout;
  int64_t rows = 0;      ///< an estimate if `sampled`
  bool sampled = false;  ///< the file is too large to be read whole; types are those of a sample
  /// Of columns at the top level that are neither lists nor structs; those of which nothing is known may be
  /// missing.
  std::vector<ColumnStatistics> statistics{};
  std::string classifier{};  ///< whose answer this is; empty: the built-in inference's
};

/// Errors: kUnprocessable for no columns, and for more than a table takes.
Status CheckColumnCount(const Inspection& inspection);

/// Finds out schema and row count of the files in one directory. Its SQL engine can reach nothing else. One
/// thread.
class FileInspector {
 public:
  FileInspector(std::filesystem::path directory, const InspectionOptions& options)
      : directory_(std::move(directory)), options_(options) {}

  /// Reads a Parquet file's footer, all of a JSON file, all of a CSV file up to 15 MB and a sample of a
  /// larger one. A file that breaks the engine costs nothing but its own inspection: the next one gets a
  /// fresh engine. Errors: kUnprocessable for a file that cannot be read (where() = "line N" if known),
  /// kResourceExhausted and kDeadlineExceeded for one that takes too much, kInternal when the engine failed
  /// on it; kCancelled; and kUnavailable when the engine could not be started, which says nothing about the
  /// file.
  Result<Inspection> Inspect(const std::filesystem::path& path, FileFormat format,
                             std::stop_token cancelled = {});

  /// As Inspect, but asks the user's classifiers first, in their order: the first that fits the file gives
  /// the answer (Inspection::classifier). Parquet files are not asked about. Where none fits, it is
  /// `format`'s own inference; without a format the error is kUnprocessable and says why each of them does
  /// not fit.
  Result<Inspection> Inspect(const std::filesystem::path& path, std::optional<FileFormat> format,
                             std::span<const Classifier> classifiers, std::stop_token cancelled = {});

 private:
  using Read = std::function<Result<Inspection>(
      duckdb::Connection& connection, const std::filesystem::path& file, std::stop_token cancelled)>;

  Result<Inspection> Run(const std::filesystem::path& path, std::stop_token cancelled, const Read& read);
  Result<std::unique_ptr<duckdb::Connection>> Connect();

  const std::filesystem::path directory_;
  const InspectionOptions options_;
  std::unique_ptr<duckdb::Instance> instance_;
};

}  // namespace tarn::catalog
