#include "common/http/framing.h"

#include <algorithm>

namespace tarn::http {
namespace {

Refusal Malformed(std::string detail, std::string where = {}) {
  return {400, "invalid_argument", std::move(detail), std::move(where)};
}

Refusal HeadTooLarge(std::string detail) { return {431, "too_large", std::move(detail)}; }

int64_t Count(const Headers& headers, std::string_view name) {
  return std::count_if(headers.begin(), headers.end(),
                       [&](const auto& field) { return EqualsIgnoringCase(field.first, name); });
}

}  // namespace

std::optional<Refusal> HeadScanner::Scan(std::string_view arrived) {
  for (size_t end; !head_size_ && (end = arrived.find('\n', scanned_)) != std::string_view::npos;) {
    const std::string_view line = arrived.substr(scanned_, end + 1 - scanned_);
    if (auto refusal = CheckLine(line)) return refusal;
    scanned_ = end + 1;
    if (line.size() == 2) head_size_ = scanned_;
  }
  if (head_size_.value_or(arrived.size()) > size_limit_) {
    return HeadTooLarge("the request head is over the limit of " + std::to_string(size_limit_) + " bytes");
  }
  return std::nullopt;
}

std::optional<Refusal> HeadScanner::CheckLine(std::string_view line) {
  if (!line.ends_with("\r\n")) return Malformed("a line of the request head must end in CR LF");
  const std::string_view text = line.substr(0, line.size() - 2);
  if (text.find('\r') != std::string_view::npos || text.find('\0') != std::string_view::npos) {
    return Malformed("the request head holds a stray CR or NUL");
  }
  if (lines_ > 0 && (line[0] == ' ' || line[0] == '\t'))
    return Malformed("folded header fields are obsolete and not taken");
  // The request line is the first; what follows are fields.
  if (!text.empty() && ++lines_ - 1 > max_headers_) {
    return HeadTooLarge("more than " + std::to_string(max_headers_) + " header fields");
  }
  return std::nullopt;
}

std::optional<Refusal> CheckFraming(const RequestHead& head) {
  const int64_t hosts = Count(head.headers, "Host"), lengths = Count(head.headers, "Content-Length"),
                encodings = Count(head.headers, "Transfer-Encoding");
  if (hosts > 1 || (hosts == 0 && head.version == 11))
    return Malformed("exactly one Host header is needed", "header:Host");
  if (lengths > 1) return Malformed("more than one Content-Length", "header:Content-Length");
  // RFC 9110 section 8.6 lets a recipient accept "5, 5", and Beast does.
  if (lengths == 1 &&
      head.headers.Find("Content-Length")->find_first_not_of("0123456789") != std::string_view::npos) {
    return Malformed("Content-Length must be one whole number", "header:Content-Length");
  }
  if (encodings > 0) {
    if (lengths > 0)
      return Malformed("Content-Length and Transfer-Encoding exclude each other", "header:Content-Length");
    if (head.version != 11) return Malformed("Transfer-Encoding needs HTTP/1.1", "header:Transfer-Encoding");
    if (encodings > 1 || !EqualsIgnoringCase(*head.headers.Find("Transfer-Encoding"), "chunked")) {
      return Malformed("the only transfer encoding taken is chunked", "header:Transfer-Encoding");
    }
  }
  const auto expect = head.headers.Find("Expect");
  if (expect && !EqualsIgnoringCase(*expect, "100-continue")) {
    return Refusal{417, "expectation_failed", "the only expectation met is 100-continue", "header:Expect"};
  }
  return std::nullopt;
}

}  // namespace tarn::http
