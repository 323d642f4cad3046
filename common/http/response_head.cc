#include "common/http/response_head.h"

#include <algorithm>
#include <ctime>

#include "common/http/status.h"
#include "common/time/time.h"

namespace tarn::http {
namespace {

bool IsToken(std::string_view name) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kSymbols.find(c) != std::string_view::npos;
  });
}

bool IsFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7F; });
}

bool IsTransports(std::string_view name) {
  constexpr std::string_view kOwn[] = {
      "Content-Length", "Transfer-Encoding",     "Connection", "Keep-Alive", "Date",
      "Server",         "X-Content-Type-Options"};
  return std::any_of(std::begin(kOwn), std::end(kOwn),
                     [&](std::string_view own) { return EqualsIgnoringCase(name, own); });
}

// Formatting a date costs more than the rest of a small response, and it changes once a second.
const std::string& DateField() {
  thread_local std::time_t second = 0;
  thread_local std::string field;
  if (const std::time_t now = std::time(nullptr); now != second) {
    second = now;
    field = "Date: " + FormatHttpDate(Timestamp(std::chrono::seconds(now))) + "\r\n";
  }
  return field;
}

}  // namespace

bool IsBodiless(int status) { return status == 204 || status == 304; }

Result<std::string> RenderHead(const Response& response, const ResponseFraming& framing) {
  if (response.status < 200 || response.status > 599) {
    return Error(Code::kInternal, "a handler answered with the status " + std::to_string(response.status));
  }
  std::string head;
  head.reserve(256);
  head.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(ReasonPhrase(response.status));
  head.append("\r\nServer: tarn\r\nX-Content-Type-Options: nosniff\r\n").append(DateField());
  for (const auto& [name, value] : response.headers) {
    if (!IsToken(name) || !IsFieldValue(value)) {
      return Error(Code::kInternal, "a response header holds characters that it must not")
          .At("header:" + name);
    }
    if (!IsTransports(name)) head.append(name).append(": ").append(value).append("\r\n");
  }
  if (framing.chunked) head += "Transfer-Encoding: chunked\r\n";
  if (framing.content_length) head += "Content-Length: " + std::to_string(*framing.content_length) + "\r\n";
  if (!framing.keep_alive) {
    head += "Connection: close\r\n";
  } else if (framing.version == 10) {
    head += "Connection: keep-alive\r\n";
  }
  return head += "\r\n";
}

}  // namespace tarn::http
