#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

enum class ClassifierKind { kCsv, kJson, kRegex };
const char* KindName(ClassifierKind kind);  ///< "csv", "json", "regex"

/// What a user says of how a CSV file is written; what is left out is inferred.
struct CsvClassifier {
  std::optional<std::string> delimiter;
  std::optional<std::string> quote;   ///< empty: there are no quotes
  std::optional<std::string> escape;  ///< empty: there are no escapes
  std::optional<std::string> comment;
  std::optional<bool> header;
  std::optional<int64_t> skip_lines;  ///< above the header, or above the first row
  std::vector<std::string> names;     ///< of the columns, instead of the file's own; none: those of the file

  bool operator==(const CsvClassifier&) const = default;
};

/// How files are read whose form the user knows better than the inference does: Glue's custom classifiers.
struct Classifier {
  std::string name;
  ClassifierKind kind = ClassifierKind::kCsv;
  CsvClassifier csv;
  std::vector<std::string>
      records_path;     ///< JSON: the members that lead to the array of records; none: it is the file
  std::string pattern;  ///< regex: RE2's syntax, takes a whole line; its named groups are the columns
  std::vector<std::string> groups;  ///< regex: the names of the groups, in order
  bool skip_unmatched = false;  ///< regex: lines that do not match are left out instead of failing the file
  std::vector<Column> types;    ///< columns whose type is given; the others' are inferred

  bool operator==(const Classifier&) const = default;
};

/// A crawler has no more.
inline constexpr size_t kMaxClassifiers = 50;

/// Reads a classifier from its JSON form: {"name", "kind": "csv", "delimiter", "quote", "escape", "comment",
/// "header", "skip_lines", "names": [...]}, {"name", "kind": "json", "path": "$.data.items[*]"} or {"name",
/// "kind": "regex", "pattern", "unmatched": "fail"|"skip"}, each also with "types": {"column": "DOUBLE"}.
/// `pointer` is where the value stands. Errors: kInvalidArgument with where() = the JSON pointer of what is
/// wrong.
Result<Classifier> ParseClassifier(const nlohmann::json& value, const std::string& pointer = "");
/// Reads an array of them; their names differ.
Result<std::vector<Classifier>> ParseClassifiers(const nlohmann::json& array,
                                                 const std::string& pointer = "");
nlohmann::json ClassifierToJson(const Classifier& classifier);

}  // namespace tarn::catalog
