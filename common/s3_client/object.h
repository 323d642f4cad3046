#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/time/time.h"

namespace tarn::s3_client {

/// What an S3 endpoint says of an object.
struct ObjectHead {
  std::string key;
  uint64_t size_bytes = 0;
  std::string etag;  ///< without quotes
  std::string content_type;
  Timestamp last_modified;
  std::map<std::string, std::string> metadata;  ///< the user's, names in lower case
  std::map<std::string, std::string> headers;   ///< content-encoding, cache-control ...: names in lower case
  std::string version_id;                       ///< empty where the bucket has no versions
  bool encrypted = false;  ///< with a key of KMS or of the caller: then the etag is no MD5
};

struct PutOptions {
  std::string content_type = "application/octet-stream";
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::string> headers;  ///< content-encoding, cache-control ...
  std::map<std::string, std::string> tags;
  bool if_none_match = false;  ///< fail with kPreconditionFailed if the key exists
  std::string if_match_etag;   ///< fail with kPreconditionFailed unless the key exists with this etag
  /// The content's MD5 in hexadecimal, if known: saves reading it twice. What is sent must have it.
  std::string md5;
};

struct PutResult {
  std::string etag;
  std::string version_id;
};

struct ByteRange {
  uint64_t offset = 0;
  std::optional<uint64_t> length;  ///< to the end if absent
};

struct GetOptions {
  std::optional<ByteRange> range;
  std::string version_id;
  std::string if_match_etag;  ///< fail with kPreconditionFailed if the object is another by now
};

struct ListRequest {
  std::string prefix;
  std::string delimiter;
  std::string start_after;         ///< list keys greater than this
  std::string continuation_token;  ///< of the page before
  int limit = 1000;                ///< at most 1,000
};

struct ListPage {
  std::vector<ObjectHead> objects;  ///< key, size, etag and time only
  std::vector<std::string> common_prefixes;
  std::string next_token;  ///< empty at the end
};

struct CopyOptions {
  std::string source_bucket;  ///< empty: the same bucket
  std::string source_key;
  std::string source_version_id;
  std::string if_source_etag;          ///< fail with kPreconditionFailed if the source is another
  std::optional<PutOptions> replaces;  ///< type, metadata and headers instead of the source's
};

}  // namespace tarn::s3_client
