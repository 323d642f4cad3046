#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
const char* MethodName(Method method);
std::optional<Method> ParseMethod(std::string_view name);

/// Compares as field names and media types do (ASCII only).
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

/// Field names and values in the order they arrived; names compare without case (RFC 9110 section 5.1).
class Headers {
 public:
  void Add(std::string name, std::string value);
  /// Replaces every field of that name.
  void Set(std::string name, std::string value);
  /// The first value of that name.
  std::optional<std::string_view> Find(std::string_view name) const;
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request body as it arrives. Reading blocks: only in handlers that run on the pool.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Fills up to `size` bytes and returns how many; 0 is the end of a complete body. Errors: kCancelled when
  /// the client left, kDeadlineExceeded when it sends too slowly, kTooLarge, kInvalidArgument for broken
  /// framing.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
};

/// Takes a response body piece by piece. Writing blocks while the client reads more slowly.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// Errors: kCancelled when the client left or the server stops.
  virtual Status Write(std::string_view data) = 0;
};

/// One request, after routing. Handlers read it; the server and tests fill it.
struct Request {
  Method method = Method::kGet;
  std::string target;  ///< as sent: path and query
  std::string path;    ///< the path as sent, still percent-encoded
  Headers headers;
  std::string remote_address;
  std::map<std::string, std::string, std::less<>> path_parameters;    ///< percent-decoded
  std::vector<std::pair<std::string, std::string>> query_parameters;  ///< percent-decoded, in order
  std::string body;                         ///< whole, for routes with BodyMode::kBuffered
  std::unique_ptr<BodyReader> body_reader;  ///< for routes with BodyMode::kStreamed
  std::stop_token cancelled;  ///< stop is requested when the client leaves or the server must stop

  /// The path parameter `{name}` of the route; the route must have it.
  const std::string& PathParameter(std::string_view name) const;
  /// The first query parameter of that name.
  std::optional<std::string> Query(std::string_view name) const;
  std::optional<std::string_view> Header(std::string_view name) const { return headers.Find(name); }

  /// Parses the buffered body as JSON. Errors: kInvalidArgument with the byte offset.
  Result<nlohmann::json> Json() const;
};

/// One response. Set either `body` or `stream`.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// Called once on a pool thread to produce the body; an error breaks the connection so that the client
  /// cannot take a part for the whole.
  std::function<Status(BodyWriter&)> stream;
  std::optional<uint64_t> stream_length;  ///< sent as Content-Length; without it the body is chunked

  static Response Json(int status, const nlohmann::json& value);
  static Response Text(int status, std::string text, std::string content_type = "text/plain; charset=utf-8");
  static Response NoContent();
  /// RFC 9457: type, title, status, code, detail, where (if known), trace_id.
  static Response Problem(const Error& error);
};

/// Decodes percent escapes; '+' stays. Errors: kInvalidArgument for a broken escape, NUL or bad UTF-8.
Result<std::string> PercentDecode(std::string_view text);
/// True for well-formed UTF-8 (no overlong forms, no surrogates).
bool IsUtf8(std::string_view text);
/// Encodes everything but RFC 3986's unreserved characters.
std::string PercentEncode(std::string_view text);

/// Chooses among `offers` (media types, the server's favourite first) by an Accept header (RFC 9110 section
/// 12.5.1). An empty header accepts anything. Returns the index, or nothing if none is acceptable.
std::optional<size_t> Negotiate(std::optional<std::string_view> accept,
                                const std::vector<std::string>& offers);

}  // namespace tarn::http
