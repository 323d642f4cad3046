#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"

namespace tarn::object_store {

/// Step `step` (from 0) of a fixed sequence of commits to the bucket "raw": new objects, replacements, commits of several
/// changes with a token, deletes. Returns what Commit returned.
Result<CommitResult> CommitStep(ObjectStore& store, int64_t step);

/// What the store must hold after the first `steps` steps.
struct Expected {
  std::map<std::string, std::string> objects;                ///< content by key
  std::vector<std::pair<Event::Type, std::string>> events;  ///< type and key, in order
};
Expected After(int64_t steps);

}  // namespace tarn::object_store
