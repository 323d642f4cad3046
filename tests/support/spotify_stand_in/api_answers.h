#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/http/message.h"

namespace tarn::spotify_stand_in {

/// An error as Spotify's API shows it.
http::Response ApiError(int status, const std::string& message);

/// Where the API is, as the client sees it: links in answers start with it.
std::string ApiUrl(const http::Request& request);

/// A query parameter; nothing if it is no number from `min` to `max`.
std::optional<int64_t> QueryNumber(const http::Request& request, const char* name, int64_t otherwise,
                                   int64_t min, int64_t max);

std::vector<std::string> Split(const std::string& text, char separator);

/// A whole JSON text as it is.
http::Response RawJson(std::string body);

/// The same answer, whose connection breaks in the middle of the body.
http::Response BrokenOff(http::Response response);

}  // namespace tarn::spotify_stand_in
