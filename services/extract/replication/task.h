#pragma once

#include <cstdint>
#include <string>

#include "common/time/time.h"

namespace tarn::extract {

/// One change of one object that has to reach one target.
struct ReplicationTask {
  enum class Operation { kPut, kDelete };

  int64_t id = 0;        ///< in the order of events
  int64_t sequence = 0;  ///< of the event
  std::string bucket;
  std::string key;
  std::string version;  ///< of a delete: the version that is hidden or gone
  Operation operation = Operation::kPut;
  std::string rule;
  std::string target;
  Timestamp event_time;
  bool failed = false;  ///< given up; waits for a retry by hand
  int attempts = 0;
  Timestamp next_attempt;
  std::string reason;  ///< why the last try failed
};

inline const char* OperationName(ReplicationTask::Operation operation) {
  return operation == ReplicationTask::Operation::kPut ? "put" : "delete";
}

}  // namespace tarn::extract
