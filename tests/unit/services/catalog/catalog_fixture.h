#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/crawlers/crawl_store.h"
#include "services/catalog/crawlers/crawler_store.h"
#include "services/catalog/tables/migrations.h"
#include "services/catalog/tables/sqlite_table_store.h"

namespace tarn::catalog {

/// The catalog's stores over a database in memory or in a file.
struct CatalogFixture {
  explicit CatalogFixture(const std::filesystem::path& file = ":memory:", int64_t keep_versions = 100) {
    writer = std::move(sqlite::Database::Open(file)).value();
    if (const Status migrated = writer->Migrate(Migrations()); !migrated.ok())
      throw std::runtime_error(migrated.error().message());
    if (file != ":memory:") reader = std::move(sqlite::Database::Open(file)).value();
    tables = std::make_unique<SqliteTableStore>(*writer, reader ? *reader : *writer, keep_versions);
    crawls = std::make_unique<CrawlStore>(*writer, 1000);
    crawlers = std::make_unique<CrawlerStore>(*writer);
  }

  /// Commits the changes and nothing else.
  Result<std::vector<TableReport>> Commit(const std::vector<TableChange>& changes) {
    return tables->Commit(changes, {"crawl", FromUnixMillis(1'700'000'000'000)},
                          [](const std::vector<TableReport>&) { return Ok(); });
  }

  std::unique_ptr<sqlite::Database> writer, reader;
  std::unique_ptr<SqliteTableStore> tables;
  std::unique_ptr<CrawlStore> crawls;
  std::unique_ptr<CrawlerStore> crawlers;
};

/// A Parquet file of 10 rows and 1000 bytes.
inline DataFile MakeFile(const std::string& key, const std::string& version, std::vector<Column> columns,
                         std::vector<PartitionValue> partition = {}) {
  FileLayout layout{FileFormat::kParquet, std::move(columns), {}, {}};
  for (const PartitionValue& value : partition) layout.partition.push_back({value.key, "VARCHAR", true});
  return {"transformed",
          key,
          version,
          1000,
          10,
          FromUnixMillis(1'700'000'000'000),
          std::move(partition),
          std::make_shared<const FileLayout>(std::move(layout))};
}

}  // namespace tarn::catalog
