#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/catalog/inference/csv/dialect.h"

namespace tarn::inference {

/// One field as it stands in the text: without its quotes, escapes still in it.
struct Field {
  std::string_view text;
  bool quoted = false;
  bool broken = false;  ///< its quotes do not close where the field ends
};

/// One record, or a line that holds none.
struct Record {
  std::vector<Field> fields;  ///< one empty field for a blank line
  size_t offset = 0;          ///< of its first byte in the text
  size_t end = 0;             ///< behind its line end
  int64_t line = 0;           ///< of its first byte, from 1
  int64_t lines = 1;          ///< that it takes
  bool comment = false;
  bool blank = false;  ///< nothing but white space
};

/// Splits text into records. It forgives: spaces around quotes are skipped, a quote inside an unquoted field
/// is text, so is one inside quotes that neither a delimiter nor a line end follows, and a quote that never
/// closes. Linear in the text. The text must outlive the records.
class RecordParser {
 public:
  RecordParser(std::string_view text, const Dialect& dialect, size_t from = 0, int64_t line = 1);

  /// Reads the next record into `record`, whose memory is reused. False at the end of the text.
  bool Next(Record& record);

  /// True once a quote was found that never closes.
  bool unterminated() const { return !may_close_; }
  /// Where that quote stands.
  size_t unterminated_at() const { return unterminated_at_; }

 private:
  bool TakeComment(Record& record);
  void TakeFields(Record& record);
  bool TakeQuoted(Record& record);
  void TakeUnquoted(Record& record);
  size_t SkipSpaces(size_t at) const;
  size_t LineEndAt(size_t at) const;  // length of the line end at `at`, 0 if there is none
  bool DelimiterAt(size_t at) const;
  void SkipDelimiters();
  void FinishLine(Record& record);

  const std::string_view text_;
  const Dialect& dialect_;
  const char line_end_;  // a file of carriage returns alone is one of old
  const bool skips_spaces_;
  size_t at_;
  int64_t line_;
  bool may_close_ = true;
  size_t unterminated_at_ = 0;
};

/// Returns what the field says: doubled quotes and escapes resolved.
std::string FieldValue(const Field& field, const Dialect& dialect);

/// Cuts spaces and tabs off both ends.
std::string_view Trim(std::string_view text);

}  // namespace tarn::inference
