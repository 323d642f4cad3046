#include <cstdint>

#include "common/http/message.h"
#include "common/text/percent_encoding.h"
#include "common/text/utf8.h"

namespace tarn::http {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool IsUtf8(std::string_view text) { return text::IsUtf8(text); }

Result<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Error(Code::kInvalidArgument, "a percent sign needs two hexadecimal digits after it");
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return Error(Code::kInvalidArgument, "a NUL byte is not allowed");
    decoded += c;
  }
  if (!IsUtf8(decoded)) return Error(Code::kInvalidArgument, "the decoded bytes are not UTF-8");
  return decoded;
}

std::string PercentEncode(std::string_view text) { return text::PercentEncode(text); }

}  // namespace tarn::http
