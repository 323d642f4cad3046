#include "services/catalog/inference/csv/csv_inference.h"

#include <algorithm>
#include <deque>

#include "services/catalog/inference/csv/column_typer.h"
#include "services/catalog/inference/csv/dialect_detection.h"
#include "services/catalog/inference/csv/record_parser.h"
#include "services/catalog/inference/csv/table_layout.h"
#include "services/catalog/inference/csv/table_rows.h"
#include "services/catalog/inference/csv/table_scan.h"

namespace tarn::inference {
namespace {

Error TooLong(int64_t line) {
  return Error(Code::kUnprocessable,
               "a record is longer than a table's may be (2,000,000 bytes); is a quote missing?")
      .At("line " + std::to_string(line));
}

Error TooManyColumns(size_t columns) {
  return Error(Code::kUnprocessable, "the file has more than " + std::to_string(kMaxColumns) +
                                         " columns: " + std::to_string(columns));
}

Decision FooterDecision(int64_t footer_lines, bool complete) {
  Decision decision{"footer_lines", std::to_string(footer_lines), footer_lines == 0 ? 0.95 : 0.85, {}, ""};
  decision.reason = footer_lines == 0
                        ? "the last lines are rows"
                        : "the last lines fill one field, behind a blank line or in the words of a note";
  if (!complete) decision.reason += " (seen in the sample's last part)";
  return decision;
}

ColumnEvidence EvidenceOf(const CsvColumn& column, const ColumnTyper& typer, const ColumnType& decided,
                          const TextSample& sample) {
  ColumnEvidence evidence{
      column.name, column.type, column.format, decided.confidence, typer.values(), typer.empty(),
      {},          {},          decided.note};
  for (size_t i = 0; i < std::size(kValueTypes); ++i) {
    evidence.types_tried.emplace_back(ValueTypeName(kValueTypes[i]));
    const auto& against = typer.ruled_out()[i];
    if (!against) continue;
    const ValuePlace& place = against->place;
    evidence.ruled_out.push_back({ValueTypeName(kValueTypes[i]),
                                  against->value,
                                  {"", place.line, sample.FileOffset(place.slice, place.at)}});
  }
  if (!sample.complete) evidence.confidence *= 0.95;
  return evidence;
}

// The offset of the line behind so many others.
size_t LineStart(std::string_view text, int64_t lines) {
  const char line_end = text.find('\n') == std::string_view::npos ? '\r' : '\n';
  size_t at = 0;
  for (; lines > 0 && at < text.size(); --lines) at = std::min(text.find(line_end, at), text.size() - 1) + 1;
  return at;
}

int64_t CountComments(std::string_view text, const Dialect& dialect, size_t end) {
  if (dialect.comment.empty()) return 0;
  RecordParser parser(text.substr(0, end), dialect);
  Record record;
  int64_t comments = 0;
  while (parser.Next(record)) comments += record.comment;
  return comments;
}

std::string Counted(int64_t count, const char* what) { return std::to_string(count) + " " + what; }

std::vector<std::string> Notes(const CsvVerdict& verdict, const TextSample& sample) {
  std::vector<std::string> notes;
  if (!sample.complete)
    notes.push_back("the file is too large to be read whole; types and counts are those of the sample");
  if (sample.encoding.invalid_bytes > 0)
    notes.push_back(
        Counted(static_cast<int64_t>(sample.encoding.invalid_bytes), "bytes are no text in this encoding"));
  const auto ragged = [&](const RaggedRecords& records, const char* what) {
    if (records.count == 0) return;
    std::string note = Counted(records.count, what) + " than the table, the first with " +
                       std::to_string(records.first_fields);
    if (records.first_line > 0) note += " in line " + std::to_string(records.first_line);
    notes.push_back(std::move(note));
  };
  ragged(verdict.shorter, "records have fewer fields");
  ragged(verdict.longer, "records have more fields");
  if (verdict.unterminated_quote) notes.push_back("a quote never closes; it was taken for text");
  return notes;
}

}  // namespace

Result<CsvVerdict> InferCsv(const TextSample& sample, std::stop_token cancelled, const CsvHints& hints) {
  const std::string& head = sample.slices[0].text;
  if (Trim(head).empty())
    return Error(Code::kUnprocessable, "the file is empty: it has neither a header nor rows");
  const int64_t skipped = hints.skip_lines.value_or(0);
  const size_t from = LineStart(head, skipped);
  TARN_ASSIGN(DialectVerdict found, DetectDialect(std::string_view(head).substr(from), cancelled, hints));
  CsvVerdict verdict;
  verdict.dialect = found.dialect;
  verdict.dialect.comment =
      hints.comment ? *hints.comment : DetectComment(head, found.dialect, found.columns);

  const std::vector<Row> rows = ReadHeadRows(head, verdict.dialect, from, 1 + skipped);
  if (rows.empty()) return Error(Code::kUnprocessable, "the file is empty: it has nothing but comments");
  for (const Row& row : rows) {
    if (row.end - row.offset > kMaxRecordBytes) return TooLong(row.line);
  }
  if (sample.slices[0].cut_bytes > kMaxRecordBytes)
    return TooLong(1 + std::count(head.begin(), head.end(), '\n'));
  const TableLayout layout = FindTableLayout(rows, hints);
  if (layout.columns > kMaxColumns) return TooManyColumns(layout.columns);

  TableScan scan(sample, verdict.dialect, layout);
  TARN_TRY(scan.Run(cancelled));
  verdict.skip_lines = layout.skip_lines;
  verdict.header_lines = static_cast<int64_t>(layout.header_rows);
  verdict.reader_skip = layout.reader_skip;
  verdict.footer_lines = scan.footer_lines();
  verdict.rows = scan.rows();
  verdict.shorter = scan.shorter();
  verdict.longer = scan.longer();
  verdict.unterminated_quote = scan.unterminated_line() > 0;
  verdict.unterminated_line = scan.unterminated_line();
  verdict.comments_among_rows = scan.comments() > 0;
  verdict.comments_above = CountComments(head, verdict.dialect, layout.data_offset);

  verdict.evidence.sample = sample.Report();
  verdict.evidence.decisions = {sample.encoding.decision, found.decision,
                                CommentDecision(head, verdict.dialect.comment, hints.comment.has_value())};
  for (const Decision& decision : layout.decisions) verdict.evidence.decisions.push_back(decision);
  verdict.evidence.decisions.push_back(FooterDecision(verdict.footer_lines, sample.complete));
  const std::vector<std::string> names = UniqueNames(layout.names, layout.columns);
  for (size_t i = 0; i < layout.columns; ++i) {
    const ColumnType decided = scan.typers()[i].Decide();
    verdict.columns.push_back({names[i], decided.type, decided.format, scan.typers()[i].has_blanks()});
    verdict.evidence.columns.push_back(EvidenceOf(verdict.columns[i], scan.typers()[i], decided, sample));
  }
  verdict.evidence.notes = Notes(verdict, sample);
  return verdict;
}

}  // namespace tarn::inference
