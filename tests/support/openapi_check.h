#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/router.h"

namespace tarn {

/// Compares a router with its OpenAPI 3.1 document and describes each difference in a sentence: operations
/// that only one of them has, path and query parameters, media types of the body, operations without
/// responses or with an operationId that another has, and references that lead nowhere. Empty when they
/// agree.
std::vector<std::string> OpenApiDifferences(const http::Router& router, std::string_view openapi);

}  // namespace tarn
