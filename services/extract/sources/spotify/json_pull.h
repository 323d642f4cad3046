#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::extract::spotify {

/// Reads a JSON text (RFC 8259, UTF-8, at most 64 levels) from front to back without building a document:
/// pages are many and large. The caller asks what comes next, and reads or skips it. The first mistake in the
/// text ends it all: from then on nothing comes any more, and Finish() says where it was. One thread at a
/// time.
class JsonPull {
 public:
  /// `text` must outlive the reader.
  explicit JsonPull(std::string_view text) : text_(text) {}

  bool AtObject() { return Next() == '{'; }
  bool AtArray() { return Next() == '['; }
  bool AtString() { return Next() == '"'; }

  /// Calls `on_member(name)` for each member of the object that comes next; it must read or skip the value.
  /// `name` is good until then.
  template <class OnMember>
  void Object(OnMember&& on_member) {
    if (!Open('{')) return;
    if (Closes('}')) return;
    do {
      on_member(Name());
    } while (Continues('}'));
  }

  /// Calls `on_element()` for each element of the array that comes next; it must read or skip it.
  template <class OnElement>
  void Array(OnElement&& on_element) {
    if (!Open('[')) return;
    if (Closes(']')) return;
    do {
      on_element();
    } while (Continues(']'));
  }

  /// The string that comes next, without quotes and escapes; good until the next one is read. Anything else
  /// is skipped and gives nothing.
  std::optional<std::string_view> String();
  /// As String(), for integers that fit.
  std::optional<int64_t> Integer();
  /// Whether `true` comes next; anything is read.
  bool True();
  void Skip();

  /// Where the next value starts, and the text from there to here.
  size_t Position();
  std::string_view Since(size_t position) const { return text_.substr(position, at_ - position); }

  /// Errors: kUnprocessable with where() = "byte <offset>" (0-based) if the text is not one JSON value.
  Status Finish();

 private:
  char Next();
  bool Open(char bracket);
  bool Closes(char bracket);
  bool Continues(char bracket);
  std::string_view Name();
  /// What stands between the quotes.
  std::string_view RawString();
  void Escape();
  void Sequence();
  void Number();
  void Literal(std::string_view word);
  std::string_view Unescaped(std::string_view raw);
  void Fail(const char* why);

  const std::string_view text_;
  size_t at_ = 0;
  size_t depth_ = 0;
  const char* why_ = nullptr;
  std::string unescaped_;
};

}  // namespace tarn::extract::spotify
