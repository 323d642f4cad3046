#include "services/catalog/tables/catalog_database.h"

#include "services/catalog/tables/migrations.h"

namespace tarn::catalog {

Result<std::unique_ptr<sqlite::Database>> OpenToWrite(const std::filesystem::path& file) {
  TARN_ASSIGN(auto database, sqlite::Database::Open(file));
  TARN_TRY(database->Migrate(Migrations()));
  TARN_TRY(database->Execute("PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4096"));
  return database;
}

Result<std::unique_ptr<sqlite::Database>> OpenToRead(const std::filesystem::path& file) {
  TARN_ASSIGN(auto database, sqlite::Database::Open(file));
  TARN_TRY(database->Execute("PRAGMA cache_size=-16384"));
  return database;
}

}  // namespace tarn::catalog
