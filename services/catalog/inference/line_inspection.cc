#include "services/catalog/inference/line_inspection.h"

#include <algorithm>

#include "services/catalog/inference/csv/column_typer.h"
#include "services/catalog/inference/csv_inspection.h"
#include "services/catalog/inference/csv_values.h"
#include "services/catalog/inference/decoded_inspection.h"
#include "services/catalog/inference/text_check.h"

namespace tarn::catalog {
namespace {

using inference::ColumnTyper;
using inference::TextSample;

// Of a sample, so much is matched at a time.
constexpr size_t kBytesAtATime = 1 << 20;

// What the lines of a file turned out to be.
struct LineCount {
  std::vector<ColumnTyper> typers;
  int64_t matched = 0, unmatched = 0;
  int64_t first_unmatched = 0;  // its line; 0: unknown
};

std::string WholeLine(const std::string& pattern) { return "^(?:" + pattern + ")$"; }

// Each line's number in the text, whether it matches, and its groups.
std::string MatchSql(const Classifier& classifier) {
  const std::string pattern = duckdb::QuoteLiteral(WholeLine(classifier.pattern));
  const std::string lines =
      "SELECT rtrim(text, chr(13)) AS line, number FROM (SELECT unnest(string_split($1, chr(10))) AS text, "
      "generate_subscripts(string_split($1, chr(10)), 1) AS number)";
  return "SELECT number, regexp_matches(line, " + pattern + "), unnest(regexp_extract(line, " + pattern +
         ", " + duckdb::QuoteLiteralList(classifier.groups) + ")) FROM (" + lines +
         ") WHERE trim(line) <> ''";
}

Status MatchLines(duckdb::Connection& connection, const std::string& sql, const std::string& text,
                  int64_t first_line, LineCount& count, std::stop_token cancelled) {
  TARN_ASSIGN(const auto result, connection.Execute(sql, {text}, cancelled));
  while (true) {
    TARN_ASSIGN(const auto chunk, result->Next());
    if (!chunk) return Ok();
    for (size_t row = 0; row < chunk->rows(); ++row) {
      const int64_t line = first_line == 0 ? 0 : first_line - 1 + std::stoll(chunk->Text(row, 0));
      if (chunk->Text(row, 1) != "true") {
        if (count.unmatched++ == 0) count.first_unmatched = line;
        continue;
      }
      ++count.matched;
      for (size_t i = 0; i < count.typers.size(); ++i)
        count.typers[i].Add(chunk->Text(row, 2 + i), {line, 0, 0});
    }
  }
}

Result<LineCount> CountLines(duckdb::Connection& connection, const TextSample& sample,
                             const Classifier& classifier, std::stop_token cancelled) {
  LineCount count;
  count.typers.resize(classifier.groups.size());
  const std::string sql = MatchSql(classifier);
  for (size_t slice = 0; slice < sample.slices.size(); ++slice) {
    const std::string& text = sample.slices[slice].text;
    // Only the first slice is sure to start with a line.
    size_t from = slice == 0 ? 0 : std::min(text.find('\n'), text.size() - 1) + 1;
    int64_t line = slice == 0 ? 1 : 0;
    while (from < text.size()) {
      size_t end = text.size();
      if (end - from > kBytesAtATime) end = std::min(text.find('\n', from + kBytesAtATime), end - 1) + 1;
      const std::string part = text.substr(from, end - from);
      TARN_TRY(MatchLines(connection, sql, part, line, count, cancelled));
      if (line > 0) line += std::count(part.begin(), part.end(), '\n');
      from = end;
    }
  }
  return count;
}

Status CheckMatches(const LineCount& count, const Classifier& classifier) {
  const bool fits = count.matched > count.unmatched;
  if (fits && (count.unmatched == 0 || classifier.skip_unmatched)) return Ok();
  Error error(Code::kUnprocessable,
              count.matched == 0 ? "no line matches the pattern"
                                 : "lines do not match the pattern: " + std::to_string(count.unmatched) +
                                       " of " + std::to_string(count.matched + count.unmatched));
  if (count.first_unmatched == 0) return error;
  return std::move(error).At("line " + std::to_string(count.first_unmatched));
}

FileLayout LayoutOf(const LineCount& count, const Classifier& classifier, const TextSample& sample) {
  FileLayout layout;
  layout.format = FileFormat::kCsv;
  CsvDialect& csv = layout.csv.emplace();
  csv.delimiter = "\x1f";
  csv.quote = csv.escape = "";
  csv.has_header = false;
  csv.encoding = ReaderEncoding(sample);
  csv.pattern = WholeLine(classifier.pattern);
  csv.skip_unmatched = classifier.skip_unmatched;
  bool formats = false;
  for (size_t i = 0; i < classifier.groups.size(); ++i) {
    const inference::ColumnType type = count.typers[i].Decide();
    const bool castable = !count.typers[i].has_blanks() || type.type == kUnknownType;
    layout.columns.push_back({classifier.groups[i], castable ? type.type : "VARCHAR"});
    csv.formats.push_back(castable ? type.format : "");
    formats = formats || !csv.formats.back().empty();
  }
  if (!formats) csv.formats.clear();
  return layout;
}

}  // namespace

Result<Inspection> InspectLines(duckdb::Connection& connection, const std::filesystem::path& file,
                                const Classifier& classifier, std::stop_token cancelled) {
  TARN_ASSIGN(const TextSample sample, inference::SampleText(file, {}, cancelled));
  TARN_ASSIGN(const decoding::Decoding decoding, DecodingOf(sample, file));
  if (!decoding.empty()) {
    return InspectDecoded(file, decoding, cancelled, [&](const std::filesystem::path& decoded) {
      return InspectLines(connection, decoded, classifier, cancelled);
    });
  }
  TARN_ASSIGN(const LineCount count, CountLines(connection, sample, classifier, cancelled));
  TARN_TRY(CheckMatches(count, classifier));
  Inspection inspection;
  inspection.layout = LayoutOf(count, classifier, sample);
  ApplyTypes(classifier.types, inspection.layout);
  if (!sample.complete) {
    inspection.rows = EstimateRows(count.matched, sample);
    inspection.sampled = true;
    return inspection;
  }
  TARN_TRY(ReadCsvValues(connection, file, classifier.types, inspection, cancelled));
  if (inspection.rows == count.matched) return inspection;
  return Error(Code::kUnprocessable,
               "the lines cannot be told apart for sure: " + std::to_string(count.matched) +
                   " match, but a query would read " + std::to_string(inspection.rows));
}

}  // namespace tarn::catalog
