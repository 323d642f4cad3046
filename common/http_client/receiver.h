#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/compression/gunzip_stream.h"
#include "common/http_client/http_client.h"

namespace tarn::http_client {

/// Where the body of a 2xx response goes. That of any other response always goes into the response.
enum class BodyPlace { kResponse, kFile, kStream };

/// What one exchange has received so far, and why it must end.
class Receiver {
 public:
  /// `request` must outlive it. `file` is for BodyPlace::kFile.
  Receiver(const Request& request, BodyPlace place, std::filesystem::path file = {});
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// Takes one header line. False: the exchange must end, see `failure`.
  bool TakeHeader(std::string_view line);

  enum class Taken { kAll, kNothingNow, kFailed };
  /// Takes a piece of the body. kNothingNow: the reader of the stream is behind; offer the same piece later.
  Taken TakeBody(std::string_view data);

  /// Whether the body ended before its compressed form was complete.
  bool CutOff() const { return unpacks_ && !unpacks_->AtEnd(); }

  /// Moves up to `size` bytes of the streamed body out.
  size_t Drain(char* into, size_t size);
  bool HasPending() const { return pending_offset_ < pending_.size(); }

  /// Closes the file; an empty body makes an empty one.
  Status FinishFile();
  void RemoveFile();

  bool Succeeded() const { return response.status >= 200 && response.status < 300; }

  const Request& request;
  Response response;
  bool header_complete = false;
  bool address_refused = false;
  std::optional<Error> failure;

 private:
  bool EndHeader();
  Taken Store(std::string_view data);
  bool OpenFile();
  bool WriteFile(std::string_view data);

  const BodyPlace place_;
  const std::filesystem::path file_;
  int descriptor_ = -1;
  size_t header_bytes_ = 0;
  uint64_t body_bytes_ = 0;
  std::optional<compression::GunzipStream> unpacks_;
  std::string pending_;  // of the streamed body, from pending_offset_ on
  size_t pending_offset_ = 0;
};

}  // namespace tarn::http_client
