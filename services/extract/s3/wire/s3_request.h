#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/auth/principal.h"
#include "common/http/message.h"
#include "services/extract/s3/wire/authenticator.h"

namespace tarn::extract::s3 {

/// One request to the door whose sender is known. Lives as long as the handler runs.
struct S3Request {
  http::Request& http;
  std::string bucket;      ///< empty: the service itself (ListBuckets). Not checked yet
  std::string key;         ///< percent-decoded; empty: the bucket itself. Not checked yet: the store does
  std::string request_id;  ///< 16 hexadecimal digits
  Authenticated authenticated;
  bool virtual_host = false;  ///< the bucket was named by the Host header

  const auth::Principal& principal() const { return authenticated.principal; }
  http::Method method() const { return http.method; }
  /// The path as sent, which errors name as the Resource.
  const std::string& resource() const { return http.path; }

  /// The first query parameter of that name (case matters); "" for one without a value (`?uploads`).
  std::optional<std::string> Query(std::string_view name) const { return http.Query(name); }
  bool HasQuery(std::string_view name) const { return http.Query(name).has_value(); }
  std::optional<std::string_view> Header(std::string_view name) const { return http.Header(name); }
};

}  // namespace tarn::extract::s3
