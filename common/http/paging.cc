#include "common/http/paging.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace tarn::http {
namespace {

// base64url without padding (RFC 4648 section 5), so that a token needs no percent escapes.
std::string EncodeToken(const std::string& position) {
  std::string token(4 * ((position.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(token.data()),
                                     reinterpret_cast<const unsigned char*>(position.data()),
                                     static_cast<int>(position.size()));
  token.resize(static_cast<size_t>(length));
  token.erase(std::find(token.begin(), token.end(), '='), token.end());
  std::replace(token.begin(), token.end(), '+', '-');
  std::replace(token.begin(), token.end(), '/', '_');
  return token;
}

bool IsTokenText(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

std::optional<std::string> DecodeToken(std::string token) {
  if (!IsTokenText(token) || token.size() % 4 == 1) return std::nullopt;
  std::replace(token.begin(), token.end(), '-', '+');
  std::replace(token.begin(), token.end(), '_', '/');
  const size_t padding = (4 - token.size() % 4) % 4;
  token.append(padding, '=');
  std::string position(token.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(position.data()),
                      reinterpret_cast<const unsigned char*>(token.data()), static_cast<int>(token.size()));
  if (length < 0) return std::nullopt;
  position.resize(static_cast<size_t>(length) - padding);
  return position;
}

Result<int64_t> ParseLimit(const std::string& text, int64_t max) {
  int64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > max) {
    return Error(Code::kInvalidArgument,
                 "limit must be a whole number from 1 to " + std::to_string(max) + ", not: " + text)
        .At("query:limit");
  }
  return limit;
}

}  // namespace

Result<PageRequest> ParsePage(const Request& request, int64_t default_limit, int64_t max_limit) {
  PageRequest page;
  page.limit = default_limit;
  if (const auto limit = request.Query("limit")) {
    TARN_ASSIGN(page.limit, ParseLimit(*limit, max_limit));
  }
  if (const auto token = request.Query("page_token"); token && !token->empty()) {
    auto position = DecodeToken(*token);
    if (!position) {
      return Error(Code::kInvalidArgument, "page_token must be a next_page_token that a page before returned")
          .At("query:page_token");
    }
    page.after = std::move(*position);
  }
  return page;
}

Response PageResponse(nlohmann::json items, const std::string& next_after) {
  nlohmann::json page = {{"items", std::move(items)}};
  if (!next_after.empty()) page["next_page_token"] = EncodeToken(next_after);
  return Response::Json(200, page);
}

}  // namespace tarn::http
