#include "services/catalog/ddl/hive_text.h"

#include <array>
#include <cstdio>

namespace tarn::catalog {
namespace {

std::string Doubled(std::string_view text, char quote) {
  std::string quoted(1, quote);
  for (const char c : text) {
    if (c == quote) quoted += quote;
    quoted += c;
  }
  return quoted += quote;
}

std::string Escaped(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
      return code.data();
  }
}

}  // namespace

std::string HiveName(std::string_view name) { return Doubled(name, '`'); }

std::string HiveLiteral(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c >= 0 && c < ' ') {
      literal += Escaped(c);
      continue;
    }
    if (c == '\'' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal += '\'';
}

std::string SqlName(std::string_view name) { return Doubled(name, '"'); }

}  // namespace tarn::catalog
