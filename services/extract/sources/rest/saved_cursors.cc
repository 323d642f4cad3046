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
  for (const auto& [unit, state] : value->at("streams").items()) units_[unit] = state;
}

CursorState SavedCursors::Get(const std::string& unit, CursorFormat format) const {
  const auto found = units_.find(unit);
  if (found == units_.end()) return {};
  return ReadCursorState(found->second, format).value_or(CursorState());
}

void SavedCursors::Set(const std::string& unit, const CursorState& state) {
  units_[unit] = ToJson(state);
  set_.insert(unit);
}

std::string SavedCursors::Text() const {
  nlohmann::json streams = nlohmann::json::object();
  // Those of this run first: the others may be of streams that are gone.
  for (const bool recent : {true, false}) {
    for (const auto& [unit, state] : units_) {
      if (set_.contains(unit) == recent && streams.size() < kMaxUnits) streams[unit] = state;
    }
  }
  return json::Dump({{"streams", std::move(streams)}});
}

}  // namespace tarn::extract::rest
