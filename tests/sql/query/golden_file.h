#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tarn::query {

/// One case of a `*.test` file:
///
///   # what it shows
///   SELECT 1 AS a
///   ----
///   a INTEGER
///   [1]
///
/// After `----` stand the columns with their types and one JSON array per row; or, after `---- error`, text that the
/// error mentions. A blank line ends the case. `# database: name` sets the default database of the rest of the file.
struct GoldenCase {
  std::string file;
  int line = 0;
  std::string database, sql;
  bool fails = false;
  std::string expected;
};

/// Reads every `*.test` below `folder`, sorted by name. Throws std::runtime_error for a file that is not of this form.
std::vector<GoldenCase> ReadGoldenCases(const std::filesystem::path& folder);

}  // namespace tarn::query
