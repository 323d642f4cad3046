#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// What pages of some origins may do. Source: "CORSRule", Amazon S3 API reference.
struct CorsRule {
  std::string id;                            ///< may be empty
  std::vector<std::string> origins;          ///< each with at most one '*'
  std::vector<std::string> methods;          ///< GET, PUT, POST, DELETE, HEAD
  std::vector<std::string> headers;          ///< of requests, each with at most one '*'
  std::vector<std::string> exposed_headers;  ///< of responses
  std::optional<int64_t> max_age_seconds;

  bool Allows(std::string_view origin, std::string_view method) const;
  /// Compares without case, as header names do.
  bool AllowsHeader(std::string_view header) const;
};

/// The bucket document "cors".
struct CorsConfiguration {
  std::vector<CorsRule> rules;

  /// Errors: MalformedXML, InvalidRequest.
  static S3Result<CorsConfiguration> Parse(std::string_view xml);
  std::string Render() const;

  /// The first rule for this origin and method that allows all `headers`; null if none does.
  const CorsRule* Find(std::string_view origin, std::string_view method,
                       const std::vector<std::string>& headers) const;
};

}  // namespace tarn::extract::s3
