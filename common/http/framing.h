#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/message.h"

namespace tarn::http {

/// Why the transport refuses a request before any handler sees it.
struct Refusal {
  int status;
  std::string code;  ///< in snake_case, for the problem document
  std::string detail;
  std::string where = {};
};

/// The head of a request.
struct RequestHead {
  std::string method;  ///< as sent
  std::string target;
  int version = 11;  ///< 10 or 11
  Headers headers;
  std::optional<uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Finds the end of a request head while it arrives, and refuses lines that parsers are known to read
/// differently: ends other than CRLF, stray CR and NUL, and folded fields (RFC 9112 sections 2.2 and 5.2).
class HeadScanner {
 public:
  HeadScanner(uint64_t size_limit, int64_t max_headers)
      : size_limit_(size_limit), max_headers_(max_headers) {}

  /// Looks at all bytes that have arrived, which must start with those of the call before.
  std::optional<Refusal> Scan(std::string_view arrived);
  /// The size of the whole head with the empty line at its end, once that has arrived.
  std::optional<size_t> head_size() const { return head_size_; }

 private:
  std::optional<Refusal> CheckLine(std::string_view line);

  uint64_t size_limit_;
  int64_t max_headers_;
  int64_t lines_ = 0;
  size_t scanned_ = 0;  // start of the first line that is not complete
  std::optional<size_t> head_size_;
};

/// Refuses heads whose body could be delimited in two ways or whose host is unclear (RFC 9112 sections 3.2,
/// 6.1 and 6.3), and expectations that cannot be met (417).
std::optional<Refusal> CheckFraming(const RequestHead& head);

}  // namespace tarn::http
