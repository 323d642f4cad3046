#include "common/duckdb/write_parquet.h"

#include <set>
#include <system_error>

#include "common/duckdb/chunk.h"
#include "common/duckdb/parquet_type.h"
#include "common/duckdb/stream_source.h"

namespace tarn::duckdb {
namespace {

namespace fs = std::filesystem;

// Small enough that a page of rows from the middle of a file reads little of it.
constexpr int64_t kRowGroupRows = 61'440;
constexpr int64_t kRowsBetweenSizes = 1 << 16;

// Counts the rows on their way into the file.
class Meter {
 public:
  Meter(ResultStream& stream, const ParquetLimits& limits, const fs::path& file, WrittenParquet& written)
      : stream_(stream), limits_(limits), file_(file), written_(written) {}

  Result<std::unique_ptr<Chunk>> Next() {
    if (written_.truncated) return std::unique_ptr<Chunk>();
    TARN_ASSIGN(auto chunk, stream_.Next());
    if (!chunk) return chunk;
    const int64_t room = limits_.max_rows - written_.rows;
    if (static_cast<int64_t>(chunk->rows()) > room) {
      written_.truncated = true;
      if (room == 0) return std::unique_ptr<Chunk>();
      duckdb_data_chunk_set_size(static_cast<duckdb_data_chunk>(chunk->native()), static_cast<idx_t>(room));
    }
    written_.rows += written_.truncated ? room : static_cast<int64_t>(chunk->rows());
    TARN_TRY(Look());
    return chunk;
  }

 private:
  Status Look() {
    if (written_.rows - seen_ < kRowsBetweenSizes) return Ok();
    seen_ = written_.rows;
    if (limits_.on_rows) limits_.on_rows(written_.rows);
    std::error_code failure;
    const auto size = fs::file_size(file_, failure);
    if (!failure && size > limits_.max_bytes)
      return Error(Code::kResourceExhausted, "the result is too large");
    return Ok();
  }

  ResultStream& stream_;
  const ParquetLimits& limits_;
  const fs::path& file_;
  WrittenParquet& written_;
  int64_t seen_ = 0;
};

std::string CopySql(int64_t stream, const Schema& schema, WrittenParquet& written, const fs::path& file) {
  std::string list;
  for (size_t i = 0; i < schema.types.size(); ++i) {
    const LogicalType& type = schema.types[i];
    const std::string stored = ParquetTypeName(type);
    const bool same = stored == type.name;
    const std::string column = 'c' + std::to_string(i);
    list += (i > 0 ? ", " : "") + (same ? column : "CAST(" + column + " AS " + stored + ')') + " AS " +
            QuoteIdentifier(written.names[i]);
    written.types.push_back(ComesBackFromParquet(type) ? type.name : stored);
  }
  return "COPY (SELECT " + list + " FROM tarn_stream(" + std::to_string(stream) + ")) TO " +
         QuoteLiteral(file.string()) +
         " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, ROW_GROUP_SIZE " +
         std::to_string(kRowGroupRows) + ')';
}

}  // namespace

// Names are compared without case by those who read the file.
std::vector<std::string> UniqueNames(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  std::set<std::string> used;
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
  };
  for (const auto& column : columns) {
    std::string name = column.name;
    for (int suffix = 1; !used.insert(lower(name)).second; ++suffix)
      name = column.name + '_' + std::to_string(suffix);
    names.push_back(name);
  }
  return names;
}

Result<WrittenParquet> WriteParquet(Connection& writer, ResultStream& stream, const fs::path& file,
                                    const ParquetLimits& limits, std::stop_token cancelled) {
  WrittenParquet written;
  written.names = UniqueNames(stream.columns());
  Meter meter(stream, limits, file, written);
  StreamSource source;
  source.schema = stream.schema();
  for (size_t i = 0; i < written.names.size(); ++i) source.names.push_back('c' + std::to_string(i));
  source.next = [&] { return meter.Next(); };
  const int64_t id = writer.streams().Add(source);
  const auto copied = writer.Run(CopySql(id, *source.schema, written, file), cancelled);
  writer.streams().Remove(id);
  if (!source.failure.ok()) return source.failure.error();
  if (!copied.ok()) return copied.error();
  std::error_code failure;
  written.bytes = fs::file_size(file, failure);
  if (failure) return Error(Code::kInternal, "the SQL engine wrote no file");
  if (written.bytes > limits.max_bytes) return Error(Code::kResourceExhausted, "the result is too large");
  return written;
}

}  // namespace tarn::duckdb
