#include "services/extract/sources/spotify/api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/sources/client/source_client.h"

namespace tarn::extract::spotify {
namespace {

constexpr uint64_t kMaxBodyBytes = 16 << 20;  // a page of 100 entries with all markets is below 1 MiB
constexpr size_t kMaxMessageBytes = 200;

std::string WithoutQuery(const std::string& url) { return url.substr(0, url.find('?')); }

}  // namespace

Result<Api::Answer> Api::Get(const std::string& path) {
  const std::string url = Url(path);
  auto response = Send(url);
  if (!response.ok()) {
    const Error& error = response.error();
    return error.where().empty() ? Error(error.code(), error.message()).At(WithoutQuery(url)) : error;
  }
  switch (response->status) {
    case 200:
    case 400:
    case 403:
    case 404:
    case 405:
    case 410:
      return Answer{response->status, std::move(response->body)};
    case 401:
      return Error(Code::kUnauthenticated,
                   "the API refused a new access token" + SaidBySpotify(response->body))
          .At(WithoutQuery(url));
    default:
      break;
  }
  return Error(Code::kUnavailable, "the API answered HTTP status " + std::to_string(response->status))
      .At(WithoutQuery(url));
}

Result<http_client::Response> Api::Send(const std::string& url) {
  for (int tries = 1;; ++tries) {
    TARN_ASSIGN(const std::string token, tokens_.Get());
    http_client::Request request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/json"}};
    request.max_response_bytes = kMaxBodyBytes;
    auto response = context_.client.Send(std::move(request));
    if (!response.ok() || response->status != 401 || tries == 2) return response;
    tokens_.Discard(token);
  }
}

Status Api::CheckLink(const std::string& url) const {
  // The token must not go to a host that an answer names.
  if (Origin(url) == origin_) return Ok();
  return Error(Code::kUnprocessable, "refused to follow a link to another host than that of base_url")
      .At(url);
}

std::string SaidBySpotify(const std::string& body) {
  const auto answer = json::Parse(body);
  if (!answer.ok() || !answer->is_object()) return "";
  const auto error = answer->find("error");
  if (error == answer->end() || !error->is_object()) return "";
  const auto message = error->find("message");
  if (message == error->end() || !message->is_string()) return "";
  const auto& text = message->get_ref<const std::string&>();
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  return plain && !text.empty() && text.size() <= kMaxMessageBytes ? " (Spotify: " + text + ")" : "";
}

}  // namespace tarn::extract::spotify
