#include "services/extract/sources/rest/saved_cursors.h"

#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

constexpr size_t kMaxUnits = 10'000;

}  // namespace

SavedCursors::SavedCursors(const std::string& text) {
  const auto value = json::Parse(text);
  if (!value.ok() || !value->is_object()) return;
  const auto read = [&](const char* name, ByUnit& into) {
    const auto units = value->find(name);
    if (units == value->end() || !units->is_object()) return;
    for (const auto& [unit, state] : units->items()) into[unit] = state;
  };
  read("streams", before_);
  read("validators", validators_before_);
  const auto renewed = value->find("renewed_by");
  if (renewed != value->end() && renewed->is_string()) renewed_by_ = renewed->get<std::string>();
}

CursorState SavedCursors::Before(const std::string& unit, CursorFormat format) const {
  const auto found = before_.find(unit);
  if (found == before_.end()) return {};
  return ReadCursorState(found->second, format).value_or(CursorState());
}

void SavedCursors::Set(const std::string& stream, const std::string& unit, const CursorState& state) {
  in_run_[stream][unit] = ToJson(state);
}

std::optional<Validators> SavedCursors::ValidatorsBefore(const std::string& unit) const {
  const auto found = validators_before_.find(unit);
  return found == validators_before_.end() ? std::nullopt : ReadValidators(found->second);
}

void SavedCursors::SetValidators(const std::string& stream, const std::string& unit,
                                 const std::optional<Validators>& validators) {
  validators_in_run_[stream][unit] = validators ? ToJson(*validators) : nlohmann::json();
}

void SavedCursors::ForgetValidators() {
  for (auto& [_, validators] : validators_before_) validators = nullptr;
}

void SavedCursors::Undo(const std::string& stream) {
  in_run_.erase(stream);
  validators_in_run_.erase(stream);
}

bool SavedCursors::HasValidators() const {
  return !validators_before_.empty() || !Joined(validators_in_run_, {}).empty();
}

std::string SavedCursors::Text() const {
  nlohmann::json text = {{"streams", Joined(in_run_, before_)}};
  auto validators = Joined(validators_in_run_, validators_before_);
  if (!validators.empty()) text["validators"] = std::move(validators);
  if (!renewed_by_.empty()) text["renewed_by"] = renewed_by_;
  return json::Dump(text);
}

nlohmann::json SavedCursors::Joined(const ByStream& in_run, const ByUnit& before) {
  auto joined = nlohmann::json::object();
  for (const auto& [_, units] : in_run) {
    for (const auto& [unit, state] : units) {
      if (joined.size() < kMaxUnits) joined[unit] = state;
    }
  }
  // Those that this run did not move, and those of streams that are gone.
  for (const auto& [unit, state] : before) {
    if (joined.size() < kMaxUnits && !joined.contains(unit)) joined[unit] = state;
  }
  for (auto unit = joined.begin(); unit != joined.end();) {
    unit = unit->is_null() ? joined.erase(unit) : std::next(unit);
  }
  return joined;
}

}  // namespace tarn::extract::rest
