#include "services/catalog/inference/csv/table_scan.h"

#include <algorithm>
#include <deque>

#include "services/catalog/inference/csv/record_parser.h"
#include "services/catalog/inference/csv/table_rows.h"

namespace tarn::inference {
namespace {

constexpr int64_t kRowsBetweenChecks = 1'000;
constexpr size_t kLastRows = 60;
// Of the end of a slice, what is looked at for footnotes.
constexpr size_t kFooterBytes = 256 << 10;
constexpr size_t kStartsTried = 40;
constexpr size_t kRowsPerStart = 20;

}  // namespace

TableScan::TableScan(const TextSample& sample, const Dialect& dialect, const TableLayout& layout)
    : sample_(sample), dialect_(dialect), layout_(layout), typers_(layout.columns) {}

Status TableScan::Run(std::stop_token cancelled) {
  const size_t last = sample_.slices.size() - 1;
  for (size_t slice = 0; slice <= last; ++slice) {
    const std::string& text = sample_.slices[slice].text;
    const size_t from = slice == 0 ? layout_.data_offset : FindRowStart(text, 0);
    const int64_t line = slice == 0
                             ? 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(from),
                                              text.find('\n') == std::string::npos ? '\r' : '\n')
                             : 0;
    const bool has_end = slice == last && (sample_.complete || last > 0);
    const size_t end = has_end ? FindFooter(from, line) : text.size();
    TARN_TRY(ScanSlice(slice, from, line, end, cancelled));
  }
  return Ok();
}

Status TableScan::ScanSlice(size_t slice, size_t from, int64_t line, size_t end, std::stop_token cancelled) {
  RecordParser parser(std::string_view(sample_.slices[slice].text).substr(0, end), dialect_, from, line);
  Record record;
  for (int64_t read = 1; parser.Next(record); ++read) {
    if (read % kRowsBetweenChecks == 0 && cancelled.stop_requested())
      return Error(Code::kCancelled, "reading the file was stopped");
    if (record.end - record.offset > kMaxRecordBytes) {
      Error error(Code::kUnprocessable,
                  "a record is longer than a table's may be (2,000,000 bytes); is a quote missing?");
      return slice == 0 ? std::move(error).At("line " + std::to_string(record.line)) : error;
    }
    // The cut may go through quotes: what follows the last one that opens is no record.
    if (parser.unterminated() && IsCut(slice)) return Ok();
    if (parser.unterminated() && unterminated_line_ == 0) unterminated_line_ = record.line;
    comments_ += record.comment;
    if (!record.comment && !record.blank) AddRow(record, slice, slice == 0);
  }
  return Ok();
}

bool TableScan::IsCut(size_t slice) const {
  return !sample_.complete && (sample_.codec != Codec::kNone || slice + 1 < sample_.slices.size());
}

void TableScan::AddRow(const Record& record, size_t slice, bool knows_line) {
  ++rows_;
  const int64_t line = knows_line ? record.line : 0;
  const size_t width = record.fields.size();
  if (width != layout_.columns) {
    RaggedRecords& ragged = width < layout_.columns ? shorter_ : longer_;
    if (ragged.count++ == 0) {
      ragged.first_line = line;
      ragged.first_fields = width;
    }
  }
  const std::string& text = sample_.slices[slice].text;
  std::string unescaped;
  for (size_t i = 0; i < std::min(width, layout_.columns); ++i) {
    const Field& field = record.fields[i];
    const ValuePlace place{line, slice, static_cast<size_t>(field.text.data() - text.data())};
    const bool escaped = field.quoted && field.text.find(dialect_.escape) != std::string_view::npos;
    if (escaped) unescaped = FieldValue(field, dialect_);
    typers_[i].Add(escaped ? std::string_view(unescaped) : field.text, place);
  }
}

// Behind `from` may be the inside of a row, and of quotes: rows begin where a line does and those that follow
// have the table's number of fields.
size_t TableScan::FindRowStart(std::string_view text, size_t from) const {
  const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
  size_t best = text.size(), best_fitting = 0;
  size_t at = text.find(line_end, from);
  for (size_t i = 0; i < kStartsTried && at != std::string_view::npos && best_fitting < kRowsPerStart; ++i) {
    RecordParser parser(text, dialect_, at + 1, 0);
    Record record;
    size_t fitting = 0;
    for (size_t row = 0; row < kRowsPerStart && parser.Next(record); ++row)
      fitting += record.fields.size() == layout_.columns;
    if (fitting > best_fitting) {
      best = at + 1;
      best_fitting = fitting;
    }
    at = text.find(line_end, at + 1);
  }
  return best;
}

// Returns where the rows end in the last slice.
size_t TableScan::FindFooter(size_t from, int64_t line) {
  const std::string& text = sample_.slices.back().text;
  size_t start = from;
  if (text.size() - from > kFooterBytes) start = FindRowStart(text, text.size() - kFooterBytes);
  RecordParser parser(text, dialect_, start, line);
  Record record;
  std::deque<Row> last_rows;
  bool blank_before = false;
  while (parser.Next(record)) {
    if (record.comment) continue;
    if (!record.blank) {
      last_rows.push_back(MakeRow(record, dialect_, blank_before));
      if (last_rows.size() > kLastRows) last_rows.pop_front();
    }
    blank_before = record.blank;
  }
  const std::vector<Row> rows(last_rows.begin(), last_rows.end());
  const size_t notes = CountFooterRows(rows, layout_.columns);
  if (notes == 0) return text.size();
  const Row& last_of_table = rows[rows.size() - notes - 1];
  footer_lines_ = rows.back().line + rows.back().lines - last_of_table.line - last_of_table.lines;
  return last_of_table.end;
}

}  // namespace tarn::inference
