#pragma once

#include <string>
#include <vector>

#include "services/catalog/inference/csv/csv_hints.h"
#include "services/catalog/inference/csv/table_rows.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

/// Where the table stands in a file.
struct TableLayout {
  size_t columns = 1;
  int64_t skip_lines = 0;   ///< physical lines above the header, or above the first row if there is none
  size_t header_rows = 0;   ///< records that name the columns
  int64_t reader_skip = 0;  ///< what a reader that knows one header line must skip
  size_t data_offset = 0;   ///< of the first row of data in the text
  std::vector<std::string> names;  ///< one per column, as written; empty without a header
  std::vector<Decision> decisions;
};

/// Finds preamble and header among the first rows of a text. A header is told by contrast: names stand above
/// numbers, dates, codes and long texts, are words that name things, and do not come again below.
/// What `hints` say of header and lines above is not put to question.
TableLayout FindTableLayout(const std::vector<Row>& rows, const CsvHints& hints = {});

/// Returns how many of the last rows of a file are footnotes: rows that fill one cell of many, behind a blank
/// line or in the words of a note. `columns` as in the table.
size_t CountFooterRows(const std::vector<Row>& last_rows, size_t columns);

/// Makes every name differ from the others without case (c, c_1) and gives those without one their position
/// (column0).
std::vector<std::string> UniqueNames(const std::vector<std::string>& written, size_t columns);

}  // namespace tarn::inference
