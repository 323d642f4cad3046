#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "services/extract/sources/rest/cursor_tracker.h"

namespace tarn::extract::rest {

/// How far each unit of a source has been read, from one run to the next. At most 10,000 units are
/// remembered; one that is forgotten is read from its start again.
class SavedCursors {
 public:
  /// From what SavedState::LoadCursor gave.
  explicit SavedCursors(const std::string& text);

  CursorState Get(const std::string& unit, CursorFormat format) const;
  void Set(const std::string& unit, const CursorState& state);

  /// For SavedState::StageCursor.
  std::string Text() const;

 private:
  std::map<std::string, nlohmann::json> units_;
  std::set<std::string> set_;  // in this run
};

}  // namespace tarn::extract::rest
