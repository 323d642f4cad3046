#include "services/catalog/inference/csv/dialect_score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "services/catalog/inference/csv/cell_kind.h"
#include "services/catalog/inference/csv/record_parser.h"

namespace tarn::inference {
namespace {

constexpr size_t kMaxRecords = 2'000;
constexpr size_t kMaxCells = 200'000;
// A table of one column is what is left when nothing splits the text well.
constexpr double kOneColumnPattern = 0.42;
constexpr double kOneTypedColumnPattern = 0.95;

using KindCounts = std::array<uint32_t, kCellKinds>;

struct Pattern {
  size_t columns = 1;
  size_t first = 0, last = 0;  // records that have that many fields, first and last of them
  double score = kOneColumnPattern;
};

// More fields are less likely to be alike by chance.
double WidthFactor(size_t width) { return 1.0 - 1.0 / (static_cast<double>(width) + 1.0); }

// The number of fields of one record; `odd` if it is one field that holds another delimiter.
struct Width {
  uint32_t fields = 1;
  bool odd = false;
};

// A line of a preamble or footer costs little, but one that another delimiter splits is a row of another
// dialect.
double CostOutside(const Width& width) { return width.odd ? 2 : width.fields == 1 ? 0.25 : 0.75; }

Pattern ScorePattern(const std::vector<Width>& widths) {
  std::map<uint32_t, size_t> counts;
  for (const Width& width : widths) ++counts[width.fields];
  Pattern pattern;
  double best = 0;
  for (const auto& [width, count] : counts) {
    const double weight = static_cast<double>(count) * WidthFactor(width);
    if (width > 1 && weight > best) {
      best = weight;
      pattern.columns = width;
    }
  }
  if (pattern.columns == 1) {
    pattern.last = widths.empty() ? 0 : widths.size() - 1;
    return pattern;
  }
  const auto is_usual = [&](const Width& width) { return width.fields == pattern.columns; };
  pattern.first = static_cast<size_t>(std::find_if(widths.begin(), widths.end(), is_usual) - widths.begin());
  pattern.last =
      widths.size() - 1 -
      static_cast<size_t>(std::find_if(widths.rbegin(), widths.rend(), is_usual) - widths.rbegin());
  double agreeing = 0, outside = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    const bool inside = i >= pattern.first && i <= pattern.last;
    const size_t fields = widths[i].fields;
    if (!inside)
      outside += CostOutside(widths[i]);
    else if (fields == pattern.columns)
      agreeing += 1;
    // A record that stops early lost its empty fields; one that goes on has a delimiter in its text.
    else if (fields > 1)
      agreeing += fields < pattern.columns ? 0.4 : 0.2;
  }
  const double inside = static_cast<double>(pattern.last - pattern.first + 1);
  pattern.score =
      std::pow(agreeing / inside, 1.5) * inside / (inside + outside) * WidthFactor(pattern.columns);
  return pattern;
}

double Cleanness(CellKind kind) {
  switch (kind) {
    case CellKind::kEmpty:
    case CellKind::kNull:
    case CellKind::kInteger:
    case CellKind::kNumber:
    case CellKind::kBoolean:
    case CellKind::kTemporal:
    case CellKind::kAddress:
      return 1;
    case CellKind::kCode:
      return 0.9;
    case CellKind::kText:
      return 0.85;
    case CellKind::kOdd:
      return 0.65;
    case CellKind::kBroken:
      return 0.05;
  }
  return 0;
}

// The kinds of one column: clean ones, and the same all the way down.
double ScoreColumn(const KindCounts& counts, double* weight) {
  double clean = 0;
  uint32_t filled = 0, numeric = 0, most = 0;
  for (size_t i = 0; i < kCellKinds; ++i) {
    const auto kind = static_cast<CellKind>(i);
    if (IsBlank(kind)) continue;
    filled += counts[i];
    clean += Cleanness(kind) * counts[i];
    if (IsNumeric(kind)) numeric += counts[i];
    most = std::max(most, counts[i]);
  }
  // An empty column says little for a split; many of them speak against it.
  *weight = filled == 0 ? 0.7 : 1;
  if (filled == 0) return 0.4;
  const double alike = static_cast<double>(std::max(most, numeric)) / filled;
  return clean / filled * (0.75 + 0.25 * alike);
}

// True for a column whose values could not be fields that something else delimits.
bool IsWhole(const KindCounts& counts) {
  const uint32_t addresses = counts[static_cast<size_t>(CellKind::kAddress)];
  uint32_t filled = 0;
  for (size_t i = 0; i < kCellKinds; ++i) filled += IsBlank(static_cast<CellKind>(i)) ? 0 : counts[i];
  return filled > 0 && addresses * 5 >= filled * 4;
}

// True if a usual delimiter stands in most values of a column.
bool IsOddColumn(const KindCounts& counts) {
  const uint32_t odd = counts[static_cast<size_t>(CellKind::kOdd)];
  uint32_t filled = 0;
  for (size_t i = 0; i < kCellKinds; ++i) filled += IsBlank(static_cast<CellKind>(i)) ? 0 : counts[i];
  return odd * 2 > filled;
}

bool IsTypedColumn(const KindCounts& counts) {
  uint32_t typed = 0, filled = 0;
  for (size_t i = 0; i < kCellKinds; ++i) {
    if (IsBlank(static_cast<CellKind>(i))) continue;
    filled += counts[i];
    if (IsTyped(static_cast<CellKind>(i))) typed += counts[i];
  }
  return filled > 0 && typed * 5 >= filled * 4;
}

struct Cells {
  std::vector<KindCounts> columns;
  size_t quoted = 0, broken = 0, looks_quoted = 0;
};

bool LooksQuoted(std::string_view text) {
  text = Trim(text);
  return text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
}

// Tabs stand between fields, hardly ever in one; other control characters do nothing else.
bool HoldsSeparator(std::string_view field, const Dialect& dialect, size_t columns) {
  const bool tabs = columns > 1 && dialect.delimiter != "\t";
  field = Trim(field);
  return std::any_of(field.begin(), field.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' ? tabs : byte < 0x20 && c != '\n' && c != '\r' && c != '\f' && c != '\v';
  });
}

// Of the records with the usual number of fields. The first of them may be a header and is left out if there
// are more.
Cells CountKinds(std::string_view text, const Dialect& dialect, const Pattern& pattern) {
  Cells cells;
  cells.columns.resize(pattern.columns);
  RecordParser parser(text, dialect);
  Record record;
  const size_t header = pattern.last > pattern.first ? pattern.first : pattern.last + 1;
  size_t index = 0, looked_at = 0;
  while (index < kMaxRecords && looked_at < kMaxCells && parser.Next(record)) {
    if (record.comment || record.blank) continue;
    const bool counts = record.fields.size() == pattern.columns && index != header;
    for (size_t i = 0; i < record.fields.size(); ++i) {
      const Field& field = record.fields[i];
      cells.quoted += field.quoted;
      const bool looks_quoted = !field.quoted && LooksQuoted(field.text);
      cells.looks_quoted += looks_quoted;
      CellKind kind = ClassifyCell(field.text);
      if (looks_quoted && Trim(field.text).front() == '"') kind = CellKind::kBroken;
      // What stands between quotes may hold anything.
      if (field.quoted && (kind == CellKind::kOdd || kind == CellKind::kBroken)) kind = CellKind::kText;
      // Whether "1,5" is one number or two is what is to be found out.
      const bool splits = pattern.columns == 1 && !field.quoted &&
                          field.text.find_first_of(",;|\t") != std::string_view::npos;
      if (splits && (IsTyped(kind) || kind == CellKind::kAddress)) kind = CellKind::kOdd;
      if (!field.quoted && HoldsSeparator(field.text, dialect, pattern.columns)) kind = CellKind::kBroken;
      if (field.broken) {
        ++cells.broken;
        kind = CellKind::kBroken;
      }
      if (counts) ++cells.columns[i][static_cast<size_t>(kind)];
    }
    looked_at += record.fields.size();
    ++index;
  }
  return cells;
}

double ScoreTypes(const Cells& cells, size_t* typed_columns) {
  double sum = 0, weights = 0;
  for (const KindCounts& counts : cells.columns) {
    double weight = 0;
    const double score = ScoreColumn(counts, &weight);
    sum += score * weight;
    weights += weight;
    *typed_columns += IsTypedColumn(counts);
  }
  const double quote_like = static_cast<double>(cells.quoted + cells.broken + cells.looks_quoted) + 1;
  const double faults =
      (static_cast<double>(cells.broken) + 0.5 * static_cast<double>(cells.looks_quoted)) / quote_like;
  return weights == 0 ? 0 : sum / weights * (1 - 0.5 * faults);
}

// How usual it is that people delimit with this.
double Usualness(const Dialect& dialect, size_t columns, size_t typed_columns, bool odd) {
  if (columns == 1) return 1;
  if (dialect.collapse && dialect.delimiter == "\t") return 0.85;
  double usual = 0.55;
  if (dialect.delimiter == "," || dialect.delimiter == ";" || dialect.delimiter == "\t")
    usual = 1;
  else if (dialect.delimiter == "|")
    usual = 0.98;
  else if (dialect.delimiter == "^" || dialect.delimiter == "~" ||
           static_cast<unsigned char>(dialect.delimiter[0]) < 0x20)
    usual = 0.9;
  else if (dialect.delimiter.size() > 1)
    usual = 0.95;
  if (usual >= 0.9) return usual;
  // A rare delimiter must earn it: words and times have spaces and colons, too.
  if (dialect.delimiter == ":") usual = 0.6;
  if (dialect.delimiter == " ") usual = 0.5;
  const bool mostly_typed = typed_columns * 2 >= columns;
  if (odd) usual *= 0.6;
  return usual * (mostly_typed ? 1.4 : typed_columns > 0 ? 1.0 : 0.6);
}

std::string Explain(const DialectScore& score) {
  char text[160];
  std::snprintf(text, sizeof text, "%zu columns over %zu records; row pattern %.3f, cell types %.3f",
                score.columns, score.records, score.pattern, score.type);
  return text;
}

}  // namespace

DialectScore ScoreDialect(std::string_view text, const Dialect& dialect) {
  RecordParser parser(text, dialect);
  Record record;
  std::vector<Width> widths;
  size_t cells_seen = 0;
  while (widths.size() < kMaxRecords && cells_seen < kMaxCells && parser.Next(record)) {
    if (record.comment || record.blank) continue;
    const bool one = record.fields.size() == 1 && !record.fields[0].quoted;
    widths.push_back({static_cast<uint32_t>(record.fields.size()),
                      one && ClassifyCell(record.fields[0].text) == CellKind::kOdd});
    cells_seen += record.fields.size();
  }
  Pattern pattern = ScorePattern(widths);
  const Cells cells = CountKinds(text, dialect, pattern);
  size_t typed_columns = 0;
  DialectScore score;
  score.type = ScoreTypes(cells, &typed_columns);
  if (pattern.columns == 1 && (typed_columns == 1 || IsWhole(cells.columns[0])))
    pattern.score = kOneTypedColumnPattern;
  score.pattern = pattern.score;
  score.columns = pattern.columns;
  score.records = widths.size();
  score.quoted_fields = cells.quoted;
  const bool odd = std::any_of(cells.columns.begin(), cells.columns.end(), IsOddColumn);
  score.score = score.pattern * score.type * Usualness(dialect, pattern.columns, typed_columns, odd);
  // At the end of what is looked at, the quote may close behind it.
  if (parser.unterminated() && parser.unterminated_at() < text.size() / 10 * 9) score.score *= 0.7;
  score.reason = Explain(score);
  return score;
}

}  // namespace tarn::inference
