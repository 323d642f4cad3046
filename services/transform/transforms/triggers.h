#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/schedule/schedule.h"

namespace tarn::transform {

/// What starts runs, besides requests. Objects are bookmarked when their event comes, whatever starts runs:
/// without `events` they wait for the next run.
struct Triggers {
  bool events = true;  ///< a new object starts a run, as the batch says
  std::optional<schedule::Schedule> schedule;
  std::vector<std::string> upstream;  ///< transforms: each of their runs that published starts one
};

}  // namespace tarn::transform
