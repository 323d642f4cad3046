#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "services/catalog/inference/csv/column_typer.h"
#include "services/catalog/inference/csv/csv_inference.h"
#include "services/catalog/inference/csv/table_layout.h"

namespace tarn::inference {

/// Reads all rows of a sample and types their columns. One use.
class TableScan {
 public:
  TableScan(const TextSample& sample, const Dialect& dialect, const TableLayout& layout);

  /// Errors: kUnprocessable for a record over kMaxRecordBytes, kCancelled.
  Status Run(std::stop_token cancelled);

  int64_t rows() const { return rows_; }
  int64_t footer_lines() const { return footer_lines_; }
  int64_t comments() const { return comments_; }
  int64_t unterminated_line() const { return unterminated_line_; }
  const RaggedRecords& shorter() const { return shorter_; }
  const RaggedRecords& longer() const { return longer_; }
  const std::vector<ColumnTyper>& typers() const { return typers_; }

 private:
  Status ScanSlice(size_t slice, size_t from, int64_t line, size_t end, std::stop_token cancelled);
  bool IsCut(size_t slice) const;
  void AddRow(const Record& record, size_t slice, bool knows_line);
  size_t FindRowStart(std::string_view text, size_t from) const;
  size_t FindFooter(size_t from, int64_t line);

  const TextSample& sample_;
  const Dialect& dialect_;
  const TableLayout& layout_;
  std::vector<ColumnTyper> typers_;
  int64_t rows_ = 0;
  int64_t footer_lines_ = 0;
  int64_t comments_ = 0;
  int64_t unterminated_line_ = 0;
  RaggedRecords shorter_, longer_;
};

}  // namespace tarn::inference
