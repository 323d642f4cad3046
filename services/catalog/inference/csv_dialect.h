#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/duckdb/engine.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A way to read a CSV file that has yet to prove itself on every row.
struct DialectCandidate {
  CsvDialect dialect;
  size_t columns = 1;
};

/// Returns the likeliest way to read the file: RFC 4180's quoting with the delimiter that the engine's
/// sniffer found. The header is left for the reader to find. Errors: those of Connection::Execute;
/// kUnprocessable for an empty file.
Result<DialectCandidate> GuessDialect(duckdb::Connection& connection, const std::filesystem::path& file,
                                      std::stop_token cancelled);

/// Returns what else to try for a file that does not fit the first guess: the sniffer's own quoting, if it
/// found another. Errors: those of Connection::Execute.
Result<std::optional<DialectCandidate>> GuessOtherQuoting(duckdb::Connection& connection,
                                                          const std::filesystem::path& file,
                                                          std::stop_token cancelled);

/// Counts the fields of the first record in `text`, as RFC 4180 quotes them.
size_t CountFields(std::string_view text, char delimiter);

/// Renders read_csv(...) over the file with exactly this dialect: `names` are the columns, all VARCHAR.
std::string ReadCsvSql(const std::filesystem::path& file, const CsvDialect& dialect,
                       const std::vector<std::string>& names);

}  // namespace tarn::catalog
