#pragma once

#include <string_view>

#include "common/http/message.h"

namespace tarn::http {

/// Returns the reason phrase of a status (RFC 9110 section 15): "Not Found"; "Unknown" for one it does not
/// know.
const char* ReasonPhrase(int status);

/// Renders a problem document with any status, for refusals of the transport that no tarn::Code stands for.
/// `code` is its name in snake_case; `where` as Error::where().
Response ProblemResponse(int status, std::string_view code, std::string_view detail,
                         std::string_view where = {});

}  // namespace tarn::http
