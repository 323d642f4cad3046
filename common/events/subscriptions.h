#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::events {

/// Who wants to hear of which events.
struct Subscription {
  std::string id;        ///< chosen by the creator, or a ULID
  std::string endpoint;  ///< http(s) URL that takes the webhooks
  object_store::EventFilter filter;
  std::string secret;  ///< "whsec_" + base64, as Standard Webhooks writes it
  bool enabled = true;
  std::string disabled_reason;
  Timestamp created_at;
};

/// How far one writer's deliveries to one subscription have come.
struct DeliveryState {
  std::string subscription_id;
  std::string writer;
  int64_t delivered_sequence = 0;  ///< everything up to this was delivered, filtered out or dead-lettered
  int attempts = 0;                ///< failed tries of the next event
  std::optional<Timestamp> failing_since;  ///< of the first failure after the last success
  int last_status = 0;             ///< HTTP status of the last try, 0: no answer
  std::string last_error;
  std::optional<Timestamp> next_attempt_at;
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
  virtual ~SubscriptionStore() = default;
  static Result<std::unique_ptr<SubscriptionStore>> Open(const std::filesystem::path& lake_root);

  /// Creates, or replaces endpoint, filter and `enabled` of, the subscription with that id; a secret is made if the
  /// stored one and the given one are empty. Delivery to a new subscription starts after `start_after` (the current
  /// end of the log unless the caller wants history); one that waits after a failure is tried again at once. Returns
  /// it with its secret. Errors: kInvalidArgument with the JSON pointer of the member that is wrong,
  /// kResourceExhausted when there are 1,000 subscriptions.
  virtual Result<Subscription> Upsert(Subscription subscription, int64_t start_after) = 0;
  virtual Result<Subscription> Get(const std::string& id) = 0;
  virtual Result<std::vector<Subscription>> List(const std::string& after_id, int64_t limit) = 0;
  virtual Status Remove(const std::string& id) = 0;
  virtual Status Disable(const std::string& id, const std::string& reason) = 0;

  /// The state of (subscription, writer); a new one starts where the subscription was told to.
  virtual Result<DeliveryState> LoadState(const std::string& subscription_id, const std::string& writer) = 0;
  virtual Status SaveState(const DeliveryState& state) = 0;
  virtual Result<std::vector<DeliveryState>> States(const std::string& subscription_id) = 0;

  /// Does nothing if there is one for that subscription and sequence already.
  virtual Status AddDeadLetter(const DeadLetter& letter) = 0;
  virtual Result<std::vector<DeadLetter>> ListDeadLetters(const std::string& after_id, int64_t limit) = 0;
  virtual Result<DeadLetter> GetDeadLetter(const std::string& id) = 0;
  virtual Status RemoveDeadLetter(const std::string& id) = 0;
  /// Asks the deliverer to try a dead letter once more. Errors: kNotFound.
  virtual Status RequestRedrive(const std::string& id) = 0;
  /// The dead letters of a subscription that are to be tried once more, oldest first, at most 100.
  virtual Result<std::vector<DeadLetter>> RequestedRedrives(const std::string& subscription_id) = 0;
  /// Notes that trying once more failed as well.
  virtual Status RedriveFailed(const std::string& id, const std::string& reason) = 0;
};

}  // namespace tarn::events
