#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace tarn {

/// What a process said before it ended.
struct ChildOutcome {
  std::string said;
  bool exited_well = false;  ///< neither killed nor crashed
  int64_t peak_bytes = 0;    ///< most memory it held at once (ru_maxrss)
};

/// Runs `work` in a process of its own, which is killed after a minute, and returns what it returned.
ChildOutcome InChild(const std::function<std::string()>& work);

}  // namespace tarn
