#pragma once

#include <optional>

#include "services/extract/sources/client/body_sink.h"
#include "services/extract/sources/files/file_version.h"
#include "services/extract/sources/files/partial_file.h"

namespace tarn::extract::files {

/// Brings the body of a GET into a partial file over any number of tries: asks for what is missing (Range
/// with If-Range, RFC 9110 sections 13.1.5 and 14.2), and for nothing that was stored before (If-None-Match,
/// If-Modified-Since).
class HttpDownload : public BodySink {
 public:
  /// `before`: what was stored last; null: the content is wanted in any case. All must outlive it.
  HttpDownload(PartialFile& into, const FileVersion* before, uint64_t max_bytes)
      : into_(into), before_(before), max_bytes_(max_bytes) {}

  Status Begin(http_client::Request& request) override;
  /// Errors: kTooLarge for a declared length over the limit, kUnprocessable for a 2xx without content,
  /// kUnavailable for a part that was not asked for.
  Result<bool> OnHeader(const http_client::Response& response) override;
  Status OnData(std::string_view data) override;

  /// The last answer had a body that is the one stored before.
  bool unchanged() const { return unchanged_; }

 private:
  Result<bool> TakeWhole(const http_client::Response& response);
  Result<bool> TakePart(const http_client::Response& response);

  PartialFile& into_;
  const FileVersion* const before_;
  const uint64_t max_bytes_;
  bool unchanged_ = false;
};

/// What the headers say of the content.
FileVersion VersionOf(const http_client::Response& response);

}  // namespace tarn::extract::files
