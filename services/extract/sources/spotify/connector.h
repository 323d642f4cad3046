#pragma once

#include "services/extract/sources/registry.h"

namespace tarn::extract::spotify {

/// The connector `spotify`: playlists, albums, artists, tracks, searches and a user's own music, from
/// Spotify's Web API. README.md in this folder describes its options and what it stores.
ConnectorType Type();

}  // namespace tarn::extract::spotify
