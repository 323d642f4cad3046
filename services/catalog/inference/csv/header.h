#pragma once

#include <string>
#include <vector>

#include "services/catalog/inference/csv/table_rows.h"
#include "services/catalog/inference/evidence/evidence.h"

namespace tarn::inference {

struct HeaderVerdict {
  size_t first = 0;  ///< index of the table's first row
  size_t rows = 0;   ///< how many rows from there on name the columns
  Decision decision;
};

/// Decides how many rows from `first` on are a header; `main` is the first row that fills the table as its
/// others do, those between group its columns.
HeaderVerdict FindHeader(const std::vector<Row>& rows, size_t first, size_t main, const UsualRow& usual);

/// Returns a name for each column from the header's rows, top to bottom: a name that groups several columns
/// counts for the columns right of it that have none.
std::vector<std::string> JoinHeaderRows(const std::vector<Row>& rows, const HeaderVerdict& header,
                                        size_t columns);

}  // namespace tarn::inference
