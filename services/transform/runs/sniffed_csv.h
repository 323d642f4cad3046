#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "services/transform/transforms/input.h"

namespace tarn::transform {

/// How CSV files are written, as the engine found it out once, so that it need not do so each time it is
/// asked about them: a plan of any statement looks at the beginning of each file otherwise, for as long as 50
/// ms.
class SniffedCsv {
 public:
  /// Looks at each file. `declared` is what the definition says, and `options` the same and more as options
  /// of read_csv (", quote = '\"'"). Errors: as duckdb::Connection::Execute, for a file that the engine
  /// cannot make sense of.
  static Result<SniffedCsv> Sniff(duckdb::Connection& connection, const CsvDialect& declared,
                                  const std::vector<std::filesystem::path>& files, const std::string& options,
                                  const std::stop_token& cancelled);

  /// The columns of all files, by name, each with the type that its first file has.
  std::vector<duckdb::Column> Columns() const;

  /// What stands after FROM for the rows of the files, with their values read as `types` says (of columns
  /// without: as found out), and `_file`. Nothing if this would not be what the engine reads by itself: where
  /// values are dates of a format that a look at the others found, or the files are of very many kinds.
  std::optional<std::string> Relation(const std::vector<duckdb::Column>& types) const;

 private:
  struct Kind {
    std::string dialect;  // options of read_csv
    std::vector<duckdb::Column> columns;
    std::vector<std::string> files;
  };

  void Add(Kind kind);

  std::vector<Kind> kinds_;
};

}  // namespace tarn::transform
