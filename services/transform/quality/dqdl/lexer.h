#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

struct Token {
  enum class Kind {
    kWord,    ///< letters, digits, '_' and '.': names and keywords
    kNumber,  ///< 12 or 0.5, without a sign
    kText,    ///< between quotation marks; `text` is what they hold
    kSymbol,  ///< [ ] ( ) { } , : = != < <= > >= + - * / $
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  std::string source;  ///< as it was written
  Position at;
  bool space_before = false;
};

/// Splits DQDL into tokens; the last is kEnd. "#" begins a comment up to the end of the line. In quotes \"
/// and \\ stand for a quotation mark and a backslash; any other backslash stands for itself, as regular
/// expressions need it. Errors: kInvalidArgument with where() = "line <n>, column <n>".
Result<std::vector<Token>> Tokenize(std::string_view text);

/// "line <n>, column <n>".
std::string Describe(const Position& position);

}  // namespace tarn::dqdl
