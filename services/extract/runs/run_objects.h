#pragma once

#include <string>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "services/extract/runs/run.h"

namespace tarn::extract {

/// The table of the objects that runs wrote. Thread-safe. Errors of all methods: kUnavailable,
/// kResourceExhausted (disk full), kInternal.
class RunObjects {
 public:
  explicit RunObjects(sqlite::Database& database) : database_(database) {}

  /// Inside a transaction: records objects, each once. Returns how many are new.
  Result<int64_t> Add(const std::string& run_id, const std::vector<RunObject>& objects);

  /// What the objects below `prefix` hold that are not manifests.
  struct Sums {
    int64_t objects = 0, records = 0, bytes = 0;
  };
  Result<Sums> Sum(const std::string& run_id, const std::string& prefix);

  /// In the order of their keys, those after `after`.
  Result<std::vector<RunObject>> List(const std::string& run_id, const std::string& prefix,
                                      const std::string& after, int64_t limit);

 private:
  sqlite::Database& database_;
};

}  // namespace tarn::extract
