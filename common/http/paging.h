#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::http {

/// The page a client asks for: `?limit=` (1 to 1000) and `?page_token=` (opaque; decoded here).
struct PageRequest {
  int64_t limit = 100;
  std::string after;  ///< the position that the previous page ended at; empty for the first page
};

/// The query parameters of a collection route.
inline const std::vector<std::string> kPageParameters = {"limit", "page_token"};

/// Errors: kInvalidArgument with where() = "query:limit" or "query:page_token".
Result<PageRequest> ParsePage(const Request& request, int64_t default_limit = 100, int64_t max_limit = 1000);

/// Renders `{"items": [...], "next_page_token": "..."}`; the token is absent on the last page. `next_after`
/// is what the next PageRequest::after shall be; empty: there is no next page.
Response PageResponse(nlohmann::json items, const std::string& next_after);

}  // namespace tarn::http
