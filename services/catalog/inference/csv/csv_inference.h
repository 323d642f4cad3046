#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "services/catalog/inference/csv/csv_hints.h"
#include "services/catalog/inference/csv/dialect.h"
#include "services/catalog/inference/text/text_sample.h"

namespace tarn::inference {

/// A record longer than this is no record of a table, and no reader takes it.
inline constexpr size_t kMaxRecordBytes = 2'000'000;
/// A file with more columns is not a table but a mistake, and would bloat every schema.
inline constexpr size_t kMaxColumns = 5'000;

struct CsvColumn {
  std::string name;
  std::string type;         ///< as DuckDB writes it; "NULL" if there is no value
  std::string format;       ///< strptime's, for dates and timestamps that a cast does not read
  bool has_blanks = false;  ///< some values are spaces alone

  bool operator==(const CsvColumn&) const = default;
};

/// Records with another number of fields than the table.
struct RaggedRecords {
  int64_t count = 0;
  int64_t first_line = 0;  ///< 0: unknown, in the middle of a sampled file
  size_t first_fields = 0;
};

struct CsvVerdict {
  Dialect dialect;
  int64_t skip_lines = 0;    ///< physical lines above the header, or above the first row
  int64_t header_lines = 0;  ///< records that name the columns
  int64_t footer_lines = 0;  ///< physical lines below the last row, without blank ones at the very end
  int64_t reader_skip = 0;   ///< what a reader that knows one header line must skip
  std::vector<CsvColumn> columns;
  int64_t rows = 0;  ///< in the sample; of the file if that is complete
  bool comments_among_rows = false;
  int64_t comments_above = 0;  ///< comment lines above the data
  RaggedRecords shorter, longer;
  bool unterminated_quote = false;
  int64_t unterminated_line = 0;
  Evidence evidence;
};

/// Finds out how a CSV file is written and what its columns hold, from a sample of its text. Errors:
/// kUnprocessable for what is no table (no rows, a record over kMaxRecordBytes, more than kMaxColumns
/// columns; where() = "line N"), kCancelled. What `hints` say is taken as given.
Result<CsvVerdict> InferCsv(const TextSample& sample, std::stop_token cancelled = {},
                            const CsvHints& hints = {});

}  // namespace tarn::inference
