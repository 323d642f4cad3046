#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::json {

/// Reads a JSON text (RFC 8259, UTF-8, at most 64 levels) from front to back and checks it, without building
/// a document: for texts that are many and large. The caller asks what comes next, and reads or skips it. It
/// accepts what Parse() accepts, and numbers that no double can hold; a byte order mark before the value is
/// let pass. The first mistake ends it all: from then on nothing comes any more, and Finish() says where it
/// was. One thread at a time.
class PullReader {
 public:
  static constexpr size_t kMaxDepth = 64;

  /// `text` must outlive the reader.
  explicit PullReader(std::string_view text);

  bool AtObject() { return Next() == '{'; }
  bool AtArray() { return Next() == '['; }
  bool AtString() { return Next() == '"'; }

  /// Calls `on_member(name)` for each member of the object that comes next, which must read or skip the
  /// member's value. `name` is without quotes and escapes, and good until then. Anything but an object is a
  /// mistake.
  template <class OnMember>
  void Object(OnMember&& on_member) {
    EachMember([&](std::string_view raw) { on_member(Unescaped(raw)); });
  }

  /// Calls `on_element()` for each element of the array that comes next, which must read or skip it. Anything
  /// but an array is a mistake.
  template <class OnElement>
  void Array(OnElement&& on_element) {
    if (!Open('[', "expected an array") || Closes(']')) return;
    do {
      on_element();
    } while (Continues(']', "expected a comma or a closing bracket"));
  }

  /// The string that comes next, without quotes and escapes; good until the next string or name is read.
  /// Anything else is skipped and gives nothing.
  std::optional<std::string_view> String();
  /// As String(), for integers that fit and are written as such (1.0 and 1e3 are not).
  std::optional<int64_t> Integer();
  /// Whether `true` comes next; anything else is skipped.
  bool True();
  void Skip();

  /// The offset in the text, in bytes, at which the next value starts.
  size_t Position();
  /// The text from an earlier Position() to where the reader is now.
  std::string_view Since(size_t position) const { return text_.substr(position, at_ - position); }

  /// Call it after the one value was read or skipped. Errors: kUnprocessable with where() = "byte <offset>"
  /// (0-based) if the text is not one JSON value.
  Status Finish();

 private:
  template <class OnName>
  void EachMember(OnName&& on_name) {
    if (!Open('{', "expected an object") || Closes('}')) return;
    do {
      const std::optional<std::string_view> raw = Name();
      if (!raw) return;
      on_name(*raw);
    } while (Continues('}', "expected a comma or a closing brace"));
  }

  char Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  bool Open(char bracket, const char* otherwise);
  bool Closes(char bracket);
  bool Continues(char bracket, const char* otherwise);
  std::optional<std::string_view> Name();
  /// What stands between the quotes of the string that comes next.
  std::string_view RawString();
  void Escape();
  uint32_t Unit();
  void Sequence();
  void Number();
  bool Digits();
  bool Take(char one, char other);
  void Literal(std::string_view word);
  std::string_view Unescaped(std::string_view raw);
  void Fail(const char* what);

  std::string_view text_;  // ends where a mistake was found
  size_t at_ = 0;
  size_t depth_ = 0;
  std::string mistake_;
  std::string unescaped_;
};

}  // namespace tarn::json
