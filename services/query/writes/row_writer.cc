#include "services/query/writes/row_writer.h"

#include <algorithm>

#include "common/duckdb/write_parquet.h"
#include "services/query/writes/read_back.h"
#include "services/query/writes/storable_type.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;
using duckdb::QuoteIdentifier;
using duckdb::QuoteLiteral;

constexpr uint64_t kMemoryBytes = 512 << 20;

std::string CopyOptions(const RowLayout& layout) {
  const std::string& asked = layout.compression;
  switch (layout.format) {
    case RowFormat::kParquet:
      return "FORMAT parquet, COMPRESSION " + (asked.empty()     ? "snappy"
                                               : asked == "none" ? "uncompressed"
                                                                 : asked);
    case RowFormat::kCsv:
      return std::string("FORMAT csv, HEADER ") + (layout.header ? "true" : "false") + ", DELIMITER " +
             QuoteLiteral(layout.delimiter) + ", QUOTE " + QuoteLiteral(layout.quote) + ", ESCAPE " +
             QuoteLiteral(layout.escape) + ", NULLSTR '', COMPRESSION " + (asked.empty() ? "none" : asked);
    case RowFormat::kJson:
      return "FORMAT json, COMPRESSION " + (asked.empty() ? "none" : asked);
  }
  return "";
}

// One statement's rows, first as they are and then as the layout wants them.
class Rows {
 public:
  Rows(duckdb::Connection& writer, duckdb::Connection& reader, const fs::path& directory,
       const RowLayout& layout, std::stop_token cancelled)
      : writer_(writer),
        reader_(reader),
        directory_(directory),
        layout_(layout),
        cancelled_(std::move(cancelled)) {}

  Result<WrittenRows> Write(duckdb::ResultStream& rows) {
    const fs::path raw = directory_ / "rows.parquet";
    WrittenRows written;
    TARN_ASSIGN(raw_, duckdb::WriteParquet(writer_, rows, raw, {}, cancelled_));
    written.rows = raw_.rows;
    from_ = " FROM read_parquet(" + QuoteLiteral(raw.string()) + ", hive_partitioning = false)";
    TARN_ASSIGN(const std::string columns, List(layout_.columns, rows.columns()));
    if (layout_.format == RowFormat::kJson && raw_.rows == 0) return written;  // it would be no JSON
    if (layout_.partitions.empty()) {
      written.files.push_back({"", directory_ / ("part" + layout_.Suffix())});
      TARN_TRY(Copy("SELECT " + columns + from_, written.files[0].file));
      return written;
    }
    TARN_TRY(WritePartitions(columns, rows.columns(), written));
    return written;
  }

 private:
  Status Copy(const std::string& rows, const fs::path& file) {
    TARN_TRY(reader_.Run(
        "COPY (" + rows + ") TO " + QuoteLiteral(file.string()) + " (" + CopyOptions(layout_) + ")",
        cancelled_));
    if (layout_.format == RowFormat::kParquet) return Ok();
    return CheckReadBack(reader_, layout_, rows, file, cancelled_);
  }

  Result<std::string> Value(const StoredColumn& column, const std::vector<duckdb::Column>& rows) {
    const duckdb::Column& source = rows[column.source];
    // As the result has it: Parquet keeps some types as others.
    const std::string type = source.type == "\"NULL\"" ? "VARCHAR" : source.type;
    const std::string value = "CAST(" + QuoteIdentifier(raw_.names[column.source]) + " AS " + type + ")";
    if (StorableType(source.type) == column.type) return "CAST(" + value + " AS " + column.type + ")";
    auto cast = LosslessCast(value, source.type, column.type, column.name);
    if (cast) return std::move(*cast);
    TARN_ASSIGN(const bool nothing, IsNull(raw_.names[column.source]));
    if (nothing) return "CAST(NULL AS " + column.type + ")";
    return Error(Code::kUnprocessable, "the column " + column.name + " is " + column.type +
                                           ", the query gives " + source.type + "; say how with CAST");
  }

  // A NULL that stands alone is of some type; which one means nothing.
  Result<bool> IsNull(const std::string& name) {
    TARN_ASSIGN(const auto counted,
                reader_.Execute("SELECT count(" + QuoteIdentifier(name) + ")" + from_, {}, cancelled_));
    TARN_ASSIGN(const auto chunk, counted->Next());
    return chunk && chunk->rows() == 1 && chunk->Text(0, 0) == "0";
  }

  Result<std::string> List(const std::vector<StoredColumn>& columns,
                           const std::vector<duckdb::Column>& rows) {
    std::string list;
    for (const auto& column : columns) {
      TARN_ASSIGN(const std::string value, Value(column, rows));
      list += (list.empty() ? "" : ", ") + value + " AS " + QuoteIdentifier(column.name);
    }
    return list;
  }

  // 'day=' || '2026-01-01' || '/'
  Result<std::string> Folder(const std::vector<duckdb::Column>& rows) {
    std::string folder;
    for (const auto& key : layout_.partitions) {
      TARN_ASSIGN(const std::string value, Value(key, rows));
      folder += (folder.empty() ? "" : " || ") + QuoteLiteral(key.name + '=') +
                " || coalesce(url_encode(CAST(" + value +
                " AS VARCHAR)), '__HIVE_DEFAULT_PARTITION__') || '/'";
    }
    return folder;
  }

  // One folder after the other: the values are few, and every format takes that.
  Status WritePartitions(const std::string& columns, const std::vector<duckdb::Column>& rows,
                         WrittenRows& written) {
    TARN_ASSIGN(const std::string folder, Folder(rows));
    TARN_ASSIGN(const auto found, reader_.Execute("SELECT DISTINCT " + folder + from_ + " ORDER BY 1 LIMIT " +
                                                      std::to_string(RowWriter::kMaxPartitions + 1),
                                                  {}, cancelled_));
    std::vector<std::string> names;
    while (true) {
      TARN_ASSIGN(const auto chunk, found->Next());
      if (!chunk) break;
      for (size_t row = 0; row < chunk->rows(); ++row) names.push_back(chunk->Text(row, 0));
    }
    if (names.size() > static_cast<size_t>(RowWriter::kMaxPartitions))
      return Error(Code::kUnprocessable, "the rows are of over 1000 partitions; write fewer at a time");
    for (size_t i = 0; i < names.size(); ++i) {
      const fs::path file = directory_ / ("part-" + std::to_string(i) + layout_.Suffix());
      // Folders tell an empty text as little from NULL as they tell it from nothing.
      if (names[i].find("=/") != std::string::npos)
        return Error(Code::kUnprocessable,
                     "a partition's value cannot be an empty text; make it NULL: " + names[i]);
      TARN_TRY(Copy("SELECT " + columns + from_ + " WHERE " + folder + " = " + QuoteLiteral(names[i]), file));
      written.files.push_back({names[i], file});
    }
    return Ok();
  }

  duckdb::Connection& writer_;
  duckdb::Connection& reader_;
  const fs::path& directory_;
  const RowLayout& layout_;
  const std::stop_token cancelled_;
  duckdb::WrittenParquet raw_;
  std::string from_;
};

}  // namespace

std::string RowLayout::Suffix() const {
  if (format == RowFormat::kParquet) return ".parquet";
  const std::string packed = compression == "gzip" ? ".gz" : compression == "zstd" ? ".zst" : "";
  return (format == RowFormat::kCsv ? ".csv" : ".ndjson") + packed;
}

Result<std::unique_ptr<RowWriter>> RowWriter::Open(object_store::ObjectStore& store) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = kMemoryBytes;
  options.writes_streams = true;
  // A store's scratch directories stand side by side.
  TARN_ASSIGN(const auto scratch, store.ScratchDirectory());
  options.allowed_directories = {scratch->parent_path()};
  return std::unique_ptr<RowWriter>(new RowWriter(store, options));
}

Result<WrittenRows> RowWriter::Write(duckdb::ResultStream& rows, const RowLayout& layout,
                                     std::stop_token cancelled) {
  TARN_ASSIGN(const auto directory, store_.ScratchDirectory());
  TARN_ASSIGN(const auto session, instance_.Take());
  TARN_ASSIGN(const auto reader, instance_.Take());
  TARN_ASSIGN(auto written,
              Rows(session->connection(), reader->connection(), *directory, layout, cancelled).Write(rows));
  written.directory = directory;
  return written;
}

}  // namespace tarn::query
