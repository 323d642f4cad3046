#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::extract::rest {

/// How a source writes the values that tell how far it has been read.
enum class CursorFormat { kRfc3339, kDate, kEpochSeconds, kEpochMillis, kNumber, kText };

inline bool IsTime(CursorFormat format) {
  return format != CursorFormat::kNumber && format != CursorFormat::kText;
}

/// One such value, as the source wrote it and in a form that can be ordered.
struct CursorValue {
  std::string text;
  /// Milliseconds since 1970 of a time, or the number; 0 of a text. Holds every int64 exactly.
  long double order = 0;
  bool by_text = false;

  friend bool operator<(const CursorValue& a, const CursorValue& b) {
    return a.order != b.order ? a.order < b.order : a.by_text && a.text < b.text;
  }
};

/// Reads a value. Times may have an offset like +0000 too. Errors: kUnprocessable.
Result<CursorValue> ParseCursor(std::string_view text, CursorFormat format);

/// Writes a time or number in the source's format. A date or second is rounded down, or up with `up`.
std::string FormatCursor(long double order, CursorFormat format, bool up = false);

}  // namespace tarn::extract::rest
