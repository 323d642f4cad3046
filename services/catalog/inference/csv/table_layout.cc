#include "services/catalog/inference/csv/table_layout.h"

#include <algorithm>
#include <unordered_map>

#include "services/catalog/inference/csv/header.h"

namespace tarn::inference {
namespace {

// True if nearly all rows have the usual width: then one that lacks several fields is none of them.
bool IsRegular(const std::vector<Row>& rows, const UsualRow& usual) {
  const auto full =
      std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return row.width() == usual.width; });
  return full >= 3 && static_cast<size_t>(full) * 5 >= rows.size() * 3;
}

// Where rows of the table begin: a preamble's lines have fewer fields, or fill one of them.
size_t FirstTableRow(const std::vector<Row>& rows, const UsualRow& usual) {
  if (usual.width == 1) return 0;
  const size_t least_width = usual.width == 2 ? 2 : std::max<size_t>(2, (usual.width + 1) / 2);
  const size_t least_filled = usual.width == 2 ? 1 : std::max<size_t>(2, (usual.filled + 1) / 2);
  const size_t from = rows[0].cells[0].starts_with("sep=") ? 1 : 0;
  const bool regular = IsRegular(rows, usual);
  for (size_t i = from; i < rows.size(); ++i) {
    const bool narrow = rows[i].width() < usual.width && i + 1 < rows.size();
    const bool set_apart =
        narrow && (rows[i + 1].blank_before ||
                   (regular && rows[i].width() + 1 < usual.width && rows[i + 1].width() == usual.width));
    if (!set_apart && rows[i].width() >= least_width &&
        rows[i].filled >= std::min(least_filled, usual.filled))
      return i;
  }
  return 0;
}

// A row above the header that groups its columns: gaps between the names, up to the right half of the table.
bool GroupsColumns(const Row& row, const UsualRow& usual) {
  return row.width() + 1 >= usual.width && row.filled >= 2 && row.filled < row.width() && row.IsAllText() &&
         row.last_filled >= std::max<size_t>(2, usual.width / 2);
}

size_t CountColumns(const std::vector<Row>& rows, const UsualRow& usual, const HeaderVerdict& header) {
  size_t columns = usual.width;
  // Names beyond the usual width belong to rows that leave out what is empty at their end.
  for (size_t i = 0; i < header.rows; ++i) {
    const Row& row = rows[header.first + i];
    if (row.filled > 0) columns = std::max(columns, row.last_filled + 1);
  }
  if (header.rows > 0) return columns;
  for (size_t i = header.first; i < rows.size(); ++i) {
    const size_t width = rows[i].filled > 0 ? rows[i].last_filled + 1 : 0;
    const auto as_wide =
        std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return row.width() >= width; });
    if (width > columns && static_cast<size_t>(as_wide) * 10 >= rows.size()) columns = width;
  }
  return columns;
}

Decision PreambleDecision(const std::vector<Row>& rows, const HeaderVerdict& header, int64_t skip_lines) {
  Decision decision{"skip_lines", std::to_string(skip_lines), skip_lines == 0 ? 0.95 : 0.9, {}, ""};
  if (skip_lines == 0)
    decision.reason = "the first line already has the fields of the table";
  else if (header.first == 0)
    decision.reason = "blank lines or comments stand above the table";
  else
    decision.reason =
        "lines above the table have fewer fields, or fill one of them only: " + Shorten(rows[0].cells[0], 60);
  return decision;
}

bool IsNote(const Row& row) {
  const auto filled =
      std::find_if(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return !cell.empty(); });
  if (filled == row.cells.end()) return false;
  if (filled->starts_with('*') || filled->starts_with('(') || filled->starts_with('#') ||
      filled->starts_with("\u00a9"))
    return true;
  return std::count(filled->begin(), filled->end(), ' ') >= 2;
}

bool MayBeNote(const Row& row, size_t columns) {
  if (columns == 2) return row.width() == 1 && row.filled == 1;
  // Commas in a note split it, too.
  if (row.width() < columns && row.filled > 1) {
    const bool set_apart = row.blank_before && row.width() * 2 <= columns;
    return (IsNote(row) || set_apart) && !IsTyped(row.kinds[0]);
  }
  return row.filled <= 1 && (row.filled == 0 || !IsTyped(row.kinds[row.last_filled]));
}

HeaderVerdict GivenHeader(size_t main, bool header) {
  const char* reason = header ? "given: the first line is a header" : "given: there is no header";
  return {main, header ? size_t{1} : size_t{0}, {"header_lines", header ? "1" : "0", 1, {}, reason}};
}

std::string Fold(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return folded;
}

}  // namespace

TableLayout FindTableLayout(const std::vector<Row>& rows, const CsvHints& hints) {
  TableLayout layout;
  if (rows.empty()) return layout;
  const UsualRow usual = FindUsualRow(rows);
  const size_t main = hints.skip_lines ? 0 : FirstTableRow(rows, usual);
  size_t first = main;
  while (!hints.header && first > 0 && !rows[first].blank_before && GroupsColumns(rows[first - 1], usual))
    --first;

  HeaderVerdict header =
      hints.header ? GivenHeader(main, *hints.header) : FindHeader(rows, first, main, usual);
  if (header.rows == 0) header.first = main;
  layout.columns = CountColumns(rows, usual, header);
  layout.header_rows = header.rows;
  layout.skip_lines = rows[header.first].line - 1;
  const size_t data = header.first + header.rows;
  layout.reader_skip = header.rows == 0 ? layout.skip_lines : rows[data - 1].line - 1;
  layout.data_offset = header.rows == 0 ? rows[header.first].offset : rows[data - 1].end;
  if (header.rows > 0) layout.names = JoinHeaderRows(rows, header, layout.columns);
  layout.decisions.push_back(PreambleDecision(rows, header, layout.skip_lines));
  layout.decisions.push_back(header.decision);
  return layout;
}

size_t CountFooterRows(const std::vector<Row>& last_rows, size_t columns) {
  if (columns == 1) return 0;
  size_t notes = 0;
  for (size_t i = last_rows.size(); i-- > 0 && MayBeNote(last_rows[i], columns);) {
    const Row& row = last_rows[i];
    // A row of empty fields belongs to the footer only if a note stands above it.
    if (row.filled > 0 && (row.blank_before || IsNote(row) || (i > 0 && last_rows[i - 1].filled == 0)))
      notes = last_rows.size() - i;
  }
  // The empty rows in between separate the notes from the table.
  while (notes > 0 && notes < last_rows.size() && last_rows[last_rows.size() - notes - 1].filled == 0)
    ++notes;
  return notes == last_rows.size() ? 0 : notes;
}

std::vector<std::string> UniqueNames(const std::vector<std::string>& written, size_t columns) {
  std::vector<std::string> names;
  std::unordered_map<std::string, int> suffixes;
  for (size_t i = 0; i < columns; ++i) {
    std::string wanted = i < written.size() ? written[i] : "";
    if (wanted.empty()) wanted = "column" + std::to_string(i);
    std::string name = wanted;
    while (!suffixes.try_emplace(Fold(name), 0).second)
      name = wanted + "_" + std::to_string(++suffixes[Fold(wanted)]);
    names.push_back(name);
  }
  return names;
}

}  // namespace tarn::inference
