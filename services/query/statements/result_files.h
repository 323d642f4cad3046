#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/duckdb/write_parquet.h"
#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/query/engine/shared_instance.h"

namespace tarn::query {

/// Where the rows of a statement are kept: the object `<bucket>/<id>/result.parquet`.
struct ResultPlace {
  static constexpr const char* kDefaultBucket = "results";

  std::string bucket;
  std::string id;

  std::string Key() const { return id + "/result.parquet"; }
};

/// Rows as Parquet files, which hold every type and give any page and any format again. Works in an engine of
/// its own, which no statement of a stranger reaches. Thread-safe.
class ResultFiles {
 public:
  /// `store` must outlive it. Errors: kInternal.
  static Result<std::unique_ptr<ResultFiles>> Open(object_store::ObjectStore& store);

  /// A file that is written and not yet an object; removed with its directory.
  struct Written {
    std::shared_ptr<const std::filesystem::path> directory;
    std::filesystem::path file;
    duckdb::WrittenParquet parquet;
  };
  /// Errors: those of duckdb::WriteParquet.
  Result<Written> Write(duckdb::ResultStream& rows, const duckdb::ParquetLimits& limits,
                        std::stop_token cancelled);

  /// Makes it the result. Doing it again changes nothing. Errors: those of ObjectStore::Commit.
  Status Publish(const ResultPlace& place, const Written& written);

  /// Rows from `first` on, at most `count`, in the order they were written; `columns` are those of the
  /// statement. Errors: kNotFound when the result was removed.
  Result<std::unique_ptr<duckdb::ResultStream>> Read(const ResultPlace& place,
                                                     const std::vector<duckdb::Column>& columns,
                                                     int64_t first, std::optional<int64_t> count,
                                                     std::stop_token cancelled);

  /// The file itself. Errors: as Read.
  Result<std::unique_ptr<object_store::ObjectReader>> OpenFile(const ResultPlace& place);

  Status Remove(const ResultPlace& place);

 private:
  ResultFiles(object_store::ObjectStore& store, const duckdb::InstanceOptions& options)
      : store_(store), instance_(options) {}

  object_store::ObjectStore& store_;
  SharedInstance instance_;
};

}  // namespace tarn::query
