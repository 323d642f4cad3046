#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "services/catalog/inference/csv/cell_kind.h"
#include "services/catalog/inference/csv/record_parser.h"

namespace tarn::inference {

/// A record kept for a closer look.
struct Row {
  std::vector<std::string> cells;  ///< trimmed
  std::vector<CellKind> kinds;
  size_t filled = 0;       ///< cells that are not empty
  size_t last_filled = 0;  ///< index of the last of them
  int64_t line = 0;
  int64_t lines = 1;
  size_t offset = 0;
  size_t end = 0;
  bool blank_before = false;  ///< a blank line stands above it

  size_t width() const { return cells.size(); }
  /// True if no cell is a number, date, or the like, and one is text.
  bool IsAllText() const;
};

Row MakeRow(const Record& record, const Dialect& dialect, bool blank_before);

/// The records at the start of a text, without comments and blank lines. At most 1,000 and about 300,000
/// cells.
/// They begin at the byte `from`, which is in line `line`.
std::vector<Row> ReadHeadRows(std::string_view text, const Dialect& dialect, size_t from = 0,
                              int64_t line = 1);

/// The usual width of rows and how many cells they usually fill.
struct UsualRow {
  size_t width = 1;
  size_t filled = 1;
};
UsualRow FindUsualRow(const std::vector<Row>& rows);

}  // namespace tarn::inference
