#include "services/catalog/inference/csv/dialect.h"

namespace tarn::inference {
namespace {

std::string Shown(char c) {
  if (c == 0) return "none";
  return c == '\'' ? "\"'\"" : std::string("'") + c + "'";
}

}  // namespace

std::string DescribeDelimiter(const Dialect& dialect) {
  if (dialect.delimiter == "\t") return dialect.collapse ? "runs of tabs" : "tab";
  if (dialect.delimiter == " ") return dialect.collapse ? "runs of spaces" : "space";
  const auto first = static_cast<unsigned char>(dialect.delimiter[0]);
  if (first < 0x20) return "control character " + std::to_string(first);
  return "'" + dialect.delimiter + "'";
}

std::string DescribeDialect(const Dialect& dialect) {
  return "delimiter " + DescribeDelimiter(dialect) + ", quote " + Shown(dialect.quote) + ", escape " +
         Shown(dialect.escape);
}

}  // namespace tarn::inference
