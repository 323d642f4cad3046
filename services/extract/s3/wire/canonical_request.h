#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http/message.h"
#include "services/extract/s3/wire/credentials.h"

namespace tarn::extract::s3 {

/// The path, decoded and encoded again, once, as S3 wants it. Other services encode twice and resolve dots; S3 does not.
std::string CanonicalPath(std::string_view raw_path);

/// The query parameters but X-Amz-Signature, encoded, then sorted by name and value.
std::string CanonicalQuery(const std::vector<std::pair<std::string, std::string>>& parameters);

/// A header's values joined with commas, outer blanks removed and inner ones made one space.
std::string CanonicalHeaderValue(const http::Headers& headers, std::string_view name);

/// What both sides hash. `path` is canonical. Source: "Signature Calculations for the Authorization Header", Amazon S3
/// API reference, task 1.
std::string CanonicalRequest(const http::Request& request, const Credentials& credentials, std::string_view path,
                             std::string_view content_sha256);

}  // namespace tarn::extract::s3
