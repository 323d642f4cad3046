#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "services/extract/sources/rest/cursor_tracker.h"
#include "services/extract/sources/rest/validators.h"

namespace tarn::extract::rest {

/// How far each unit of a source has been read, from one run to the next, and what its answer can be told by.
/// At most 10,000 units are remembered; one that is forgotten is read from its start again.
class SavedCursors {
 public:
  /// From what SavedState::LoadCursor gave.
  explicit SavedCursors(const std::string& text);

  /// Where the runs before have left it. Any thread.
  CursorState Before(const std::string& unit, CursorFormat format) const;
  std::optional<Validators> ValidatorsBefore(const std::string& unit) const;

  /// One thread at a time, as the rest.
  void Set(const std::string& stream, const std::string& unit, const CursorState& state);
  /// Those of before hold no longer.
  void ForgetValidators();
  /// Nothing: those of before hold no longer.
  void SetValidators(const std::string& stream, const std::string& unit,
                     const std::optional<Validators>& validators);
  /// Takes back what was set for a stream.
  void Undo(const std::string& stream);

  /// Whether there are, or were, any.
  bool HasValidators() const;
  /// Makes the text another one than before, whatever else is in it.
  void Renew(std::string run) { renewed_by_ = std::move(run); }
  /// For SavedState::StageCursor.
  std::string Text() const;

 private:
  using ByUnit = std::map<std::string, nlohmann::json>;
  using ByStream = std::map<std::string, ByUnit>;
  static nlohmann::json Joined(const ByStream& in_run, const ByUnit& before);

  ByUnit before_, validators_before_;
  std::string renewed_by_;
  ByStream in_run_, validators_in_run_;  // null: forgotten
};

}  // namespace tarn::extract::rest
