#include "services/extract/sources/client/notes.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {

Result<nlohmann::json> LoadNotes(SavedState& state) {
  TARN_ASSIGN(const std::string text, state.LoadNotes());
  auto parsed = json::Parse(text);
  return parsed.ok() && parsed->is_object() ? *std::move(parsed) : nlohmann::json::object();
}

Status UpdateNotes(SourceClient& client, SavedState& state,
                   const std::function<void(nlohmann::json&)>& change) {
  const std::lock_guard lock(client.notes_mutex());
  TARN_ASSIGN(nlohmann::json notes, LoadNotes(state));
  change(notes);
  return state.SaveNotes(json::Dump(notes));
}

}  // namespace tarn::extract
