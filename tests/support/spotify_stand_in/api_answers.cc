#include "tests/support/spotify_stand_in/api_answers.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace tarn::spotify_stand_in {

http::Response ApiError(int status, const std::string& message) {
  return http::Response::Json(status, {{"error", {{"status", status}, {"message", message}}}});
}

std::string ApiUrl(const http::Request& request) {
  return "http://" + std::string(request.Header("host").value_or("127.0.0.1")) + "/v1";
}

std::optional<int64_t> QueryNumber(const http::Request& request, const char* name, int64_t otherwise,
                                   int64_t min, int64_t max) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < min || value > max)
    return std::nullopt;
  return value;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

http::Response RawJson(std::string body) {
  return http::Response::Text(200, std::move(body), "application/json");
}

http::Response BrokenOff(http::Response response) {
  const std::string half = response.body.substr(0, response.body.size() / 2);
  response.stream_length = response.body.size();
  response.body.clear();
  response.stream = [half](http::BodyWriter& writer) -> Status {
    TARN_TRY(writer.Write(half));
    return Error(Code::kInternal, "the connection is to break");
  };
  return response;
}

}  // namespace tarn::spotify_stand_in
