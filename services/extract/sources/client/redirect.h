#pragma once

#include <optional>

#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::extract {

/// Returns the request that follows `response`, or nothing if that is no redirect (RFC 9110 section 15.4). On
/// another origin it carries only headers that are known to hold no credentials, and may not reach private
/// addresses, which a public server has no business to point at. Errors, with where() = the URL without
/// query: kPermissionDenied if it leads from https to http or would take a body to another origin,
/// kUnprocessable if it leads to no http URL.
Result<std::optional<http_client::Request>> FollowRedirect(const http_client::Request& request,
                                                           const http_client::Response& response);

}  // namespace tarn::extract
