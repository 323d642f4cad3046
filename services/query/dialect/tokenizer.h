#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::query {

/// A piece of Athena SQL.
struct Token {
  enum class Kind {
    kWord,
    kQuoted,
    kString,
    kBinary,
    kInteger,
    kDecimal,
    kDouble,
    kSymbol,
    kParameter,
    kEnd
  };

  Kind kind = Kind::kEnd;
  /// kWord: in upper case; kQuoted, kString: the text without quotes; kBinary: hexadecimal digits; else as
  /// written.
  std::string text;
  std::string original;  ///< kWord: as written
  size_t position = 0;   ///< byte offset in the SQL
  size_t end = 0;        ///< of the byte behind it
};

/// Cuts Athena SQL into tokens, the last of them kEnd. Comments and blanks are left out; identifiers stand in
/// double quotes or, as Hive writes them, in backticks. `sql` is UTF-8. Errors: kUnprocessable with where() =
/// "line L, column C" for an unclosed string, name or comment and for a character that SQL does not have.
Result<std::vector<Token>> Tokenize(std::string_view sql);

/// The same for statements around a query in another dialect: a character that SQL does not have is a symbol, and a
/// number may end in letters.
Result<std::vector<Token>> TokenizeLeniently(std::string_view sql);

}  // namespace tarn::query
