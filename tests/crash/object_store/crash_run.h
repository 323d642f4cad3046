#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/object_store/scenario.h"

namespace tarn::object_store {

/// What a process told before it ended.
struct Told {
  bool killed = false;
  int acknowledged = 0;                ///< steps
  std::map<int64_t, std::string> seen;  ///< ids of the events that a reader was shown, by sequence
  std::string failure;                 ///< other than the kill; empty: none
};

/// Runs `work` in a process of its own, under the fault layer, until it is killed at a point (0: never). `work` gets a
/// function by which it tells lines, and calls fault_fs::KillAt itself where points shall count from.
Told RunUntilKilled(const std::filesystem::path& lake, const std::filesystem::path& shadow,
                    const std::function<Status(const std::function<void(const std::string&)>& tell)>& work);

/// Plays a scenario until point `kill_at`.
Told Play(const Scenario& scenario, const std::filesystem::path& lake, const std::filesystem::path& shadow, int64_t kill_at);

/// What can be observed before the first step of a scenario, and after each.
std::vector<std::string> PlayAndObserve(const Scenario& scenario);

struct Points {
  int64_t count = 0;   ///< those there were
  int64_t images = 0;  ///< states of the files that at_point looked at
  std::vector<std::string> complaints;
};

/// Does `at_point` for 1, 2, 3 ... in parallel processes, each until it returns false: there is no such point.
/// It adds to what was found. Syncs do nothing in these processes, to be quick.
Points AtEveryPoint(const std::function<bool(int64_t point, const std::filesystem::path& scratch, Points& found)>& at_point);

}  // namespace tarn::object_store
