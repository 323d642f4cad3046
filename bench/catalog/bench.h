#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tarn::catalog {

/// Puts `count` objects `<prefix>NNNNNN.parquet` into the bucket `transformed` of a lake, with the threads of a small
/// server: files of 20 columns and 10 row groups, of `distinct` different contents.
void PutWideFiles(const std::filesystem::path& lake, const std::string& prefix, int64_t count, int64_t distinct);

/// Puts `count` such objects `<prefix>tNNNNNN/part.parquet` into the bucket `raw`: one for each of as
/// many tables.
void PutTables(const std::filesystem::path& lake, const std::string& prefix, int64_t count);

/// Puts `count` objects `<prefix>day=N/part.csv` of one line each.
void PutPartitions(const std::filesystem::path& lake, const std::string& prefix, int64_t count);

/// Puts one object of `count` lines of CSV with quoted commas, dates and decimals.
void PutLargeCsv(const std::filesystem::path& lake, const std::string& key, uint64_t bytes);

/// Prints the seconds that DuckDB's parquet_schema takes over all Parquet files below a directory.
void TimeParquetSchema(const std::filesystem::path& directory);

/// Commits a table of `count` partitions, one file each with statistics, into a catalog, and prints the seconds that
/// took and the peak of resident memory in MB. Then reads it whole once, and prints the same.
void CommitPartitions(const std::filesystem::path& state, int64_t count);

}  // namespace tarn::catalog
