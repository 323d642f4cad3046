#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::s3_client {

using Query = std::vector<std::pair<std::string, std::string>>;

/// Where a bucket is: makes the URLs of its objects.
class Endpoint {
 public:
  /// `url`: "https://s3.eu-central-1.amazonaws.com", "http://127.0.0.1:9000"; a path is kept as a prefix of all paths.
  /// With `path_style` the bucket stands in the path, else before the host. Errors: kInvalidArgument for what is no
  /// http or https URL, has a query or user, or for a bucket's name that S3 does not allow.
  static Result<Endpoint> Make(const std::string& url, const std::string& bucket, bool path_style);

  /// A request's URL in the parts that a signature is made from.
  struct Target {
    std::string origin;  ///< "http://127.0.0.1:9000"
    std::string host;    ///< the Host header as libcurl sends it
    std::string path;    ///< encoded
    std::string query;   ///< encoded, sorted: the canonical form of SigV4, sent as it is
    std::string Url() const { return origin + path + (query.empty() ? "" : "?" + query); }
  };
  /// An empty key: the bucket itself.
  Target ForKey(std::string_view key, const Query& query) const;

  const std::string& bucket() const { return bucket_; }
  const std::string& origin() const { return origin_; }

 private:
  std::string origin_, host_, base_path_, bucket_;
};

/// Encodes as SigV4 asks: everything but A-Z a-z 0-9 - _ . ~, and '/' with `keep_slash`.
std::string UriEncode(std::string_view text, bool keep_slash = false);
/// Decodes what S3's `encoding-type=url` encodes ('+' is a space).
std::string UriDecode(std::string_view text);

}  // namespace tarn::s3_client
