#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "services/extract/sources/rest/cursor_tracker.h"

namespace tarn::extract::rest {

/// How far each unit of a source has been read, from one run to the next. At most 10,000 units are
/// remembered; one that is forgotten is read from its start again.
class SavedCursors {
 public:
  /// From what SavedState::LoadCursor gave.
  explicit SavedCursors(const std::string& text);

  /// Where the runs before have left it. Any thread.
  CursorState Before(const std::string& unit, CursorFormat format) const;

  /// One thread at a time, as the rest.
  void Set(const std::string& stream, const std::string& unit, const CursorState& state);
  /// Takes back what was set for a stream.
  void Undo(const std::string& stream);

  /// For SavedState::StageCursor.
  std::string Text() const;

 private:
  std::map<std::string, nlohmann::json> before_;                         // by unit
  std::map<std::string, std::map<std::string, nlohmann::json>> in_run_;  // by stream and unit
};

}  // namespace tarn::extract::rest
