#include "common/json/pull.h"

#include <bit>
#include <cctype>
#include <charconv>
#include <cstring>

#include "common/text/utf8.h"

namespace tarn::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// How many of the eight bytes at `bytes` come before the first that is a quote, a backslash, a control
/// character or not ASCII (after "Bit Twiddling Hacks", Sean Eron Anderson: "determine if a word has a byte
/// less than n"). A carry may mark a byte too many, but only above the first.
size_t PlainBytes(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  const auto below = [](uint64_t w, uint64_t n) { return (w - kOnes * n) & ~w & kHighs; };
  const uint64_t special =
      (word & kHighs) | below(word, ' ') | below(word ^ kOnes * '"', 1) | below(word ^ kOnes * '\\', 1);
  return static_cast<size_t>(std::countr_zero(special)) / 8;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

uint32_t HexValue(std::string_view digits) {
  uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

char EscapedBy(char kind) {
  switch (kind) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return kind;
  }
}

bool IsSurrogate(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }

}  // namespace

PullReader::PullReader(std::string_view text) : text_(text) {
  if (text.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

size_t PullReader::Position() {
  Next();
  return at_;
}

bool PullReader::Open(char bracket, const char* otherwise) {
  if (Next() != bracket) return Fail(otherwise), false;
  if (depth_ == kMaxDepth) return Fail("nested deeper than 64 levels"), false;
  ++depth_;
  ++at_;
  return true;
}

bool PullReader::Closes(char bracket) {
  if (Next() != bracket) return false;
  --depth_;
  ++at_;
  return true;
}

bool PullReader::Continues(char bracket, const char* otherwise) {
  if (Closes(bracket)) return false;
  if (Next() != ',') return Fail(otherwise), false;
  ++at_;
  return true;
}

std::optional<std::string_view> PullReader::Name() {
  if (!AtString()) return Fail("expected the name of a member"), std::nullopt;
  const std::string_view raw = RawString();
  if (Next() != ':') return Fail("expected a colon"), std::nullopt;
  ++at_;
  return raw;
}

std::optional<std::string_view> PullReader::String() {
  const bool is_string = AtString();
  if (!is_string) Skip();
  const std::string_view raw = is_string ? RawString() : std::string_view();
  if (!is_string || !mistake_.empty()) return std::nullopt;
  return Unescaped(raw);
}

std::optional<int64_t> PullReader::Integer() {
  const size_t start = Position();
  Skip();
  const std::string_view number = Since(start);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (!mistake_.empty() || error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return value;
}

bool PullReader::True() {
  const bool is_true = Next() == 't';
  Skip();
  return is_true && mistake_.empty();
}

void PullReader::Skip() {
  switch (Next()) {
    case '{':
      return EachMember([this](std::string_view) { Skip(); });
    case '[':
      return Array([this] { Skip(); });
    case '"':
      RawString();
      return;
    case 't':
      return Literal("true");
    case 'f':
      return Literal("false");
    case 'n':
      return Literal("null");
    default:
      return Number();
  }
}

std::string_view PullReader::RawString() {
  const size_t start = ++at_;
  for (;;) {
    while (at_ + 8 <= text_.size()) {
      const size_t plain = PlainBytes(text_.data() + at_);
      at_ += plain;
      if (plain < 8) break;
    }
    if (at_ >= text_.size()) return Fail(""), std::string_view();
    const auto byte = static_cast<uint8_t>(text_[at_]);
    if (byte == '"') return text_.substr(start, at_++ - start);
    if (byte == '\\') {
      Escape();
    } else if (byte < 0x20) {
      Fail("a control character in a string");
    } else if (byte >= 0x80) {
      Sequence();
    } else {
      ++at_;
    }
  }
}

void PullReader::Escape() {
  ++at_;
  if (!Take('u', 'u')) {
    const bool is_known =
        at_ < text_.size() && std::string_view("\"\\/bfnrt").find(text_[at_]) != std::string_view::npos;
    if (!is_known) return Fail("an unknown escape in a string");
    ++at_;
    return;
  }
  const uint32_t first = Unit();
  if (!IsSurrogate(first)) return;
  const bool is_pair =
      first < 0xDC00 && Take('\\', '\\') && Take('u', 'u') && Unit() >> 10 == 0xDC00 >> 10;
  if (!is_pair) Fail("half of a surrogate pair in a string");
}

/// Goes past the four digits of an escape and gives the UTF-16 code unit.
uint32_t PullReader::Unit() {
  const size_t start = at_;
  for (; at_ < start + 4; ++at_) {
    const bool is_digit = at_ < text_.size() && std::isxdigit(static_cast<uint8_t>(text_[at_]));
    if (!is_digit) return Fail("an escape in a string needs four hexadecimal digits"), 0;
  }
  return HexValue(text_.substr(start, 4));
}

void PullReader::Sequence() {
  const size_t length = text::Utf8SequenceLength(text_.substr(at_));
  if (length == 0) return Fail("a string is not UTF-8");
  at_ += length;
}

void PullReader::Number() {
  const size_t start = at_;
  if (Take('-', '-') && at_ < text_.size() && !IsDigit(text_[at_])) return Fail("expected a digit");
  if (!Take('0', '0') && !Digits()) return Fail(at_ == start ? "expected a value" : "expected a digit");
  if (Take('.', '.') && !Digits()) return Fail("expected a digit");
  if (!Take('e', 'E')) return;
  Take('+', '-');
  if (!Digits()) Fail("expected a digit");
}

bool PullReader::Digits() {
  const size_t start = at_;
  while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
  return at_ > start;
}

bool PullReader::Take(char one, char other) {
  if (at_ == text_.size() || (text_[at_] != one && text_[at_] != other)) return false;
  ++at_;
  return true;
}

void PullReader::Literal(std::string_view word) {
  const std::string_view rest = text_.substr(at_, word.size());
  if (word.starts_with(rest)) {
    at_ += rest.size();
    if (rest == word) return;
  }
  Fail("expected a value");
}

/// `raw` is a string that was checked.
std::string_view PullReader::Unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  unescaped_.clear();
  for (size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      const std::string_view plain = raw.substr(at, raw.find('\\', at) - at);
      unescaped_ += plain;
      at += plain.size();
    } else if (raw[at + 1] != 'u') {
      unescaped_ += EscapedBy(raw[at + 1]);
      at += 2;
    } else {
      uint32_t code = HexValue(raw.substr(at + 2, 4));
      at += 6;
      if (IsSurrogate(code)) {
        code = 0x10000 + ((code - 0xD800) << 10) + (HexValue(raw.substr(at + 2, 4)) - 0xDC00);
        at += 6;
      }
      text::AppendUtf8(unescaped_, code);
    }
  }
  return unescaped_;
}

void PullReader::Fail(const char* what) {
  if (!mistake_.empty()) return;
  const bool is_cut = at_ >= text_.size();
  mistake_ = is_cut ? "the JSON is cut off: it ends" : "malformed JSON: " + std::string(what);
  text_ = text_.substr(0, at_);
  at_ = text_.size();
}

Status PullReader::Finish() {
  if (mistake_.empty() && (Next() != '\0' || at_ < text_.size())) Fail("something follows the value");
  if (mistake_.empty()) return Ok();
  const std::string where = "byte " + std::to_string(at_);
  return Error(Code::kUnprocessable, mistake_ + " at " + where).At(where);
}

}  // namespace tarn::json
