#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/http/message.h"
#include "common/result/result.h"

namespace tarn::http {

/// How a response's body is delimited and what becomes of the connection: the transport's to decide.
struct ResponseFraming {
  std::optional<uint64_t> content_length = {};
  bool chunked = false;
  bool keep_alive = true;
  int version = 11;  ///< of the request
};

/// Renders status line and fields, up to the empty line. Adds Date, Server and X-Content-Type-Options;
/// ignores the handler's own Content-Length, Transfer-Encoding and Connection. Errors: kInternal if the
/// status is none a handler may send (200 to 599), or if a field could break the framing (RFC 9110 section
/// 5.5: control characters); such a response must not be sent.
Result<std::string> RenderHead(const Response& response, const ResponseFraming& framing);

/// True for the statuses that have no body (RFC 9110 section 6.4.1).
bool IsBodiless(int status);

}  // namespace tarn::http
