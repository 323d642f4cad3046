#include "services/query/engine/shared_instance.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::query {

namespace {
constexpr size_t kIdleConnections = 32;
constexpr size_t kMaxKeptViewBytes = 64 << 10;
}  // namespace

struct PooledConnection {
  std::unique_ptr<duckdb::Connection> connection;
  std::string database{};  // its own; empty: it has none
  std::string views{};     // what is in the database, if anything
  bool counts_progress = false;
};

struct PooledInstance {
  ~PooledInstance() {
    idle.clear();
    instance.reset();
    std::error_code ignored;
    if (!spill.empty()) std::filesystem::remove_all(spill, ignored);
  }

  std::filesystem::path spill;
  std::unique_ptr<duckdb::Instance> instance;
  std::mutex mutex;                                     // of what follows
  std::vector<std::unique_ptr<PooledConnection>> idle;  // used last: last
  int64_t databases = 0;

  // One that has these views if there is, else that which was not used for the longest time.
  std::unique_ptr<PooledConnection> TakeIdle(const std::string& views) {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) return nullptr;
    const auto same =
        std::find_if(idle.rbegin(), idle.rend(), [&](const auto& one) { return one->views == views; });
    const auto position = same == idle.rend() ? idle.begin() : same.base() - 1;
    auto connection = std::move(*position);
    idle.erase(position);
    return connection;
  }

  void GiveBack(std::unique_ptr<PooledConnection> connection) {
    const std::scoped_lock lock(mutex);
    if (idle.size() < kIdleConnections && !instance->broken()) idle.push_back(std::move(connection));
  }

  std::string NextDatabase() {
    const std::scoped_lock lock(mutex);
    return "tarn_" + std::to_string(++databases);
  }
};

namespace {

Status DropDatabase(PooledConnection& connection) {
  if (connection.database.empty()) return Ok();
  TARN_TRY(connection.connection->Run("USE memory; DETACH " + connection.database));
  connection.database.clear();
  connection.views.clear();
  return Ok();
}

}  // namespace

SharedInstance::Session::Session(std::shared_ptr<PooledInstance> instance,
                                 std::unique_ptr<PooledConnection> connection)
    : instance_(std::move(instance)), connection_(std::move(connection)) {}

Status SharedInstance::Session::Prepare(const std::string& views) {
  made_ = !connection_->database.empty() && connection_->views == views;
  if (made_) return Ok();
  TARN_TRY(DropDatabase(*connection_));
  const std::string name = instance_->NextDatabase();
  TARN_TRY(connection_->connection->Run("ATTACH ':memory:' AS " + name + "; USE " + name));
  connection_->database = name;
  connection_->views = views;
  return Ok();
}

Status SharedInstance::Session::CountProgress(bool counts) {
  if (connection_->counts_progress == counts) return Ok();
  // The engine counts only while its progress bar is on; the bar itself would write to the terminal.
  TARN_TRY(connection_->connection->Run(
      counts ? "SET enable_progress_bar_print = false; SET enable_progress_bar = true"
             : "SET enable_progress_bar = false"));
  connection_->counts_progress = counts;
  return Ok();
}

duckdb::Connection& SharedInstance::Session::connection() { return *connection_->connection; }

SharedInstance::Session::~Session() {
  if (instance_->instance->broken()) return;
  const bool keep = keep_ && connection_->views.size() <= kMaxKeptViewBytes;
  if (const auto cleaned = keep ? Ok() : DropDatabase(*connection_); !cleaned.ok()) {
    if (instance_->instance->broken()) return;
    log::Warn("cannot clean a connection of the SQL engine; it is closed", {{"error", cleaned.error()}});
    return;
  }
  instance_->GiveBack(std::move(connection_));
}

SharedInstance::SharedInstance(duckdb::InstanceOptions options) : options_(std::move(options)) {
  options_.counts_progress = false;
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

Result<std::unique_ptr<SharedInstance::Session>> SharedInstance::Take(const std::string& views) {
  TARN_ASSIGN(auto instance, Current());
  auto connection = instance->TakeIdle(views);
  if (!connection) {
    connection = std::make_unique<PooledConnection>();
    TARN_ASSIGN(connection->connection, instance->instance->Connect());
  }
  auto session = std::make_unique<Session>(std::move(instance), std::move(connection));
  TARN_TRY(session->Prepare(views));
  return session;
}

int64_t SharedInstance::replaced() const {
  const std::scoped_lock lock(mutex_);
  return replaced_;
}

}  // namespace tarn::query
