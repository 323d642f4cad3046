#include "services/catalog/inference/csv/record_parser.h"

#include <algorithm>

namespace tarn::inference {
namespace {

// Beyond this a file that has shown no '\n' has none.
constexpr size_t kLineEndSearch = 4 << 20;
// A record with more is no row of a table; its rest is passed over, so that memory stays bounded.
constexpr size_t kMaxFields = 200'000;

char LineEndOf(std::string_view text) {
  const std::string_view start = text.substr(0, kLineEndSearch);
  return start.find('\n') == std::string_view::npos && start.find('\r') != std::string_view::npos ? '\r'
                                                                                                  : '\n';
}

}  // namespace

RecordParser::RecordParser(std::string_view text, const Dialect& dialect, size_t from, int64_t line)
    : text_(text),
      dialect_(dialect),
      line_end_(LineEndOf(text)),
      skips_spaces_(dialect.delimiter != " "),
      at_(from),
      line_(line) {}

bool RecordParser::Next(Record& record) {
  if (at_ >= text_.size()) return false;
  record.fields.clear();
  record.offset = at_;
  record.line = line_;
  record.comment = record.blank = false;
  if (!TakeComment(record)) {
    if (dialect_.collapse) SkipDelimiters();
    TakeFields(record);
    record.blank =
        record.fields.size() == 1 && !record.fields[0].quoted && Trim(record.fields[0].text).empty();
  }
  FinishLine(record);
  return true;
}

bool RecordParser::TakeComment(Record& record) {
  if (dialect_.comment.empty() || text_.compare(at_, dialect_.comment.size(), dialect_.comment) != 0)
    return false;
  const size_t from = at_;
  while (at_ < text_.size() && LineEndAt(at_) == 0) ++at_;
  record.fields.push_back({text_.substr(from, at_ - from)});
  record.comment = true;
  return true;
}

void RecordParser::TakeFields(Record& record) {
  while (true) {
    if (!TakeQuoted(record)) TakeUnquoted(record);
    if (!DelimiterAt(at_)) return;
    at_ += dialect_.delimiter.size();
    if (record.fields.size() >= kMaxFields) {
      while (at_ < text_.size() && LineEndAt(at_) == 0) ++at_;
      return;
    }
    if (!dialect_.collapse) continue;
    SkipDelimiters();
    if (at_ >= text_.size() || LineEndAt(at_) > 0) return;
  }
}

bool RecordParser::TakeQuoted(Record& record) {
  if (dialect_.quote == 0 || !may_close_) return false;
  const size_t open = SkipSpaces(at_);
  if (open >= text_.size() || text_[open] != dialect_.quote) return false;
  bool broken = false;
  for (size_t at = open + 1; at < text_.size();) {
    const char c = text_[at];
    if (c == dialect_.escape && c != dialect_.quote) {
      at += 2;
    } else if (c != dialect_.quote) {
      ++at;
    } else if (dialect_.escape == dialect_.quote && at + 1 < text_.size() &&
               text_[at + 1] == dialect_.quote) {
      at += 2;
    } else if (const size_t after = SkipSpaces(at + 1);
               after >= text_.size() || LineEndAt(after) > 0 || DelimiterAt(after)) {
      record.fields.push_back({text_.substr(open + 1, at - open - 1), true, broken});
      at_ = after;
      return true;
    } else {
      broken = true;
      ++at;
    }
  }
  // No quote from here on closes a field either.
  may_close_ = false;
  unterminated_at_ = open;
  return false;
}

void RecordParser::TakeUnquoted(Record& record) {
  const size_t from = at_;
  if (dialect_.delimiter.size() == 1) {
    const char delimiter = dialect_.delimiter[0];
    while (at_ < text_.size() && text_[at_] != delimiter && text_[at_] != line_end_) ++at_;
  } else {
    while (at_ < text_.size() && text_[at_] != line_end_ && !DelimiterAt(at_)) ++at_;
  }
  std::string_view text = text_.substr(from, at_ - from);
  const bool ends_line = at_ >= text_.size() || text_[at_] == line_end_;
  if (ends_line && text.ends_with('\r')) text.remove_suffix(1);
  const bool broken = !may_close_ && dialect_.quote != 0 && text.starts_with(dialect_.quote);
  record.fields.push_back({text, false, broken});
}

size_t RecordParser::SkipSpaces(size_t at) const {
  while (skips_spaces_ && at < text_.size() && text_[at] == ' ') ++at;
  return at;
}

size_t RecordParser::LineEndAt(size_t at) const {
  if (text_[at] == line_end_) return 1;
  return text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == line_end_ ? 2 : 0;
}

bool RecordParser::DelimiterAt(size_t at) const {
  if (at >= text_.size() || text_[at] != dialect_.delimiter[0]) return false;
  return dialect_.delimiter.size() == 1 ||
         text_.compare(at, dialect_.delimiter.size(), dialect_.delimiter) == 0;
}

void RecordParser::SkipDelimiters() {
  while (DelimiterAt(at_)) at_ += dialect_.delimiter.size();
}

void RecordParser::FinishLine(Record& record) {
  if (at_ < text_.size()) at_ += std::max<size_t>(LineEndAt(at_), 1);
  record.end = at_;
  record.lines = 1;
  for (const Field& field : record.fields) {
    if (field.quoted) record.lines += std::count(field.text.begin(), field.text.end(), line_end_);
  }
  line_ += record.lines;
}

std::string FieldValue(const Field& field, const Dialect& dialect) {
  if (!field.quoted) return std::string(field.text);
  std::string value;
  for (size_t i = 0; i < field.text.size(); ++i) {
    const char c = field.text[i];
    const bool pair = c == dialect.escape && i + 1 < field.text.size() &&
                      (c != dialect.quote || field.text[i + 1] == dialect.quote);
    value += pair ? field.text[++i] : c;
  }
  return value;
}

std::string_view Trim(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace tarn::inference
