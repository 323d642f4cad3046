#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"

namespace tarn::extract {

class SourceClient;

/// The source's notes as the JSON object that they are; empty if there are none. Errors: those of SavedState.
Result<nlohmann::json> LoadNotes(SavedState& state);

/// Loads the notes, lets `change` change members and saves them, while no other run of the source and no
/// other thread does so: or one would undo what the other wrote, such as a refresh token. Errors: those of
/// SavedState.
Status UpdateNotes(SourceClient& client, SavedState& state,
                   const std::function<void(nlohmann::json&)>& change);

}  // namespace tarn::extract
