#pragma once

#include <functional>
#include <vector>

#include "common/result/result.h"

namespace tarn::transform {

/// One of many items that makes the work fail on its own, and how.
struct Poison {
  size_t item;
  Error error;
};

/// Finds, among the items 0 to count - 1 that fail together, those that fail alone, by halving. `attempt`
/// does the work with some of them and must have no effect. Errors: the one of `attempt` if it may pass by
/// itself (retryable, cancelled), and kUnprocessable if `max_attempts` did not tell the items apart.
Result<std::vector<Poison>> FindPoison(
    size_t count, int max_attempts, const std::function<Status(const std::vector<size_t>& items)>& attempt);

}  // namespace tarn::transform
