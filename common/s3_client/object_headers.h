#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/http_client/http_client.h"
#include "common/s3_client/object.h"

namespace tarn::s3_client {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

/// The headers that store type, metadata, tags and the like with an object; conditions are not among them.
HeaderFields ToHeaders(const PutOptions& options);

/// Reads the headers of a HEAD or GET. The size is that of the whole object, also for a range.
ObjectHead ReadHead(const std::string& key, const http_client::Response& response);

/// Without quotes and a weakness mark.
std::string Unquote(std::string_view etag);

/// Whether `etag` has the form of a plain content MD5.
bool IsMd5(std::string_view etag);

}  // namespace tarn::s3_client
