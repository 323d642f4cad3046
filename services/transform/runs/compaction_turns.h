#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// Says whose tables are to be compacted next. Runs go first, but not for ever: a transform that never rests
/// gets its turn after a number of runs, so that its files stay bounded. One thread at a time.
class CompactionTurns {
 public:
  static constexpr int64_t kOverdue = 64;  ///< runs since the transform's last turn

  /// A run of the transform ended.
  void RunEnded(const std::string& transform) { ++runs_.try_emplace(transform, 1).first->second; }

  /// One of the transforms that may have small files and is not busy; nothing if there is none. With
  /// `overdue_only`, one that waits for its turn for too long.
  std::optional<std::shared_ptr<const Definition>> Next(
      const std::vector<std::shared_ptr<const Definition>>& definitions, const std::set<std::string>& busy,
      bool overdue_only);

  /// The transform had its turn; `more` if there may be something left to do for it.
  void Took(const std::string& transform, bool more) { runs_[transform] = more ? 1 : 0; }

 private:
  // Since the last turn. One that is not in it was not looked at since the start: its files may be many.
  std::map<std::string, int64_t> runs_;
};

}  // namespace tarn::transform
