#pragma once

#include <string>
#include <string_view>

namespace tarn::s3_client {

std::string Md5(std::string_view data);
std::string Sha256(std::string_view data);
std::string HmacSha256(std::string_view key, std::string_view data);

/// Empty unless `text` is hexadecimal throughout.
std::string FromHex(std::string_view text);

}  // namespace tarn::s3_client
