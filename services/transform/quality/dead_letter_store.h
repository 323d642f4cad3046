#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::transform {

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
};

/// Which dead letters to list. Empty texts mean any.
struct DeadLetterQuery {
  std::string transform;
  std::string run_id;
  std::string after_id;
  int64_t limit = 100;
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
  /// Errors: kNotFound.
  Result<DeadLetter> Get(const std::string& id);
  /// Within the caller's transaction. Errors: kConflict if it was redriven before.
  Status MarkRedriven(const std::string& id, const std::string& run_id);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::transform
