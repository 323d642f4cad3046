#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace tarn::spotify_stand_in {

/// Keeps the members that the query parameter `fields` names, as in "id,owner(id,display_name)". Names that
/// are not there are left out.
nlohmann::json FilterFields(const nlohmann::json& object, std::string_view fields);

}  // namespace tarn::spotify_stand_in
