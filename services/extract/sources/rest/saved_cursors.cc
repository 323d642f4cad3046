#include "services/extract/sources/rest/saved_cursors.h"

#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

constexpr size_t kMaxUnits = 10'000;

}  // namespace

SavedCursors::SavedCursors(const std::string& text) {
  const auto value = json::Parse(text);
  if (!value.ok() || !value->is_object() || !value->contains("streams") || !value->at("streams").is_object())
    return;
  for (const auto& [unit, state] : value->at("streams").items()) before_[unit] = state;
}

CursorState SavedCursors::Before(const std::string& unit, CursorFormat format) const {
  const auto found = before_.find(unit);
  if (found == before_.end()) return {};
  return ReadCursorState(found->second, format).value_or(CursorState());
}

void SavedCursors::Set(const std::string& stream, const std::string& unit, const CursorState& state) {
  in_run_[stream][unit] = ToJson(state);
}

void SavedCursors::Undo(const std::string& stream) { in_run_.erase(stream); }

std::string SavedCursors::Text() const {
  nlohmann::json streams = nlohmann::json::object();
  for (const auto& [_, units] : in_run_) {
    for (const auto& [unit, state] : units) {
      if (streams.size() < kMaxUnits) streams[unit] = state;
    }
  }
  // Those that this run did not move, and those of streams that are gone.
  for (const auto& [unit, state] : before_) {
    if (streams.size() < kMaxUnits && !streams.contains(unit)) streams[unit] = state;
  }
  return json::Dump({{"streams", std::move(streams)}});
}

}  // namespace tarn::extract::rest
