#include "services/query/engine/shared_instance.h"

#include <filesystem>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::query {

namespace {
constexpr size_t kIdleConnections = 16;
}

struct PooledInstance {
  ~PooledInstance() {
    idle.clear();
    instance.reset();
    std::error_code ignored;
    if (!spill.empty()) std::filesystem::remove_all(spill, ignored);
  }

  std::filesystem::path spill;
  std::unique_ptr<duckdb::Instance> instance;
  std::mutex mutex;  // of what follows
  std::vector<std::unique_ptr<duckdb::Connection>> idle;
  int64_t databases = 0;

  std::unique_ptr<duckdb::Connection> TakeIdle() {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) return nullptr;
    auto connection = std::move(idle.back());
    idle.pop_back();
    return connection;
  }

  void GiveBack(std::unique_ptr<duckdb::Connection> connection) {
    const std::scoped_lock lock(mutex);
    if (idle.size() < kIdleConnections && !instance->broken()) idle.push_back(std::move(connection));
  }

  std::string NextDatabase() {
    const std::scoped_lock lock(mutex);
    return "tarn_" + std::to_string(++databases);
  }
};

Status SharedInstance::Session::Prepare() {
  const std::string name = instance_->NextDatabase();
  TARN_TRY(connection_->Run("ATTACH ':memory:' AS " + name));
  database_ = name;
  return connection_->Run("USE " + name);
}

Status SharedInstance::Session::Clean() {
  if (database_.empty()) return Ok();
  TARN_TRY(connection_->Run("USE memory"));
  return connection_->Run("DETACH " + database_);
}

SharedInstance::Session::~Session() {
  if (instance_->instance->broken()) return;
  if (const auto cleaned = Clean(); !cleaned.ok()) {
    if (instance_->instance->broken()) return;
    log::Warn("cannot clean a connection of the SQL engine; it is closed", {{"error", cleaned.error()}});
    return;
  }
  instance_->GiveBack(std::move(connection_));
}

Result<std::shared_ptr<PooledInstance>> SharedInstance::Current() {
  const std::scoped_lock lock(mutex_);
  if (current_ && !current_->instance->broken()) return current_;
  if (current_) {
    ++replaced_;
    log::Warn("the SQL engine broke and is replaced", {{"replaced", replaced_}});
  }
  auto next = std::make_shared<PooledInstance>();
  duckdb::InstanceOptions options = options_;
  if (!options.temp_directory.empty()) next->spill = options.temp_directory /= NewUlid();
  TARN_ASSIGN(next->instance, duckdb::Instance::Open(options));
  current_ = next;
  return next;
}

Result<std::unique_ptr<SharedInstance::Session>> SharedInstance::Take() {
  TARN_ASSIGN(auto instance, Current());
  auto connection = instance->TakeIdle();
  if (!connection) {
    TARN_ASSIGN(connection, instance->instance->Connect());
  }
  auto session = std::make_unique<Session>(std::move(instance), std::move(connection));
  TARN_TRY(session->Prepare());
  return session;
}

int64_t SharedInstance::replaced() const {
  const std::scoped_lock lock(mutex_);
  return replaced_;
}

}  // namespace tarn::query
