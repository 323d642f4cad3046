#include "services/extract/sources/spotify/json_pull.h"

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::spotify {
namespace {

constexpr size_t kMaxDepth = 64;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Whether any of eight bytes is a quote, a backslash, a control character or not ASCII.
bool EndsPlainText(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  const auto zero_byte = [](uint64_t w) { return (w - kOnes) & ~w & kHighs; };
  const uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return ((word & kHighs) | control | zero_byte(word ^ (kOnes * '"')) | zero_byte(word ^ (kOnes * '\\'))) !=
         0;
}

/// How long the well-formed UTF-8 sequence of two to four bytes at `at` is (Unicode table 3-7), or 0.
size_t SequenceLength(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0; };
  const auto continues = [&](size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  const int lead = byte(0), second = byte(1);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool good = second >= (lead == 0xE0 ? 0xA0 : 0x80) && second <= (lead == 0xED ? 0x9F : 0xBF);
    return good && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool good = second >= (lead == 0xF0 ? 0x90 : 0x80) && second <= (lead == 0xF4 ? 0x8F : 0xBF);
    return good && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

char JsonPull::Next() {
  if (why_) return '\0';
  while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

size_t JsonPull::Position() {
  Next();
  return at_;
}

bool JsonPull::Open(char bracket) {
  if (Next() != bracket) {
    Fail("something else than an object or array was expected");
    return false;
  }
  if (depth_ == kMaxDepth) {
    Fail("the JSON is nested deeper than 64 levels");
    return false;
  }
  ++depth_;
  ++at_;
  return true;
}

bool JsonPull::Closes(char bracket) {
  if (Next() != bracket) return false;
  --depth_;
  ++at_;
  return true;
}

bool JsonPull::Continues(char bracket) {
  if (Closes(bracket)) return false;
  if (Next() != ',') Fail("expected a comma or the end of the object or array");
  if (why_) return false;
  ++at_;
  return true;
}

std::string_view JsonPull::Name() {
  if (Next() != '"') {
    Fail("expected the name of a member");
    return {};
  }
  const std::string_view raw = RawString();
  if (Next() != ':') {
    Fail("expected a colon");
    return {};
  }
  ++at_;
  return Unescaped(raw);
}

std::optional<std::string_view> JsonPull::String() {
  if (!AtString()) {
    Skip();
    return std::nullopt;
  }
  const std::string_view raw = RawString();
  if (why_) return std::nullopt;
  return Unescaped(raw);
}

std::optional<int64_t> JsonPull::Integer() {
  const size_t start = Position();
  Skip();
  const std::string_view number = Since(start);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (why_ || error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  return value;
}

bool JsonPull::True() {
  const bool is_true = Next() == 't';
  Skip();
  return is_true;
}

void JsonPull::Skip() {
  switch (Next()) {
    case '{':
      return Object([this](std::string_view) { Skip(); });
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

std::string_view JsonPull::RawString() {
  const size_t start = ++at_;
  while (!why_) {
    for (uint64_t word = 0; at_ + sizeof word <= text_.size(); at_ += sizeof word) {
      std::memcpy(&word, text_.data() + at_, sizeof word);
      if (EndsPlainText(word)) break;
    }
    if (at_ == text_.size()) {
      Fail("a string has no end");
      break;
    }
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
  return {};
}

void JsonPull::Escape() {
  const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (kind == 'u') {
    for (size_t i = 2; i < 6; ++i) {
      if (at_ + i >= text_.size() || !IsHexDigit(text_[at_ + i])) return Fail("a bad escape in a string");
    }
    at_ += 6;
  } else if (kind != '\0' && std::strchr("\"\\/bfnrt", kind)) {
    at_ += 2;
  } else {
    Fail("a bad escape in a string");
  }
}

void JsonPull::Sequence() {
  const size_t length = SequenceLength(text_, at_);
  if (length == 0) return Fail("invalid UTF-8");
  at_ += length;
}

void JsonPull::Number() {
  if (why_) return;
  const auto digits = [this] {
    const size_t start = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ - start;
  };
  const auto take = [this](std::string_view any_of) {
    const bool there = at_ < text_.size() && any_of.find(text_[at_]) != std::string_view::npos;
    at_ += there;
    return there;
  };
  if (at_ == text_.size()) return Fail("the text ends too early");
  take("-");
  const bool zero = at_ < text_.size() && text_[at_] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return Fail("expected a value");
  if (take(".") && digits() == 0) return Fail("a number without digits after its point");
  if (take("eE")) {
    take("+-");
    if (digits() == 0) return Fail("a number without digits in its exponent");
  }
}

void JsonPull::Literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return Fail("expected a value");
  at_ += word.size();
}

std::string_view JsonPull::Unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  const auto parsed = json::Parse("\"" + std::string(raw) + "\"");
  if (!parsed.ok()) {
    Fail("a bad escape in a string");
    return {};
  }
  unescaped_ = parsed->get<std::string>();
  return unescaped_;
}

void JsonPull::Fail(const char* why) {
  if (!why_) why_ = why;
}

Status JsonPull::Finish() {
  if (Next() != '\0' || (!why_ && at_ < text_.size())) Fail("something follows the JSON value");
  if (!why_) return Ok();
  const std::string where = "byte " + std::to_string(at_);
  return Error(Code::kUnprocessable, std::string(why_) + " at " + where).At(where);
}

}  // namespace tarn::extract::spotify
