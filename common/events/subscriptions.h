#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::events {

/// What the body of a webhook is.
enum class BodyFormat {
  kCloudEvents,  ///< a CloudEvent 1.0 in structured JSON
  kS3,           ///< an S3 event notification: `{"Records": [...]}`
};

/// Who wants to hear of which events.
struct Subscription {
  std::string id;        ///< chosen by the creator, or a ULID
  std::string endpoint;  ///< http(s) URL that takes the webhooks
  object_store::EventFilter filter;
  std::string secret;  ///< "whsec_" + base64, as Standard Webhooks writes it
  bool enabled = true;  ///< events that pass while it is not are kept as long as the log keeps them, and no longer
  std::string disabled_reason;
  Timestamp created_at;
  BodyFormat body_format = BodyFormat::kCloudEvents;
  bool paused = false;          ///< nothing is sent, but the log keeps what is due
  std::string previous_secret;  ///< signs as well until `previous_secret_until`
  std::optional<Timestamp> previous_secret_until;
  int64_t revision = 0;  ///< grows with every change

  /// The secrets that sign at a time, the newest first.
  std::vector<std::string> SecretsAt(Timestamp time) const;
};

/// How far one writer's deliveries to one subscription have come.
struct DeliveryState {
  std::string subscription_id;
  std::string writer;
  int64_t delivered_sequence = 0;  ///< everything up to this was delivered, filtered out or dead-lettered
  int attempts = 0;                ///< failed tries of the oldest event that is due
  std::optional<Timestamp> failing_since;  ///< of that event's first failure
  int last_status = 0;             ///< HTTP status of the last try, 0: no answer
  std::string last_error;
  std::optional<Timestamp> next_attempt_at;
  int64_t read_sequence = 0;  ///< the log was looked at up to here
  int64_t pending = 0;        ///< events up to `read_sequence` that are due
};

/// One webhook that was sent, or tried.
struct DeliveryAttempt {
  std::string subscription_id;
  std::string writer;
  int64_t sequence = 0;
  std::string event_id;
  std::string key;  ///< "<bucket>/<key>"
  Timestamp at;
  std::chrono::milliseconds duration{0};
  int status = 0;     ///< 0: no answer
  std::string error;  ///< empty: it was delivered
};

/// An event that could not be delivered.
struct DeadLetter {
  std::string id;
  std::string subscription_id;
  int64_t sequence = 0;
  std::string reason;
  Timestamp created_at;
  bool redrive_requested = false;  ///< it will be tried once more, and is removed if that succeeds
};

/// Checks what a subscription is to be made of. Errors: kInvalidArgument with the JSON pointer ("/endpoint").
Status CheckSubscription(const Subscription& subscription);

/// Subscriptions, delivery states and dead letters, kept beside the store's index (lake/.tarn/events.db) and shared
/// by all services. Thread-safe. Lists are in the order of ids, and go on after `after_id`.
class SubscriptionStore {
 public:
  /// How many attempts are kept per subscription and writer.
  static constexpr int64_t kKeptAttempts = 100;

  virtual ~SubscriptionStore() = default;
  static Result<std::unique_ptr<SubscriptionStore>> Open(const std::filesystem::path& lake_root);

  /// Creates, or replaces endpoint, filter, format, `enabled` and `paused` of, the subscription with that id; a secret
  /// is made if the stored one and the given one are empty. Delivery to a new subscription starts after `start_after`
  /// (the current end of the log unless the caller wants history); one that waits after a failure is tried again at
  /// once. Returns it with its secret. Errors: kInvalidArgument with the JSON pointer of the member that is wrong,
  /// kResourceExhausted when there are 1,000 subscriptions.
  virtual Result<Subscription> Upsert(Subscription subscription, int64_t start_after) = 0;
  /// Changes a subscription in one transaction; what waits after a failure is tried again at once. `change` must not
  /// touch the id. Errors: kNotFound, those of `change`, and as Upsert.
  virtual Result<Subscription> Update(const std::string& id,
                                      const std::function<Status(Subscription& subscription)>& change) = 0;
  virtual Result<Subscription> Get(const std::string& id) = 0;
  virtual Result<std::vector<Subscription>> List(const std::string& after_id, int64_t limit) = 0;
  virtual Status Remove(const std::string& id) = 0;
  virtual Status Disable(const std::string& id, const std::string& reason) = 0;

  /// The state of (subscription, writer); a new one starts where the subscription was told to.
  virtual Result<DeliveryState> LoadState(const std::string& subscription_id, const std::string& writer) = 0;
  virtual Status SaveState(const DeliveryState& state) { return SaveProgress(state, {}); }
  /// Saves the state and adds attempts, of which the newest kKeptAttempts are kept.
  virtual Status SaveProgress(const DeliveryState& state, const std::vector<DeliveryAttempt>& attempts) = 0;
  virtual Result<std::vector<DeliveryState>> States(const std::string& subscription_id) = 0;
  /// The attempts that are kept of all writers, the newest first, at most `limit`.
  virtual Result<std::vector<DeliveryAttempt>> Attempts(const std::string& subscription_id, int64_t limit) = 0;

  /// Does nothing if there is one for that subscription and sequence already.
  virtual Status AddDeadLetter(const DeadLetter& letter) = 0;
  /// Those of one subscription, or of all if `subscription_id` is empty.
  virtual Result<std::vector<DeadLetter>> ListDeadLetters(const std::string& after_id, int64_t limit,
                                                          const std::string& subscription_id = "") = 0;
  virtual Result<DeadLetter> GetDeadLetter(const std::string& id) = 0;
  virtual Status RemoveDeadLetter(const std::string& id) = 0;
  /// Asks the deliverer to try a dead letter once more. Errors: kNotFound.
  virtual Status RequestRedrive(const std::string& id) = 0;
  /// Asks for all of a subscription, or of all subscriptions if `subscription_id` is empty; returns how many.
  virtual Result<int64_t> RequestRedriveOfAll(const std::string& subscription_id) = 0;
  /// The dead letters of a subscription that are to be tried once more, oldest first, at most 100.
  virtual Result<std::vector<DeadLetter>> RequestedRedrives(const std::string& subscription_id) = 0;
  /// Notes that trying once more failed as well.
  virtual Status RedriveFailed(const std::string& id, const std::string& reason) = 0;
};

}  // namespace tarn::events
