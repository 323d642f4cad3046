#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// What a request is about.
struct Address {
  std::string bucket;  ///< empty: the service itself
  std::string key;     ///< percent-decoded; empty: the bucket itself
  bool virtual_host = false;
};

/// Reads bucket and key from the raw path and the Host header. Path style is `/bucket/key`; virtual-host style has the
/// bucket before one of `domains`, before `s3.localhost` or before `localhost`. '+' stays '+', "%2F" is a '/' of the key
/// and never separates it from the bucket. Errors: InvalidURI,
/// InvalidBucketName for "//key".
S3Result<Address> ParseAddress(std::string_view raw_path, std::optional<std::string_view> host,
                               const std::vector<std::string>& domains);

}  // namespace tarn::extract::s3
