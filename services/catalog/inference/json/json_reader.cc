#include "services/catalog/inference/json/json_reader.h"

#include "common/text/utf8.h"

namespace tarn::inference {
namespace {

bool IsDigit(int c) { return c >= '0' && c <= '9'; }

int HexDigit(int c) {
  if (IsDigit(c)) return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Error JsonReader::Fail(const std::string& what) const {
  return Error(Code::kUnprocessable, "malformed JSON: " + what).At("line " + std::to_string(line_));
}

Result<int> JsonReader::Peek() {
  if (at_ == filled_) {
    TARN_ASSIGN(filled_, source_.Read(buffer_.data(), buffer_.size()));
    at_ = 0;
    if (filled_ == 0) return -1;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

void JsonReader::Take() {
  if (buffer_[at_] == '\n') ++line_;
  ++at_;
  ++offset_;
}

Result<int> JsonReader::Next() {
  while (true) {
    TARN_ASSIGN(const int c, Peek());
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    Take();
  }
}

Result<uint32_t> JsonReader::TakeHex() {
  uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    TARN_ASSIGN(const int c, Peek());
    const int digit = HexDigit(c);
    if (digit < 0) return Fail("a \\u escape needs four hexadecimal digits");
    unit = unit << 4 | static_cast<uint32_t>(digit);
    Take();
  }
  return unit;
}

Status JsonReader::TakeEscape(std::string& into) {
  TARN_ASSIGN(const int c, Peek());
  constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  if (c == 'u') {
    Take();
    TARN_ASSIGN(uint32_t unit, TakeHex());
    const bool high = unit >= 0xd800 && unit < 0xdc00;
    TARN_ASSIGN(const int next, Peek());
    if (high && next == '\\') {
      Take();
      TARN_ASSIGN(const int escape, Peek());
      if (escape != 'u') {
        text::AppendUtf8(into, 0xfffd);
        return TakeEscape(into);
      }
      Take();
      TARN_ASSIGN(const uint32_t low, TakeHex());
      const bool pair = low >= 0xdc00 && low < 0xe000;
      unit = pair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
    }
    text::AppendUtf8(into, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    return Ok();
  }
  const size_t at = c < 0 ? std::string_view::npos : kEscapes.find(static_cast<char>(c));
  if (at == std::string_view::npos) return Fail("an unknown escape");
  into += kMeanings[at];
  Take();
  return Ok();
}

Result<std::string> JsonReader::TakeString() {
  Take();
  std::string text;
  while (true) {
    TARN_ASSIGN(const int c, Peek());
    if (c < 0) return Fail("the text ends inside a string");
    if (c < 0x20) return Fail("a control character inside a string");
    Take();
    if (c == '"') break;
    if (c == '\\')
      TARN_TRY(TakeEscape(text));
    else
      text += static_cast<char>(c);
    if (text.size() > kMaxStringBytes) return Fail("a string is longer than 16 MiB");
  }
  if (!text::IsUtf8(text)) return Fail("a string is not UTF-8");
  return text;
}

Status JsonReader::TakeDigits(std::string& into) {
  TARN_ASSIGN(int c, Peek());
  if (!IsDigit(c)) return Fail("a number lacks digits");
  while (IsDigit(c)) {
    if (into.size() < 400) into += static_cast<char>(c);
    Take();
    TARN_ASSIGN(c, Peek());
  }
  return Ok();
}

Result<std::string> JsonReader::TakeNumber() {
  std::string number;
  const auto take_if = [&](auto... wanted) -> Result<bool> {
    TARN_ASSIGN(const int c, Peek());
    if (!((c == wanted) || ...)) return false;
    number += static_cast<char>(c);
    Take();
    return true;
  };
  TARN_TRY(take_if('-'));
  TARN_ASSIGN(const bool zero, take_if('0'));
  TARN_ASSIGN(const int next, Peek());
  if (zero && IsDigit(next)) return Fail("a number starts with 0");
  if (!zero) TARN_TRY(TakeDigits(number));
  TARN_ASSIGN(const bool point, take_if('.'));
  if (point) TARN_TRY(TakeDigits(number));
  TARN_ASSIGN(const bool exponent, take_if('e', 'E'));
  if (exponent) {
    TARN_TRY(take_if('+', '-'));
    TARN_TRY(TakeDigits(number));
  }
  return number;
}

Result<std::string> JsonReader::TakeWord() {
  std::string word;
  while (word.size() < 6) {
    TARN_ASSIGN(const int c, Peek());
    if (c < 'a' || c > 'z') break;
    word += static_cast<char>(c);
    Take();
  }
  if (word != "true" && word != "false" && word != "null")
    return Fail("a value is expected, not " + (word.empty() ? std::string("something else") : word));
  return word;
}

}  // namespace tarn::inference
