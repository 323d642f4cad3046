#pragma once

#include <vector>

#include "common/http_client/http_client.h"
#include "services/extract/sources/rest/options.h"

namespace tarn::extract::rest {

/// The first of `rules` that the response fits; null if none does. The body counts as JSON only as far as a
/// rule looks into it.
const ResponseRule* FindRule(const std::vector<ResponseRule>& rules, const http_client::Response& response);

}  // namespace tarn::extract::rest
