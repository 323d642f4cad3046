#pragma once

#include <optional>

#include "services/extract/s3/operations/operation.h"

namespace tarn::extract::s3 {

/// The headers that let a page of the request's Origin see the answer, by the bucket's CORS rules; none if no
/// rule speaks of it. Source: "Using cross-origin resource sharing (CORS)", Amazon S3 user guide.
http::Headers CorsHeaders(VersionedStore& store, const S3Request& request);

/// Answers a browser's question whether it may send a request (OPTIONS with Access-Control-Request-Method).
/// Errors: BadRequest, AccessDenied if no rule allows it.
S3Result<http::Response> AnswerPreflight(VersionedStore& store, const S3Request& request);

}  // namespace tarn::extract::s3
