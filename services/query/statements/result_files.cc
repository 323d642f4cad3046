#include "services/query/statements/result_files.h"

namespace tarn::query {
namespace {

constexpr uint64_t kMemoryBytes = 512 << 20;

// Stored rows, and what must stay while they are read.
class StoredRows : public duckdb::ResultStream {
 public:
  StoredRows(std::unique_ptr<object_store::Pin> pin, std::unique_ptr<SharedInstance::Session> session,
             std::unique_ptr<duckdb::ResultStream> rows)
      : pin_(std::move(pin)), session_(std::move(session)), rows_(std::move(rows)) {}

  const std::vector<duckdb::Column>& columns() const override { return rows_->columns(); }
  std::shared_ptr<const duckdb::Schema> schema() const override { return rows_->schema(); }
  int64_t rows_changed() const override { return 0; }
  Result<std::unique_ptr<duckdb::Chunk>> Next() override { return rows_->Next(); }

 private:
  std::unique_ptr<object_store::Pin> pin_;
  std::unique_ptr<SharedInstance::Session> session_;
  std::unique_ptr<duckdb::ResultStream> rows_;  // last: it uses the others
};

std::string ReadSql(const std::filesystem::path& file, const std::vector<duckdb::Column>& columns,
                    int64_t first, std::optional<int64_t> count) {
  const auto names = duckdb::UniqueNames(columns);
  std::string list;
  for (size_t i = 0; i < columns.size(); ++i) {
    list += (i > 0 ? ", " : "") +
            ("CAST(" + duckdb::QuoteIdentifier(names[i]) + " AS " + columns[i].type + ") AS ") +
            duckdb::QuoteIdentifier(columns[i].name);
  }
  std::string sql = "SELECT " + list + " FROM read_parquet(" + duckdb::QuoteLiteral(file.string()) +
                    ", hive_partitioning = false)";
  if (count) sql += " LIMIT " + std::to_string(*count);
  if (first > 0) sql += " OFFSET " + std::to_string(first);
  return sql;
}

Error Gone(const Error& error) {
  if (error.code() != Code::kNotFound) return error;
  return Error(Code::kNotFound, "the result is not kept any more: it expired; run the statement again");
}

}  // namespace

Result<std::unique_ptr<ResultFiles>> ResultFiles::Open(object_store::ObjectStore& store) {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = kMemoryBytes;
  options.writes_streams = true;
  // A store's pins stand side by side, and so do its scratch directories.
  TARN_ASSIGN(const auto pin, store.PinFiles({}));
  TARN_ASSIGN(const auto scratch, store.ScratchDirectory());
  options.allowed_directories = {pin->directory().parent_path(), scratch->parent_path()};
  return std::unique_ptr<ResultFiles>(new ResultFiles(store, options));
}

Result<ResultFiles::Written> ResultFiles::Write(duckdb::ResultStream& rows,
                                                const duckdb::ParquetLimits& limits,
                                                std::stop_token cancelled) {
  Written written;
  TARN_ASSIGN(written.directory, store_.ScratchDirectory());
  written.file = *written.directory / "result.parquet";
  TARN_ASSIGN(const auto session, instance_.Take());
  TARN_ASSIGN(written.parquet,
              duckdb::WriteParquet(session->connection(), rows, written.file, limits, cancelled));
  return written;
}

Status ResultFiles::Publish(const ResultPlace& place, const Written& written) {
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = place.bucket;
  changes[0].key = place.Key();
  TARN_ASSIGN(changes[0].content, store_.StageFile(written.file));
  changes[0].options.content_type = "application/vnd.apache.parquet";
  object_store::CommitOptions options;
  options.token = "result/" + place.id;  // the id alone names what the statement itself writes
  TARN_ASSIGN(const auto committed, store_.Commit(std::move(changes), options));
  (void)committed;
  return Ok();
}

Result<std::unique_ptr<duckdb::ResultStream>> ResultFiles::Read(const ResultPlace& place,
                                                                const std::vector<duckdb::Column>& columns,
                                                                int64_t first, std::optional<int64_t> count,
                                                                std::stop_token cancelled) {
  const auto info = store_.Head(place.bucket, place.Key());
  if (!info.ok()) return Gone(info.error());
  auto pin = store_.PinFiles({{place.bucket, place.Key(), info->version}});
  if (!pin.ok()) return Gone(pin.error());
  TARN_ASSIGN(auto session, instance_.Take());
  const std::string sql = ReadSql((*pin)->files()[0], columns, first, count);
  TARN_ASSIGN(auto rows, session->connection().Execute(sql, {}, cancelled));
  return std::unique_ptr<duckdb::ResultStream>(
      std::make_unique<StoredRows>(std::move(*pin), std::move(session), std::move(rows)));
}

Result<std::unique_ptr<object_store::ObjectReader>> ResultFiles::OpenFile(const ResultPlace& place) {
  auto reader = store_.Get(place.bucket, place.Key());
  if (!reader.ok()) return Gone(reader.error());
  return reader;
}

Status ResultFiles::Remove(const ResultPlace& place) {
  auto removed = store_.Delete(place.bucket, place.Key());
  if (!removed.ok() && removed.error().code() == Code::kNotFound) return Ok();
  return removed;
}

}  // namespace tarn::query
