#pragma once

#include "services/extract/sources/client/body_sink.h"
#include "services/extract/sources/files/partial_file.h"

namespace tarn::extract::files {

/// Takes the beginning of a file and breaks the exchange off when there is enough of it: not every server
/// knows ranges, and some refuse them for empty files.
class HeadDownload : public BodySink {
 public:
  /// Refuses a file that is said to be larger than `max_file_bytes`.
  HeadDownload(PartialFile& into, uint64_t max_bytes, uint64_t max_file_bytes)
      : into_(into), max_bytes_(max_bytes), max_file_bytes_(max_file_bytes) {}

  Status Begin(http_client::Request& request) override;
  Result<bool> OnHeader(const http_client::Response& response) override;
  /// kCancelled when it has enough.
  Status OnData(std::string_view data) override;

  bool has_enough() const { return into_.size_bytes() == max_bytes_; }

 private:
  PartialFile& into_;
  const uint64_t max_bytes_;
  const uint64_t max_file_bytes_;
};

}  // namespace tarn::extract::files
