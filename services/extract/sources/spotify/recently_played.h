#pragma once

#include <cstdint>
#include <optional>

#include "services/extract/sources/spotify/api.h"

namespace tarn::extract::spotify {

/// Reads what the user played after `after` (in ms since 1970) into the stream "recently_played". Returns
/// when the latest of it was played; nothing if there was none. The API keeps the last 50 plays only: a full
/// page after a cursor is counted as "full_windows", as plays before it may be lost. Errors:
/// kPermissionDenied; kUnprocessable naming the page and the place in it; those of Api::Get and PageSink.
Result<std::optional<int64_t>> ReadRecentlyPlayed(RunContext& context, Api& api,
                                                  std::optional<int64_t> after);

}  // namespace tarn::extract::spotify
