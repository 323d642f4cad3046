#include "services/catalog/tables/reader_pool.h"

#include "services/catalog/tables/catalog_database.h"

namespace tarn::catalog {

Result<std::unique_ptr<ReaderPool>> ReaderPool::Open(const std::filesystem::path& file, size_t connections) {
  std::unique_ptr<ReaderPool> pool(new ReaderPool());
  for (size_t i = 0; i < connections; ++i) {
    TARN_ASSIGN(auto database, OpenToRead(file));
    pool->idle_.push_back(database.get());
    pool->all_.push_back(std::move(database));
  }
  return pool;
}

ReaderPool::Lease ReaderPool::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return !idle_.empty(); });
  sqlite::Database* database = idle_.back();
  idle_.pop_back();
  return Lease(*this, *database);
}

void ReaderPool::Return(sqlite::Database& database) {
  {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(&database);
  }
  returned_.notify_one();
}

}  // namespace tarn::catalog
