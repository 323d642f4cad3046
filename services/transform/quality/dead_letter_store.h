#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"
#include "services/transform/runs/run.h"

namespace tarn::transform {

enum class LetterState {
  kOpen,       ///< somebody should look at it
  kRedriving,  ///< a run tries again
  kResolved,
};
const char* LetterStateName(LetterState state);
std::optional<LetterState> ParseLetterState(std::string_view name);

/// An object that a run could not take in, and why.
struct DeadLetter {
  std::string id;
  std::string run_id;
  std::string transform;
  std::string bucket;
  std::string key;
  std::string version;
  std::string reason;
  std::optional<int64_t> byte_offset;
  Timestamp created_at;
  std::string redrive_run_id;  ///< the run that tries again; empty: nobody has asked for it
  std::optional<Timestamp> resolved_at;
  /// "published" (by a later run), "superseded" (by the letter of a later run), "acknowledged", "gone" (the
  /// object was deleted when it was to be tried again); empty until resolved.
  std::string resolution;

  LetterState state() const;
};

/// Which dead letters are meant. Empty texts mean any.
struct DeadLetterQuery {
  std::string transform;
  std::string run_id;
  std::string after_id;
  int64_t limit = 100;
  std::string bucket{};
  std::string prefix{};  ///< of the object's key
  std::optional<LetterState> state{};
};

/// Dead letters in state/transform.db. Thread-safe. Errors of all methods: as sqlite::Statement::Step.
class DeadLetterStore {
 public:
  explicit DeadLetterStore(sqlite::Database& database) : database_(database) {}

  /// Records the letters in one transaction. Recording the same object of the same run again renews the
  /// reason.
  Status Record(const std::vector<DeadLetter>& letters);

  /// In the order of ids, which is that of creation.
  Result<std::vector<DeadLetter>> List(const DeadLetterQuery& query);
  /// How many there are, by state; `after_id` and `limit` do not count.
  Result<std::map<LetterState, int64_t>> Count(const DeadLetterQuery& query);
  /// How many are not resolved, by transform; without those that have none.
  Result<std::map<std::string, int64_t>> Unresolved();
  /// Errors: kNotFound.
  Result<DeadLetter> Get(const std::string& id);
  /// Resolves a letter for good: nobody means to try again. One that is resolved stays as it is. Errors:
  /// kNotFound, kConflict while a run tries again.
  Result<DeadLetter> Acknowledge(const std::string& id);
  /// The same for every open letter of the query, up to its limit; returns how many.
  Result<int64_t> AcknowledgeAll(const DeadLetterQuery& query);
  /// Errors: kNotFound, kConflict while a run tries again.
  Status Delete(const std::string& id);

  // Within the caller's transaction:

  /// Errors: kConflict if it was redriven before, or is resolved.
  Status MarkRedriven(const std::string& id, const std::string& run_id);
  /// Resolves a letter whose object is not there any more.
  Status MarkGone(const std::string& id);
  /// Notes what an ended run means for the letters of its inputs.
  Status Settle(const Run& run, const std::vector<RunInput>& inputs, const RunReport& report);

 private:
  Status Resolve(const std::string& id, const char* resolution);
  Result<bool> HasUnresolved(const std::string& transform);

  sqlite::Database& database_;
};

}  // namespace tarn::transform
