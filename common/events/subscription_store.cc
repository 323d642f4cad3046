#include <system_error>

#include "common/events/subscriptions.h"
#include "common/events/webhook.h"
#include "common/ids/ulid.h"
#include "common/sqlite/database.h"

namespace tarn::events {
namespace {

using object_store::Event;

constexpr int64_t kMaxSubscriptions = 1000;
constexpr size_t kMaxReasonBytes = 1000;

const std::vector<std::string> kMigrations = {R"sql(
  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    bucket TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    types INTEGER NOT NULL,         -- a bit per event type; 0: all
    writer TEXT NOT NULL,
    secret TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabled_reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    start_after INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE delivery_states (
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    writer TEXT NOT NULL,
    delivered_sequence INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failing_since_ms INTEGER,
    last_status INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    next_attempt_ms INTEGER,
    PRIMARY KEY (subscription_id, writer)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    redrive_requested INTEGER NOT NULL,
    UNIQUE (subscription_id, sequence)
  ) STRICT;
  CREATE INDEX dead_letters_to_redrive ON dead_letters (subscription_id, id) WHERE redrive_requested = 1;
)sql"};

constexpr const char* kSubscriptionColumns =
    "id, endpoint, bucket, prefix, suffix, types, writer, secret, enabled, disabled_reason, created_ms";
constexpr const char* kStateColumns =
    "subscription_id, writer, delivered_sequence, attempts, failing_since_ms, last_status, last_error, next_attempt_ms";
constexpr const char* kLetterColumns = "id, subscription_id, sequence, reason, created_ms, redrive_requested";

int64_t PackTypes(const std::vector<Event::Type>& types) {
  int64_t bits = 0;
  for (const Event::Type type : types) bits |= int64_t{1} << static_cast<int>(type);
  return bits;
}

std::vector<Event::Type> UnpackTypes(int64_t bits) {
  std::vector<Event::Type> types;
  for (const Event::Type type : object_store::kEventTypes) {
    if (bits >> static_cast<int>(type) & 1) types.push_back(type);
  }
  return types;
}

std::optional<int64_t> ToMillis(const std::optional<Timestamp>& time) {
  return time ? std::optional(ToUnixMillis(*time)) : std::nullopt;
}

std::optional<Timestamp> FromMillis(const std::optional<int64_t>& ms) {
  return ms ? std::optional(FromUnixMillis(*ms)) : std::nullopt;
}

Subscription ReadSubscription(const sqlite::Statement& row) {
  Subscription subscription;
  subscription.id = row.Text(0);
  subscription.endpoint = row.Text(1);
  subscription.filter = {row.Text(2), row.Text(3), row.Text(4), UnpackTypes(row.Integer(5)), row.Text(6)};
  subscription.secret = row.Text(7);
  subscription.enabled = row.Integer(8) != 0;
  subscription.disabled_reason = row.Text(9);
  subscription.created_at = FromUnixMillis(row.Integer(10));
  return subscription;
}

DeliveryState ReadState(const sqlite::Statement& row) {
  return {row.Text(0),
          row.Text(1),
          row.Integer(2),
          static_cast<int>(row.Integer(3)),
          FromMillis(row.OptionalInteger(4)),
          static_cast<int>(row.Integer(5)),
          row.Text(6),
          FromMillis(row.OptionalInteger(7))};
}

DeadLetter ReadLetter(const sqlite::Statement& row) {
  return {row.Text(0), row.Text(1), row.Integer(2), row.Text(3), FromUnixMillis(row.Integer(4)), row.Integer(5) != 0};
}

template <class Row>
Result<std::vector<Row>> ReadAll(sqlite::Statement& select, Row (*read)(const sqlite::Statement&)) {
  std::vector<Row> rows;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return rows;
    rows.push_back(read(select));
  }
}

std::string Select(const char* columns, const char* rest) { return std::string("SELECT ") + columns + " FROM " + rest; }

Error NoSubscription(const std::string& id) { return Error(Code::kNotFound, "there is no such subscription: " + id); }
Error NoLetter(const std::string& id) { return Error(Code::kNotFound, "there is no such dead letter: " + id); }

class SqliteSubscriptionStore final : public SubscriptionStore {
 public:
  explicit SqliteSubscriptionStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}

  Result<Subscription> Upsert(Subscription subscription, int64_t start_after) override {
    TARN_TRY(CheckSubscription(subscription));
    if (subscription.id.empty()) subscription.id = NewUlid();
    TARN_TRY(database_->Transact([&]() -> Status {
      TARN_ASSIGN(const auto stored, Find(subscription.id));
      subscription.created_at = stored ? stored->created_at : Now();
      if (subscription.secret.empty()) subscription.secret = stored ? stored->secret : NewSecret();
      if (subscription.enabled) subscription.disabled_reason.clear();
      TARN_TRY(stored ? ForgetWaiting(subscription.id) : CheckRoom());
      return Store(subscription, start_after);
    }));
    return subscription;
  }

  Result<Subscription> Get(const std::string& id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto found, Find(id));
    if (!found) return NoSubscription(id);
    return *std::move(found);
  }

  Result<std::vector<Subscription>> List(const std::string& after_id, int64_t limit) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kSubscriptionColumns, "subscriptions WHERE id > ?1 ORDER BY id LIMIT ?2")));
    select.Bind(1, after_id).Bind(2, limit);
    return ReadAll(select, ReadSubscription);
  }

  Status Remove(const std::string& id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto remove, database_->Prepare("DELETE FROM subscriptions WHERE id = ?1"));
    TARN_TRY(remove.Bind(1, id).Run());
    return database_->Changes() > 0 ? Ok() : Status(NoSubscription(id));
  }

  Status Disable(const std::string& id, const std::string& reason) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE subscriptions SET enabled = 0, disabled_reason = ?2 WHERE id = ?1"));
    TARN_TRY(update.Bind(1, id).Bind(2, std::string_view(reason).substr(0, kMaxReasonBytes)).Run());
    return database_->Changes() > 0 ? Ok() : Status(NoSubscription(id));
  }

  Result<DeliveryState> LoadState(const std::string& subscription_id, const std::string& writer) override {
    const auto lock = database_->Lock();
    {
      TARN_ASSIGN(auto select, database_->Prepare(Select(kStateColumns, "delivery_states WHERE subscription_id = ?1 AND writer = ?2")));
      TARN_ASSIGN(const bool found, select.Bind(1, subscription_id).Bind(2, writer).Step());
      if (found) return ReadState(select);
    }
    TARN_ASSIGN(auto select, database_->Prepare("SELECT start_after FROM subscriptions WHERE id = ?1"));
    TARN_ASSIGN(const bool found, select.Bind(1, subscription_id).Step());
    if (!found) return NoSubscription(subscription_id);
    DeliveryState state;
    state.subscription_id = subscription_id;
    state.writer = writer;
    state.delivered_sequence = select.Integer(0);
    return state;
  }

  Status SaveState(const DeliveryState& state) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto insert, database_->Prepare(std::string("INSERT OR REPLACE INTO delivery_states (") + kStateColumns +
                                                ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
                                                "WHERE EXISTS (SELECT 1 FROM subscriptions WHERE id = ?1)"));
    insert.Bind(1, state.subscription_id).Bind(2, state.writer).Bind(3, state.delivered_sequence).Bind(4, state.attempts);
    insert.Bind(5, ToMillis(state.failing_since)).Bind(6, state.last_status);
    insert.Bind(7, std::string_view(state.last_error).substr(0, kMaxReasonBytes)).Bind(8, ToMillis(state.next_attempt_at));
    return insert.Run();
  }

  Result<std::vector<DeliveryState>> States(const std::string& subscription_id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kStateColumns, "delivery_states WHERE subscription_id = ?1 ORDER BY writer")));
    select.Bind(1, subscription_id);
    return ReadAll(select, ReadState);
  }

  Status AddDeadLetter(const DeadLetter& letter) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto insert, database_->Prepare(std::string("INSERT OR IGNORE INTO dead_letters (") + kLetterColumns +
                                                ") SELECT ?1, ?2, ?3, ?4, ?5, ?6 "
                                                "WHERE EXISTS (SELECT 1 FROM subscriptions WHERE id = ?2)"));
    insert.Bind(1, letter.id.empty() ? NewUlid() : letter.id).Bind(2, letter.subscription_id).Bind(3, letter.sequence);
    insert.Bind(4, std::string_view(letter.reason).substr(0, kMaxReasonBytes));
    return insert.Bind(5, ToUnixMillis(letter.created_at)).Bind(6, letter.redrive_requested ? 1 : 0).Run();
  }

  Result<std::vector<DeadLetter>> ListDeadLetters(const std::string& after_id, int64_t limit) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kLetterColumns, "dead_letters WHERE id > ?1 ORDER BY id LIMIT ?2")));
    select.Bind(1, after_id).Bind(2, limit);
    return ReadAll(select, ReadLetter);
  }

  Result<DeadLetter> GetDeadLetter(const std::string& id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kLetterColumns, "dead_letters WHERE id = ?1")));
    TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
    if (!found) return NoLetter(id);
    return ReadLetter(select);
  }

  Status RemoveDeadLetter(const std::string& id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto remove, database_->Prepare("DELETE FROM dead_letters WHERE id = ?1"));
    TARN_TRY(remove.Bind(1, id).Run());
    return database_->Changes() > 0 ? Ok() : Status(NoLetter(id));
  }

  Status RequestRedrive(const std::string& id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE dead_letters SET redrive_requested = 1 WHERE id = ?1"));
    TARN_TRY(update.Bind(1, id).Run());
    return database_->Changes() > 0 ? Ok() : Status(NoLetter(id));
  }

  Result<std::vector<DeadLetter>> RequestedRedrives(const std::string& subscription_id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select,
                database_->Prepare(Select(kLetterColumns, "dead_letters WHERE subscription_id = ?1 AND redrive_requested = 1 "
                                                          "ORDER BY id LIMIT 100")));
    select.Bind(1, subscription_id);
    return ReadAll(select, ReadLetter);
  }

  Status RedriveFailed(const std::string& id, const std::string& reason) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE dead_letters SET redrive_requested = 0, reason = ?2 WHERE id = ?1"));
    return update.Bind(1, id).Bind(2, std::string_view(reason).substr(0, kMaxReasonBytes)).Run();
  }

 private:
  Result<std::optional<Subscription>> Find(const std::string& id) {
    TARN_ASSIGN(auto select, database_->Prepare(Select(kSubscriptionColumns, "subscriptions WHERE id = ?1")));
    TARN_ASSIGN(const bool found, select.Bind(1, id).Step());
    if (!found) return std::optional<Subscription>();
    return std::optional(ReadSubscription(select));
  }

  // Each has a thread in every service.
  Status CheckRoom() {
    TARN_ASSIGN(auto count, database_->Prepare("SELECT COUNT(*) FROM subscriptions"));
    TARN_TRY(count.Step());
    if (count.Integer(0) < kMaxSubscriptions) return Ok();
    return Error(Code::kResourceExhausted, "there are 1,000 subscriptions already");
  }

  // Who registers again is there again.
  Status ForgetWaiting(const std::string& id) {
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE delivery_states SET next_attempt_ms = NULL WHERE subscription_id = ?1"));
    return update.Bind(1, id).Run();
  }

  Status Store(const Subscription& subscription, int64_t start_after) {
    TARN_ASSIGN(auto insert,
                database_->Prepare(std::string("INSERT INTO subscriptions (") + kSubscriptionColumns +
                                   ", start_after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
                                   "ON CONFLICT (id) DO UPDATE SET endpoint = ?2, bucket = ?3, prefix = ?4, suffix = ?5, "
                                   "types = ?6, writer = ?7, secret = ?8, enabled = ?9, disabled_reason = ?10"));
    const auto& filter = subscription.filter;
    insert.Bind(1, subscription.id).Bind(2, subscription.endpoint).Bind(3, filter.bucket).Bind(4, filter.prefix);
    insert.Bind(5, filter.suffix).Bind(6, PackTypes(filter.types)).Bind(7, filter.writer).Bind(8, subscription.secret);
    insert.Bind(9, subscription.enabled ? 1 : 0).Bind(10, subscription.disabled_reason);
    return insert.Bind(11, ToUnixMillis(subscription.created_at)).Bind(12, start_after).Run();
  }

  std::unique_ptr<sqlite::Database> database_;
};

}  // namespace

Result<std::unique_ptr<SubscriptionStore>> SubscriptionStore::Open(const std::filesystem::path& lake_root) {
  const auto directory = lake_root / ".tarn";
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return Error(Code::kUnavailable, "the object store's directory cannot be made: " + lake_root.string());
  TARN_ASSIGN(auto database, sqlite::Database::Open(directory / "events.db"));
  TARN_TRY(database->Migrate(kMigrations));
  return std::unique_ptr<SubscriptionStore>(std::make_unique<SqliteSubscriptionStore>(std::move(database)));
}

}  // namespace tarn::events
