#pragma once

#include "common/http/router.h"

namespace tarn::query {

/// Adds the page at `/` on which a person types SQL, with its script and its style. It loads nothing from
/// elsewhere and runs no inline code; its Content-Security-Policy allows neither.
void AddConsoleRoutes(http::Router& router);

}  // namespace tarn::query
