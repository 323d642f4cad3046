#include "services/catalog/inference/csv/table_rows.h"

#include <algorithm>
#include <map>

namespace tarn::inference {
namespace {

constexpr size_t kMaxRows = 1'000;
constexpr size_t kMaxCells = 300'000;

}  // namespace

bool Row::IsAllText() const {
  return filled > 0 && std::none_of(kinds.begin(), kinds.end(), [](CellKind kind) { return IsTyped(kind); });
}

Row MakeRow(const Record& record, const Dialect& dialect, bool blank_before) {
  Row row;
  row.line = record.line;
  row.lines = record.lines;
  row.offset = record.offset;
  row.end = record.end;
  row.blank_before = blank_before;
  for (const Field& field : record.fields) {
    const std::string value = FieldValue(field, dialect);
    const std::string_view trimmed = Trim(value);
    row.kinds.push_back(ClassifyCell(trimmed));
    if (!trimmed.empty()) {
      ++row.filled;
      row.last_filled = row.cells.size();
    }
    row.cells.emplace_back(trimmed);
  }
  return row;
}

std::vector<Row> ReadHeadRows(std::string_view text, const Dialect& dialect, size_t from, int64_t line) {
  std::vector<Row> rows;
  RecordParser parser(text, dialect, from, line);
  Record record;
  bool blank_before = false;
  size_t cells = 0;
  while (rows.size() < kMaxRows && cells < kMaxCells && parser.Next(record)) {
    if (record.comment) continue;
    if (!record.blank) {
      rows.push_back(MakeRow(record, dialect, blank_before));
      cells += record.fields.size();
    }
    blank_before = record.blank;
  }
  return rows;
}

UsualRow FindUsualRow(const std::vector<Row>& rows) {
  std::map<size_t, size_t> counts;
  for (const Row& row : rows) ++counts[row.width()];
  UsualRow usual;
  double best = 0;
  for (const auto& [width, count] : counts) {
    const double weight = static_cast<double>(count) * (1 - 1 / (static_cast<double>(width) + 1));
    if (width > 1 && weight > best) {
      best = weight;
      usual.width = width;
    }
  }
  std::vector<size_t> filled;
  for (const Row& row : rows) {
    if (row.width() == usual.width && row.filled > 0) filled.push_back(row.filled);
  }
  if (filled.empty()) return usual;
  std::nth_element(filled.begin(), filled.begin() + static_cast<std::ptrdiff_t>(filled.size() / 2),
                   filled.end());
  usual.filled = filled[filled.size() / 2];
  return usual;
}

}  // namespace tarn::inference
