#include "services/transform/quality/json_scan.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tarn::transform {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

constexpr uint64_t kOnes = 0x0101010101010101ull, kHighs = 0x8080808080808080ull;

uint64_t EightBytes(const char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) {
    uint64_t turned = 0;
    for (int i = 0; i < 8; ++i) turned |= (word >> (8 * i) & 0xFF) << (56 - 8 * i);
    return turned;
  }
  return word;
}

// How many bytes there are before the first whose highest bit is set in `marks`: 8 if there is none.
size_t BytesBefore(uint64_t marks) { return static_cast<size_t>(std::countr_zero(marks)) / 8; }

// How many of eight bytes come before one that ends a plain run of a string: a quote, a backslash, a control
// character or the beginning of a longer UTF-8 sequence. The usual tricks for "has a zero byte" and "has a
// byte less than n" may mark bytes in error, but only behind one that is rightly marked.
size_t PlainBytes(const char* bytes) {
  const uint64_t word = EightBytes(bytes);
  const auto zeros = [](uint64_t value) { return (value - kOnes) & ~value & kHighs; };
  const uint64_t controls = (word - kOnes * 0x20) & ~word & kHighs;
  return BytesBefore((word & kHighs) | zeros(word ^ (kOnes * '"')) | zeros(word ^ (kOnes * '\\')) | controls);
}

size_t Spaces(const char* bytes) {
  return static_cast<size_t>(std::countr_zero(EightBytes(bytes) ^ (kOnes * ' '))) / 8;
}

class Scanner {
 public:
  Scanner(std::string_view text, size_t max_depth)
      : at_(text.data()), end_(text.data() + text.size()), max_depth_(max_depth) {}

  bool Run() {
    do {
      if (!Value()) return false;
      if (opened_) continue;
      if (!AfterValue()) return false;
    } while (!done_);
    SkipBlanks();
    return at_ == end_;
  }

 private:
  // Reads a scalar, or the opening of an object or array up to where its first value stands.
  bool Value() {
    opened_ = false;
    SkipBlanks();
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return Open(true);
      case '[':
        return Open(false);
      case '"':
        return String();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool Open(bool object) {
    if (nesting_.size() == max_depth_) return false;
    ++at_;
    SkipBlanks();
    if (at_ != end_ && *at_ == (object ? '}' : ']')) return ++at_, true;
    nesting_.push_back(object);
    opened_ = true;
    return !object || Key();
  }

  // Reads what stands between a value and the next one.
  bool AfterValue() {
    while (!nesting_.empty()) {
      SkipBlanks();
      if (at_ == end_) return false;
      const char c = *at_++;
      if (c == ',') return !nesting_.back() || Key();
      if (c != (nesting_.back() ? '}' : ']')) return false;
      nesting_.pop_back();
    }
    done_ = true;
    return true;
  }

  bool Key() {
    SkipBlanks();
    if (at_ == end_ || *at_ != '"' || !String()) return false;
    SkipBlanks();
    return at_ != end_ && *at_++ == ':';
  }

  bool String() {
    ++at_;
    while (true) {
      for (size_t plain = 8; plain == 8 && end_ - at_ >= 8; at_ += plain) plain = PlainBytes(at_);
      if (at_ == end_) return false;
      const auto c = static_cast<unsigned char>(*at_);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return false;
      if (c == '\\' ? !Escape() : c >= 0x80 ? !Multibyte(c) : (++at_, false)) return false;
    }
  }

  bool Escape() {
    if (end_ - at_ < 2) return false;
    const char c = at_[1];
    if (c != 'u') return at_ += 2, std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    int low = 0;
    if (!Unit(&low)) return false;
    if (low >= 0xDC00 && low <= 0xDFFF) return false;
    if (low < 0xD800 || low > 0xDBFF) return true;
    return end_ - at_ >= 2 && at_[0] == '\\' && at_[1] == 'u' && Unit(&low) && low >= 0xDC00 && low <= 0xDFFF;
  }

  // Reads \uXXXX.
  bool Unit(int* unit) {
    if (end_ - at_ < 6) return false;
    *unit = 0;
    for (int i = 2; i < 6; ++i) {
      if (!IsHex(at_[i])) return false;
      *unit = *unit * 16 + (IsDigit(at_[i]) ? at_[i] - '0' : (at_[i] | 0x20) - 'a' + 10);
    }
    return at_ += 6, true;
  }

  // The well-formed byte sequences of the Unicode Standard, table 3-7.
  bool Multibyte(unsigned char lead) {
    const ptrdiff_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead < 0xC2 || lead > 0xF4 || end_ - at_ < size) return false;
    const auto second = static_cast<unsigned char>(at_[1]);
    const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) return false;
    for (ptrdiff_t i = 2; i < size; ++i) {
      if ((static_cast<unsigned char>(at_[i]) & 0xC0) != 0x80) return false;
    }
    return at_ += size, true;
  }

  bool Word(std::string_view word) {
    if (!std::string_view(at_, static_cast<size_t>(end_ - at_)).starts_with(word)) return false;
    return at_ += word.size(), true;
  }

  bool Number() {
    if (*at_ == '-') ++at_;
    if (at_ != end_ && *at_ == '0') {
      ++at_;
    } else if (!Digits()) {
      return false;
    }
    if (at_ != end_ && *at_ == '.' && (++at_, !Digits())) return false;
    if (at_ == end_ || (*at_ | 0x20) != 'e') return true;
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    return Digits();
  }

  bool Digits() {
    const char* begin = at_;
    while (at_ != end_ && IsDigit(*at_)) ++at_;
    return at_ != begin;
  }

  void SkipBlanks() {
    while (at_ != end_ && IsBlank(*at_)) {
      ++at_;  // a line's end, before the next line's indentation
      for (size_t spaces = 8; spaces == 8 && end_ - at_ >= 8; at_ += spaces) spaces = Spaces(at_);
    }
  }

  const char* at_;
  const char* const end_;
  const size_t max_depth_;
  std::vector<bool> nesting_;  // true: an object
  bool opened_ = false;        // the last value is the opening of an object or array that has values
  bool done_ = false;
};

}  // namespace

bool IsJson(std::string_view text, size_t max_depth) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Scanner(text, max_depth).Run();
}

}  // namespace tarn::transform
