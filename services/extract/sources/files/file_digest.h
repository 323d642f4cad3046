#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "common/checksums/checksum.h"
#include "common/http_client/http_client.h"
#include "common/result/result.h"

namespace tarn::extract::files {

/// A checksum that a whole file must have.
struct FileDigest {
  checksums::Algorithm algorithm = checksums::Algorithm::kSha256;
  std::string bytes;

  /// "sha256:<base64>", and back.
  std::string ToText() const;
  static std::optional<FileDigest> FromText(const std::string& text);
};

/// The strongest checksum that a response gives of the whole file: Repr-Digest (RFC 9530), Digest (RFC 3230),
/// Content-MD5 (RFC 1864; of a 200 only, as of a part it is the part's), x-goog-hash.
std::optional<FileDigest> DigestOf(const http_client::Response& response);

/// The checksum's bytes. Errors: kInternal, kCancelled.
Result<std::string> HashFile(const std::filesystem::path& file, checksums::Algorithm algorithm,
                             const std::stop_token& cancelled);

}  // namespace tarn::extract::files
