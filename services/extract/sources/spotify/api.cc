#include "services/extract/sources/spotify/api.h"

#include "services/extract/sources/client/source_client.h"

namespace tarn::extract::spotify {

Result<Api::Answer> Api::Get(const std::string& path_or_url) {
  const bool is_path = path_or_url.starts_with('/') && !path_or_url.starts_with("//");
  const std::string url = is_path ? options_.base_url + path_or_url : path_or_url;
  // The token must not go to a host that an answer names.
  if (Origin(url) != origin_) {
    return Error(Code::kInvalidArgument, "refused to follow a link to another host than that of base_url")
        .At(url);
  }
  auto response = Send(url);
  if (response.ok() && response->status == 401) {
    tokens_.Discard();
    response = Send(url);
  }
  if (!response.ok()) {
    const Error& error = response.error();
    return error.where().empty() ? Error(error.code(), error.message()).At(url) : error;
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
      return Error(Code::kUnauthenticated, "the API refused a new access token").At(url);
    default:
      break;
  }
  return Error(Code::kUnavailable, "the API answered HTTP status " + std::to_string(response->status))
      .At(url);
}

Result<http_client::Response> Api::Send(const std::string& url) {
  TARN_ASSIGN(const std::string token, tokens_.Get());
  http_client::Request request;
  request.url = url;
  request.headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/json"}};
  return context_.client.Send(std::move(request));
}

}  // namespace tarn::extract::spotify
