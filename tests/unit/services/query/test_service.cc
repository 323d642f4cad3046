#include "tests/unit/services/query/test_service.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "services/query/engine/duckdb_engine.h"

namespace tarn::query {
namespace {

void Need(Status status) {
  if (!status.ok()) throw std::runtime_error(status.error().message());
}

}  // namespace

TestService::TestService() {
  AddGoldenTables(lake_);
  primary.name = kPrimaryWorkgroup;
  primary.memory_bytes = 256 << 20;
  database_ = query::Need(sqlite::Database::Open(lake_.path() / "query.db"));
  Need(database_->Migrate({StatementStore::kMigration, StatementStore::kDialectMigration,
                           StatementStore::kWorkgroupMigration, WorkgroupStore::kMigration,
                           PageTokens::kMigration, RequestIds::kMigration}));
  statements_ = std::make_unique<StatementStore>(*database_);
  stored_workgroups_ = std::make_unique<WorkgroupStore>(*database_);
  requests_ = std::make_unique<RequestIds>(*database_);
  results_ = query::Need(ResultFiles::Open(lake_.store()));
  tokens_ = query::Need(PageTokens::Open(*database_));
}

void TestService::Restart() {
  queue_.reset();
  const auto make_engine = [this](const WorkgroupDefinition& workgroup) {
    DuckDbEngineOptions options;
    options.memory_bytes = workgroup.memory_bytes;
    options.temp_directory = lake_.path() / "tmp";
    return OpenDuckDbEngine(options, lake_.store());
  };
  workgroups_ = std::make_unique<Workgroups>(primary, make_engine, *stored_workgroups_, lake_.store(),
                                             lake_.path() / "pipelines");
  Need(workgroups_->Reload());
  admission_ = std::make_unique<Admission>(4);
  queue_ = std::make_unique<StatementQueue>(queue_options, parts(), *statements_);
  Need(queue_->Start());
}

StatementParts TestService::parts() {
  return {lake_.parts(), *workgroups_, *results_, *admission_, *requests_, metrics_};
}

Statement TestService::WaitForState(const std::string& id, StatementState state) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  Statement statement = query::Need(queue_->Get(id));
  while (statement.state != state && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
    statement = query::Need(queue_->Get(id));
  }
  EXPECT_STREQ(StateName(statement.state), StateName(state))
      << (statement.error ? statement.error->message() : "");
  return statement;
}

Statement TestService::Submit(const std::string& sql, std::optional<int64_t> max_rows) {
  return query::Need(queue_->Submit({.sql = sql, .database = "spotify", .max_rows = max_rows}));
}

}  // namespace tarn::query
