#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::extract::files {

enum class Format { kAny, kCsv, kJson, kNdjson, kParquet };

/// What tells a changed file from one that was stored before.
enum class Compare {
  kVersion,  ///< ETag, Last-Modified, size, of a local file also the inode; the hash where there is none of
             ///< these
  kHash,     ///< SHA-256 of the content, whatever else says
};

/// What becomes of a file that was stored and is not listed any more.
enum class WhenGone {
  kKeep,  ///< what was stored stays
  kFail,  ///< so it does, but it is a problem of the run
};

/// Another S3 bucket.
struct BucketOptions {
  std::string endpoint;
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;
  bool path_style = true;
  std::string access_key_id;  ///< empty: requests are not signed
  std::string secret_access_key;
  std::string session_token;
};

/// The options of the connector; README.md describes each. Files come from exactly one place: URLs (`urls`,
/// `index_url` or both), `directory` or `s3`.
struct Options {
  std::vector<std::string> urls;
  std::string index_url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string directory;
  std::optional<BucketOptions> s3;
  std::string pattern = "**";
  std::chrono::milliseconds settle{5'000};
  Format format = Format::kAny;
  Compare compare = Compare::kVersion;
  WhenGone when_gone = WhenGone::kKeep;
  bool decompress = false;
  uint64_t max_file_bytes = 10ull << 30;
  std::string stream = "files";
  int64_t connections = 4;
};

/// Errors: kInvalidArgument with the JSON pointer of the option below "/options".
Result<Options> ParseOptions(const nlohmann::json& options);

}  // namespace tarn::extract::files
