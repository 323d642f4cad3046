#include "services/query/sql/statement_reader.h"

namespace tarn::query {

using Kind = Token::Kind;

std::string InnerText::InPlace(std::string_view sql) const {
  std::string placed;
  for (const char c : sql.substr(0, position)) {
    const bool within = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of a character
    if (!within) placed += c == '\n' ? '\n' : ' ';
  }
  return placed + text;
}

Result<ObjectName> StatementReader::QualifiedName(std::string_view what) {
  ObjectName found;
  found.position = Peek().position;
  std::vector<std::string> parts;
  do {
    TARN_ASSIGN(const Identifier part, Name(what));
    parts.push_back(part.name);
  } while (EatSymbol("."));
  if (parts.size() == 3 && parts[0] == "awsdatacatalog") parts.erase(parts.begin());
  if (parts.size() > 2) return FaultAt("a name has two parts at most, database.name", found.position);
  found.name = parts.back();
  if (parts.size() == 2) found.database = parts[0];
  return found;
}

Result<std::string> StatementReader::PlainName(std::string_view what) {
  TARN_ASSIGN(const Identifier name, Name(what));
  return name.name;
}

Result<std::string> StatementReader::WrittenName(std::string_view what) {
  if (!AtName()) return Expected(what);
  const Token& token = Take();
  return token.kind == Kind::kQuoted ? token.text : token.original;
}

Result<std::string> StatementReader::Text(std::string_view what) {
  if (Peek().kind != Kind::kString) return Expected(what);
  return Take().text;
}

Result<std::string> StatementReader::PropertyValue() {
  const Kind kind = Peek().kind;
  if (kind == Kind::kString || kind == Kind::kInteger || kind == Kind::kDecimal) return Take().text;
  if (IsWord("TRUE") || IsWord("FALSE")) return Take().original;
  return Expected("a value in single quotes");
}

Result<Properties> StatementReader::PropertyList() {
  Properties properties;
  TARN_TRY(NeedSymbol("("));
  do {
    const Token& key = Take();
    if (key.kind != Kind::kString && key.kind != Kind::kWord && key.kind != Kind::kQuoted)
      return FaultAt("syntax error: expected 'key' = 'value'", key.position);
    TARN_TRY(NeedSymbol("="));
    TARN_ASSIGN(std::string value, PropertyValue());
    properties.emplace_back(key.kind == Kind::kWord ? key.original : key.text, std::move(value));
  } while (EatSymbol(","));
  TARN_TRY(NeedSymbol(")"));
  return properties;
}

Result<std::string> StatementReader::OptionalComment() {
  if (!EatWord("COMMENT")) return std::string();
  return Text("a comment in single quotes");
}

Result<InnerText> StatementReader::Rest(std::string_view what) {
  if (AtEnd()) return Expected(what);
  const size_t begin = Peek().position;
  size_t end = begin;
  while (!AtEnd()) {
    const Token& token = Take();
    if (token.kind == Kind::kSymbol && token.text == ";" && AtEnd()) break;
    end = token.end;
  }
  return InnerText{std::string(sql_.substr(begin, end - begin)), begin};
}

Result<InnerText> StatementReader::InParentheses(std::string_view what) {
  TARN_TRY(NeedSymbol("("));
  const size_t begin = Peek().position;
  size_t open = 1;
  while (!AtEnd()) {
    const Token& token = Take();
    if (token.kind != Kind::kSymbol) continue;
    if (token.text == "(") ++open;
    if (token.text == ")" && --open == 0) {
      if (token.position == begin) return FaultAt("syntax error: expected " + std::string(what), begin);
      return InnerText{std::string(sql_.substr(begin, token.position - begin)), begin};
    }
  }
  return Expected(")");
}

Status StatementReader::End() {
  EatSymbol(";");
  return AtEnd() ? Ok() : Status(Expected("the end of the statement"));
}

}  // namespace tarn::query
