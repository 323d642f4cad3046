#include "services/extract/sources/files/head_download.h"

#include <algorithm>

#include "services/extract/sources/files/http_download.h"
#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {

Status HeadDownload::Begin(http_client::Request& request) {
  request.max_response_bytes = UINT64_MAX;  // it is broken off
  return Ok();
}

Result<bool> HeadDownload::OnHeader(const http_client::Response& response) {
  FileVersion version = VersionOf(response);
  if (version.size_bytes > 0 && static_cast<uint64_t>(version.size_bytes) > max_file_bytes_)
    return TooLarge(max_file_bytes_);
  TARN_TRY(into_.Start({std::move(version), "", std::nullopt}));
  return true;
}

Status HeadDownload::OnData(std::string_view data) {
  const auto wanted = std::min<uint64_t>(data.size(), max_bytes_ - into_.size_bytes());
  TARN_TRY(into_.Append(data.substr(0, static_cast<size_t>(wanted))));
  return has_enough() ? Status(Error(Code::kCancelled, "the beginning is here")) : Ok();
}

}  // namespace tarn::extract::files
