#pragma once

#include <string>

#include "common/result/result.h"

namespace tarn::http_client {

/// The scheme, host and port of an http or https URL in one form: "https://api.example.com:443" (RFC 6454
/// section 4). Errors: kInvalidArgument.
Result<std::string> OriginOf(const std::string& url);

/// The URL that `reference` (a Location, a link in a page) means on `base` (RFC 3986 section 5). User and
/// password of `base` stay within its origin; those of `reference` are dropped. Errors: kInvalidArgument
/// unless it is http or https.
Result<std::string> ResolveUrl(const std::string& base, const std::string& reference);

/// The URL for messages and logs: without user, password, query and fragment.
std::string DisplayUrl(const std::string& url);

}  // namespace tarn::http_client
