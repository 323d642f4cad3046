#include "services/catalog/inference/csv_inspection.h"

#include <algorithm>

#include "services/catalog/inference/csv/csv_inference.h"
#include "services/catalog/inference/csv_values.h"
#include "services/catalog/inference/decoded_inspection.h"
#include "services/catalog/inference/text_check.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

using inference::CsvVerdict;
using inference::TextSample;

Error Unreadable(std::string what) { return Error(Code::kUnprocessable, std::move(what)); }

Error AtLine(std::string what, int64_t line) {
  Error error(Code::kUnprocessable, std::move(what));
  return line > 0 ? std::move(error).At("line " + std::to_string(line)) : error;
}

// The inference forgives what a reader that must not lose a value cannot.
Status CheckRows(const CsvVerdict& verdict) {
  if (verdict.longer.count > 0) {
    return AtLine("a row has more fields than the table has columns (" +
                      std::to_string(verdict.columns.size()) +
                      "): " + std::to_string(verdict.longer.first_fields),
                  verdict.longer.first_line);
  }
  if (verdict.unterminated_quote)
    return AtLine("a value with an unterminated quote", verdict.unterminated_line);
  if (verdict.dialect.collapse) return Unreadable("queries cannot read columns that are aligned with spaces");
  return Ok();
}

Error HasNotes(const CsvVerdict& verdict) {
  return Unreadable("the file ends with notes, which queries would read as rows; remove the last lines: " +
                    std::to_string(verdict.footer_lines));
}

CsvDialect DialectOf(const CsvVerdict& verdict, const TextSample& sample) {
  const auto text = [](char c) { return c == 0 ? std::string() : std::string(1, c); };
  CsvDialect dialect;
  dialect.delimiter = verdict.dialect.delimiter;
  dialect.quote = text(verdict.dialect.quote);
  dialect.escape = text(verdict.dialect.escape);
  dialect.has_header = verdict.header_lines > 0;
  dialect.skip_lines = verdict.reader_skip;
  if (verdict.comments_among_rows) {
    // The reader does not count comments among the lines it skips.
    dialect.comment = verdict.dialect.comment;
    dialect.skip_lines -= verdict.comments_above;
  }
  dialect.encoding = ReaderEncoding(sample);
  dialect.short_rows = verdict.shorter.count > 0;
  const bool formats = std::any_of(verdict.columns.begin(), verdict.columns.end(),
                                   [](const inference::CsvColumn& column) { return !column.format.empty(); });
  for (const inference::CsvColumn& column : verdict.columns) {
    if (formats) dialect.formats.push_back(column.format);
  }
  return dialect;
}

std::vector<Column> ColumnsOf(const CsvVerdict& verdict) {
  std::vector<Column> columns;
  for (const inference::CsvColumn& column : verdict.columns) {
    const bool castable = !column.has_blanks || column.type == "VARCHAR" || column.type == kUnknownType;
    columns.push_back({column.name, castable ? column.type : "VARCHAR"});
  }
  return columns;
}

inference::CsvHints HintsOf(const CsvClassifier& csv) {
  const auto mark = [](const std::optional<std::string>& text) {
    return text ? std::optional(text->empty() ? '\0' : text->front()) : std::nullopt;
  };
  return {csv.delimiter, mark(csv.quote), mark(csv.escape), csv.comment, csv.header, csv.skip_lines};
}

// Names and types that the user gives.
Status ApplyClassifier(const Classifier& classifier, FileLayout& layout) {
  const std::vector<std::string>& names = classifier.csv.names;
  if (!names.empty() && names.size() != layout.columns.size())
    return Unreadable("the classifier names " + std::to_string(names.size()) + " columns, the file has " +
                      std::to_string(layout.columns.size()));
  for (size_t i = 0; i < names.size(); ++i) layout.columns[i].name = names[i];
  ApplyTypes(classifier.types, layout);
  return Ok();
}

inference::CsvHints HintsFor(const Classifier* classifier) {
  return classifier ? HintsOf(classifier->csv) : inference::CsvHints();
}

bool Fits(const Classifier& classifier, const CsvVerdict& verdict) {
  return verdict.columns.size() > 1 || !classifier.csv.delimiter || classifier.csv.names.size() == 1;
}

// Of text that the engine reads as it is.
Result<Inspection> FromVerdict(duckdb::Connection& connection, const std::filesystem::path& file,
                               const TextSample& sample, const CsvVerdict& verdict, std::stop_token cancelled,
                               const Classifier* classifier) {
  Inspection inspection{{FileFormat::kCsv, ColumnsOf(verdict), {}, DialectOf(verdict, sample)}, verdict.rows};
  if (classifier) TARN_TRY(ApplyClassifier(*classifier, inspection.layout));
  if (!sample.complete) {
    inspection.rows = EstimateRows(verdict.rows, sample);
    inspection.sampled = true;
    return inspection;
  }
  const std::vector<Column> given = classifier ? classifier->types : std::vector<Column>();
  TARN_TRY(ReadCsvValues(connection, file, given, inspection, cancelled));
  // A reader of one column takes a blank line for a row.
  if (inspection.rows != verdict.rows && verdict.columns.size() > 1) {
    return Unreadable("the rows cannot be told apart for sure: the file has " + std::to_string(verdict.rows) +
                      ", but a query would read " + std::to_string(inspection.rows));
  }
  return inspection;
}

// Without its notes a file must be what it seemed to be with them.
Result<Inspection> WithoutNotes(duckdb::Connection& connection, const std::filesystem::path& file,
                                const TextSample& sample, const CsvVerdict& verdict,
                                std::stop_token cancelled, const Classifier* classifier) {
  decoding::Decoding decoding = WholeDecodingOf(sample);
  decoding.footer_lines = verdict.footer_lines;
  const auto inspect = [&](const std::filesystem::path& cut) -> Result<Inspection> {
    TARN_ASSIGN(const TextSample rest, inference::SampleText(cut, {}, cancelled));
    TARN_ASSIGN(const CsvVerdict without, inference::InferCsv(rest, cancelled, HintsFor(classifier)));
    const bool same = without.footer_lines == 0 && without.columns.size() == verdict.columns.size() &&
                      (!sample.complete || without.rows == verdict.rows);
    if (!same) return HasNotes(verdict);
    TARN_TRY(CheckRows(without));
    return FromVerdict(connection, cut, rest, without, cancelled, classifier);
  };
  return InspectDecoded(file, decoding, cancelled, inspect);
}

}  // namespace

void ApplyTypes(const std::vector<Column>& types, FileLayout& layout) {
  for (const Column& given : types) {
    const auto column = std::find_if(layout.columns.begin(), layout.columns.end(), [&](const Column& found) {
      return FoldCase(found.name) == FoldCase(given.name);
    });
    if (column == layout.columns.end()) continue;
    column->type = given.type;
    const auto i = static_cast<size_t>(column - layout.columns.begin());
    if (layout.csv && i < layout.csv->formats.size()) layout.csv->formats[i].clear();
  }
}

Result<Inspection> InspectCsv(duckdb::Connection& connection, const std::filesystem::path& file,
                              std::stop_token cancelled, const Classifier* classifier) {
  TARN_ASSIGN(const TextSample sample, inference::SampleText(file, {}, cancelled));
  TARN_ASSIGN(const CsvVerdict verdict, inference::InferCsv(sample, cancelled, HintsFor(classifier)));
  if (classifier && !Fits(*classifier, verdict))
    return Unreadable("the file has no fields that the delimiter separates");
  TARN_ASSIGN(const decoding::Decoding decoding, DecodingOf(sample, file));
  if (!decoding.empty()) {
    return InspectDecoded(file, decoding, cancelled, [&](const std::filesystem::path& decoded) {
      return InspectCsv(connection, decoded, cancelled, classifier);
    });
  }
  TARN_TRY(CheckRows(verdict));
  if (verdict.footer_lines > 0) return WithoutNotes(connection, file, sample, verdict, cancelled, classifier);
  return FromVerdict(connection, file, sample, verdict, cancelled, classifier);
}

}  // namespace tarn::catalog
