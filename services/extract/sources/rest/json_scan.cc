#include "services/extract/sources/rest/json_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

constexpr size_t kMaxDepth = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Whether any of eight bytes ends the plain part of a string: a quote, a backslash, a control character, or
/// a byte that is not ASCII.
bool HasSpecial(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  const auto has_zero = [](uint64_t w) { return (w - kOnes) & ~w & kHighs; };
  const uint64_t below_space = (word - kOnes * 0x20) & ~word & kHighs;
  return ((word & kHighs) | below_space | has_zero(word ^ (kOnes * '"')) | has_zero(word ^ (kOnes * '\\'))) !=
         0;
}

/// The length of the well-formed UTF-8 sequence of two to four bytes at the start of `text` (Unicode table
/// 3-7), or 0.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  const auto within = [](int value, int low, int high) { return value >= low && value <= high; };
  const int lead = byte(0);
  const auto continues = [&](size_t i) { return within(byte(i), 0x80, 0xBF); };
  if (within(lead, 0xC2, 0xDF)) return continues(1) ? 2 : 0;
  if (within(lead, 0xE0, 0xEF)) {
    const int low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return within(byte(1), low, high) && continues(2) ? 3 : 0;
  }
  if (within(lead, 0xF0, 0xF4)) {
    const int low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return within(byte(1), low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// A member's name as it is meant, from what stands between its quotes.
std::string Unescaped(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  const auto parsed = json::Parse("\"" + std::string(raw) + "\"");
  return parsed.ok() ? parsed->get<std::string>() : std::string(raw);
}

bool NameIs(std::string_view raw, const std::string& name) {
  return raw.find('\\') == std::string_view::npos ? raw == name : Unescaped(raw) == name;
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<JsonPath>& wanted) : text_(text), wanted_(wanted) {
    scan_.found.resize(wanted.size());
  }

  Result<JsonScan> Scan() {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    const uint32_t all = wanted_.empty() ? 0 : ~0U >> (32 - std::min<size_t>(wanted_.size(), 32));
    if (Value(0, 0, all)) {
      SkipSpace();
      if (at_ == text_.size()) return std::move(scan_);
      Fail("something follows the JSON value");
    }
    return Error(Code::kUnprocessable, why_ + " at byte " + std::to_string(at_))
        .At("byte " + std::to_string(at_));
  }

 private:
  // `matching` has a bit for each wanted path whose first `level` steps lead here.
  bool Value(size_t depth, size_t level, uint32_t matching) {
    SkipSpace();
    const size_t start = at_;
    int64_t elements = -1;
    if (!Inside(depth, level, matching, elements)) return false;
    const JsonSpan span{text_.substr(start, at_ - start), elements};
    if (depth == 0) scan_.root = span;
    if (depth == 1 && span.IsArray() && scan_.top_arrays.size() < 2) scan_.top_arrays.push_back(span);
    for (size_t i = 0; matching != 0 && i < wanted_.size(); ++i) {
      if ((matching >> i & 1) && wanted_[i].steps().size() == level) scan_.found[i] = span;
    }
    return true;
  }

  bool Inside(size_t depth, size_t level, uint32_t matching, int64_t& elements) {
    if (at_ == text_.size()) return Fail("");
    switch (text_[at_]) {
      case '{':
        return Enter(depth) && Object(depth, level, matching);
      case '[':
        return Enter(depth) && Array(depth, level, matching, elements);
      case '"':
        return String();
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

  bool Enter(size_t depth) { return depth < kMaxDepth || Fail("the JSON is nested deeper than 64 levels"); }

  bool Object(size_t depth, size_t level, uint32_t matching) {
    ++at_;
    if (NextIs('}')) return true;
    for (;;) {
      SkipSpace();
      const size_t start = at_ + 1;
      if (at_ == text_.size() || text_[at_] != '"') return Fail("expected the name of a member");
      if (!String()) return false;
      const std::string_view name = text_.substr(start, at_ - start - 1);
      if (!NextIs(':')) return Fail("expected a colon");
      if (!Value(depth + 1, level + 1, Narrow(matching, level, name))) return false;
      if (NextIs('}')) return true;
      if (!NextIs(',')) return Fail("expected a comma or a closing brace");
    }
  }

  bool Array(size_t depth, size_t level, uint32_t matching, int64_t& elements) {
    ++at_;
    elements = 0;
    if (NextIs(']')) return true;
    for (;;) {
      const uint32_t inside = matching == 0 ? 0 : Narrow(matching, level, std::to_string(elements));
      if (!Value(depth + 1, level + 1, inside)) return false;
      ++elements;
      if (NextIs(']')) return true;
      if (!NextIs(',')) return Fail("expected a comma or a closing bracket");
    }
  }

  /// The paths among `matching` whose next step has that name.
  uint32_t Narrow(uint32_t matching, size_t level, std::string_view name) const {
    uint32_t narrowed = 0;
    for (size_t i = 0; matching >> i != 0; ++i) {
      const auto& steps = wanted_[i].steps();
      if ((matching >> i & 1) && steps.size() > level && NameIs(name, steps[level])) narrowed |= 1U << i;
      if (i == 31) break;
    }
    return narrowed;
  }

  bool String() {
    ++at_;
    for (;;) {
      for (uint64_t word; at_ + sizeof word <= text_.size(); at_ += sizeof word) {
        std::memcpy(&word, text_.data() + at_, sizeof word);
        if (HasSpecial(word)) break;
      }
      if (at_ == text_.size()) return Fail("");
      const auto c = static_cast<uint8_t>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c == '\\') {
        if (!Escape()) return false;
      } else if (c < 0x20) {
        return Fail("a control character in a text");
      } else if (c < 0x80) {
        ++at_;
      } else {
        const size_t length = SequenceLength(text_.substr(at_, 4));
        if (length == 0) return Fail("a text is not UTF-8");
        at_ += length;
      }
    }
  }

  bool Escape() {
    if (at_ + 1 >= text_.size()) return at_ = text_.size(), Fail("");
    const char c = text_[at_ + 1];
    if (c != 'u') {
      if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) return Fail("an unknown escape");
      at_ += 2;
      return true;
    }
    uint32_t unit = 0;
    if (!Unit(unit)) return false;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    uint32_t second = 0;
    if (unit > 0xDBFF || text_.substr(at_, 2) != "\\u" || !Unit(second) || second < 0xDC00 ||
        second > 0xDFFF) {
      return Fail("half of a surrogate pair");
    }
    return true;
  }

  bool Unit(uint32_t& unit) {
    if (at_ + 6 > text_.size()) return at_ = text_.size(), Fail("");
    const char* first = text_.data() + at_ + 2;
    const auto [end, error] = std::from_chars(first, first + 4, unit, 16);
    if (error != std::errc() || end != first + 4) return Fail("an escape needs four hexadecimal digits");
    at_ += 6;
    return true;
  }

  bool Literal(std::string_view word) {
    const std::string_view rest = text_.substr(at_, word.size());
    if (rest == word) return at_ += word.size(), true;
    if (word.starts_with(rest)) at_ = text_.size();
    return Fail("expected a value");
  }

  bool Number() {
    const size_t start = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') {
      ++at_;
    } else if (!Digits()) {
      return Fail(at_ == start ? "expected a value" : "expected a digit");
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!Digits()) return Fail("expected a digit");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!Digits()) return Fail("expected a digit");
    }
    return true;
  }

  bool Digits() {
    const size_t start = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ > start;
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  bool NextIs(char c) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Fail(std::string what) {
    if (!why_.empty()) return false;
    why_ = at_ >= text_.size() ? "the JSON is cut off: it ends" : "malformed JSON: " + std::move(what);
    return false;
  }

  const std::string_view text_;
  const std::vector<JsonPath>& wanted_;
  size_t at_ = 0;
  std::string why_;
  JsonScan scan_;
};

/// Walks over a text that is known to be JSON.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    SkipSpace();
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  /// Goes past '{', '[', ',' or ':' and the space after it.
  void Step() {
    ++at_;
    SkipSpace();
  }

  /// The value here; goes to what follows it.
  std::string_view Take() {
    const size_t start = at_;
    if (Peek() == '"') {
      SkipString();
    } else if (Peek() == '{' || Peek() == '[') {
      SkipContainer();
    } else {
      while (at_ < text_.size() && !IsSpace(text_[at_]) && !IsBoundary(text_[at_])) ++at_;
    }
    const std::string_view value = text_.substr(start, at_ - start);
    SkipSpace();
    return value;
  }

 private:
  static bool IsBoundary(char c) { return c == ',' || c == ']' || c == '}' || c == ':'; }

  void SkipString() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }

  void SkipContainer() {
    for (int64_t open = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '"') {
        SkipString();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++open;
      if ((c == '}' || c == ']') && --open == 0) return;
    }
  }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<std::string_view> Member(std::string_view object, const std::string& name) {
  std::optional<std::string_view> found;
  Walker walker(object);
  for (walker.Step(); walker.Peek() == '"';) {
    const std::string_view quoted = walker.Take();
    walker.Step();  // the colon
    const std::string_view value = walker.Take();
    if (NameIs(quoted.substr(1, quoted.size() - 2), name)) found = value;
    if (walker.Peek() == ',') walker.Step();
  }
  return found;
}

std::optional<std::string_view> Element(std::string_view array, const std::string& step) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  if (error != std::errc() || end != step.data() + step.size()) return std::nullopt;
  const auto elements = ElementsOf(array);
  return index < elements.size() ? std::optional(elements[index]) : std::nullopt;
}

}  // namespace

Result<JsonScan> ScanJson(std::string_view text, const std::vector<JsonPath>& wanted) {
  return Scanner(text, wanted).Scan();
}

std::vector<std::string_view> ElementsOf(std::string_view array) {
  std::vector<std::string_view> elements;
  Walker walker(array);
  for (walker.Step(); walker.Peek() != ']' && walker.Peek() != '\0';) {
    elements.push_back(walker.Take());
    if (walker.Peek() == ',') walker.Step();
  }
  return elements;
}

std::string_view FirstElementOf(std::string_view array) {
  Walker walker(array);
  walker.Step();
  return walker.Peek() == ']' ? std::string_view() : walker.Take();
}

std::optional<std::string_view> ValueAt(std::string_view text, const JsonPath& path) {
  std::optional<std::string_view> value = Walker(text).Take();
  for (const std::string& step : path.steps()) {
    if (!value || value->empty()) return std::nullopt;
    const char first = value->front();
    value = first == '{' ? Member(*value, step) : first == '[' ? Element(*value, step) : std::nullopt;
  }
  return value;
}

std::optional<std::string> ScalarText(std::string_view value) {
  if (value.empty() || value == "null" || value.front() == '{' || value.front() == '[') return std::nullopt;
  if (value.front() == '"') return Unescaped(value.substr(1, value.size() - 2));
  return std::string(value);
}

}  // namespace tarn::extract::rest
