#include <system_error>

#include "common/events/subscription_rows.h"
#include "common/events/subscriptions.h"
#include "common/events/webhook.h"
#include "common/ids/ulid.h"
#include "common/sqlite/database.h"

namespace tarn::events {
namespace {

constexpr int64_t kMaxSubscriptions = 1000;
constexpr size_t kMaxReasonBytes = 1000;

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
      if (stored && stored->secret == subscription.secret) {
        subscription.previous_secret = stored->previous_secret;
        subscription.previous_secret_until = stored->previous_secret_until;
      }
      if (subscription.enabled) subscription.disabled_reason.clear();
      subscription.revision = stored ? stored->revision + 1 : 1;
      TARN_TRY(stored ? ForgetWaiting(subscription.id) : CheckRoom());
      return Store(subscription, start_after);
    }));
    return subscription;
  }

  Result<Subscription> Update(const std::string& id, const std::function<Status(Subscription&)>& change) override {
    Subscription subscription;
    TARN_TRY(database_->Transact([&]() -> Status {
      TARN_ASSIGN(auto stored, Find(id));
      if (!stored) return NoSubscription(id);
      subscription = *std::move(stored);
      TARN_TRY(change(subscription));
      TARN_TRY(CheckSubscription(subscription));
      if (subscription.enabled) subscription.disabled_reason.clear();
      ++subscription.revision;
      TARN_TRY(ForgetWaiting(id));
      return Store(subscription, 0);
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
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE subscriptions SET enabled = 0, disabled_reason = ?2, "
                                                   "revision = revision + 1 WHERE id = ?1"));
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
    state.delivered_sequence = state.read_sequence = select.Integer(0);
    return state;
  }

  Status SaveProgress(const DeliveryState& state, const std::vector<DeliveryAttempt>& attempts) override {
    return database_->Transact([&]() -> Status {
      TARN_ASSIGN(auto insert, database_->Prepare(std::string("INSERT OR REPLACE INTO delivery_states (") + kStateColumns +
                                                  ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 "
                                                  "WHERE EXISTS (SELECT 1 FROM subscriptions WHERE id = ?1)"));
      insert.Bind(1, state.subscription_id).Bind(2, state.writer).Bind(3, state.delivered_sequence).Bind(4, state.attempts);
      insert.Bind(5, ToMillis(state.failing_since)).Bind(6, state.last_status);
      insert.Bind(7, std::string_view(state.last_error).substr(0, kMaxReasonBytes)).Bind(8, ToMillis(state.next_attempt_at));
      TARN_TRY(insert.Bind(9, state.read_sequence).Bind(10, state.pending).Run());
      if (attempts.empty() || database_->Changes() == 0) return Ok();
      for (const DeliveryAttempt& attempt : attempts) TARN_TRY(AddAttempt(attempt));
      return ForgetOldAttempts(state.subscription_id, state.writer);
    });
  }

  Result<std::vector<DeliveryState>> States(const std::string& subscription_id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kStateColumns, "delivery_states WHERE subscription_id = ?1 ORDER BY writer")));
    select.Bind(1, subscription_id);
    return ReadAll(select, ReadState);
  }

  Result<std::vector<DeliveryAttempt>> Attempts(const std::string& subscription_id, int64_t limit) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kAttemptColumns, "delivery_attempts WHERE subscription_id = ?1 "
                                                                        "ORDER BY at_ms DESC, id DESC LIMIT ?2")));
    select.Bind(1, subscription_id).Bind(2, limit);
    return ReadAll(select, ReadAttempt);
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

  Result<std::vector<DeadLetter>> ListDeadLetters(const std::string& after_id, int64_t limit,
                                                  const std::string& subscription_id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto select, database_->Prepare(Select(kLetterColumns, "dead_letters WHERE id > ?1 AND (?3 = '' OR subscription_id = ?3) "
                                                                       "ORDER BY id LIMIT ?2")));
    select.Bind(1, after_id).Bind(2, limit).Bind(3, subscription_id);
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

  Result<int64_t> RequestRedriveOfAll(const std::string& subscription_id) override {
    const auto lock = database_->Lock();
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE dead_letters SET redrive_requested = 1 WHERE ?1 = '' OR subscription_id = ?1"));
    TARN_TRY(update.Bind(1, subscription_id).Run());
    return database_->Changes();
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
                                   ", start_after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) "
                                   "ON CONFLICT (id) DO UPDATE SET endpoint = ?2, bucket = ?3, prefix = ?4, suffix = ?5, "
                                   "types = ?6, writer = ?7, secret = ?8, enabled = ?9, disabled_reason = ?10, body_format = ?12, "
                                   "paused = ?13, previous_secret = ?14, previous_secret_until_ms = ?15, revision = ?16"));
    BindSubscription(insert, subscription);
    return insert.Bind(17, start_after).Run();
  }

  Status AddAttempt(const DeliveryAttempt& attempt) {
    TARN_ASSIGN(auto insert, database_->Prepare(std::string("INSERT INTO delivery_attempts (") + kAttemptColumns +
                                                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    insert.Bind(1, attempt.subscription_id).Bind(2, attempt.writer).Bind(3, attempt.sequence).Bind(4, attempt.event_id);
    insert.Bind(5, attempt.key).Bind(6, ToUnixMillis(attempt.at)).Bind(7, int64_t{attempt.duration.count()}).Bind(8, attempt.status);
    return insert.Bind(9, std::string_view(attempt.error).substr(0, kMaxReasonBytes)).Run();
  }

  Status ForgetOldAttempts(const std::string& subscription_id, const std::string& writer) {
    TARN_ASSIGN(auto remove, database_->Prepare("DELETE FROM delivery_attempts WHERE subscription_id = ?1 AND writer = ?2 AND id <= "
                                                "(SELECT id FROM delivery_attempts WHERE subscription_id = ?1 AND writer = ?2 "
                                                "ORDER BY id DESC LIMIT 1 OFFSET ?3)"));
    return remove.Bind(1, subscription_id).Bind(2, writer).Bind(3, kKeptAttempts).Run();
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
  TARN_TRY(database->Migrate(SubscriptionMigrations()));
  return std::unique_ptr<SubscriptionStore>(std::make_unique<SqliteSubscriptionStore>(std::move(database)));
}

}  // namespace tarn::events
