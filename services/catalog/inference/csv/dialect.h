#pragma once

#include <string>
#include <string_view>

namespace tarn::inference {

/// How the records of a CSV file are written.
struct Dialect {
  std::string delimiter = ",";  ///< one character as a rule, up to four
  char quote = '"';             ///< 0: none
  char escape = '"';            ///< of a quote inside quotes: the quote itself (doubled) or a backslash
  std::string comment;          ///< what comment lines start with; empty: there are none
  bool collapse = false;        ///< several delimiters in a row count as one, as in aligned columns

  bool operator==(const Dialect&) const = default;
};

/// "','" or "tab", for people.
std::string DescribeDelimiter(const Dialect& dialect);
/// "delimiter ',' quote '\"' escape '\"'".
std::string DescribeDialect(const Dialect& dialect);

}  // namespace tarn::inference
