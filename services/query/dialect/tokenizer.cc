#include "services/query/dialect/tokenizer.h"

#include <array>
#include <cctype>

#include "common/duckdb/engine.h"

namespace tarn::query {
namespace {

constexpr auto kLongSymbols = std::to_array<std::string_view>({"->", "=>", "<>", "!=", "<=", ">=", "||"});
constexpr std::string_view kSymbols = "()[],.;:+-*/%<>=?|{}";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsWord(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool InWord(char c) { return StartsWord(c) || IsDigit(c) || c == '@' || c == '$'; }

class Tokenizer {
 public:
  Tokenizer(std::string_view sql, bool lenient) : sql_(sql), lenient_(lenient) {}

  Result<std::vector<Token>> Run() {
    while (true) {
      TARN_TRY(SkipBlanks());
      Token token;
      token.position = at_;
      if (at_ < sql_.size()) TARN_TRY(Read(token));
      token.end = at_;
      const bool end = token.kind == Token::Kind::kEnd;
      tokens_.push_back(std::move(token));
      if (end) return std::move(tokens_);
    }
  }

 private:
  char Peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  Error Fault(const std::string& message, size_t position) const {
    return Error(Code::kUnprocessable, message).At(duckdb::DescribePosition(sql_, position));
  }

  Status SkipBlanks() {
    while (at_ < sql_.size()) {
      if (std::isspace(static_cast<unsigned char>(Peek()))) {
        ++at_;
      } else if (Peek() == '-' && Peek(1) == '-') {
        while (at_ < sql_.size() && Peek() != '\n') ++at_;
      } else if (Peek() == '/' && Peek(1) == '*') {
        const size_t end = sql_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return Fault("the comment has no end", at_);
        at_ = end + 2;
      } else {
        return Ok();
      }
    }
    return Ok();
  }

  Status Read(Token& token) {
    const char c = Peek();
    if (c == '\'') return Quoted(token, '\'', Token::Kind::kString);
    if (c == '"') return Quoted(token, '"', Token::Kind::kQuoted);
    if (c == '`') return Quoted(token, '`', Token::Kind::kQuoted);
    if ((c == 'X' || c == 'x') && Peek(1) == '\'') return Binary(token);
    if ((c == 'U' || c == 'u') && Peek(1) == '&' && (Peek(2) == '\'' || Peek(2) == '"')) {
      return Fault("U& strings are not supported; write the characters themselves", at_);
    }
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)) && !AfterValue())) return Number(token);
    if (StartsWord(c)) return Word(token);
    if (c == '?') return Parameter(token);
    return Symbol(token);
  }

  // Whether a dot here is a field of what stands before it.
  bool AfterValue() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    return last.kind != Token::Kind::kSymbol || last.text == ")" || last.text == "]";
  }

  Status Quoted(Token& token, char quote, Token::Kind kind) {
    const size_t start = at_++;
    token.kind = kind;
    while (at_ < sql_.size()) {
      if (Peek() == quote && Peek(1) != quote) {
        ++at_;
        if (kind == Token::Kind::kQuoted && token.text.empty()) return Fault("a name is empty", start);
        return Ok();
      }
      if (Peek() == quote) ++at_;
      token.text += sql_[at_++];
    }
    return Fault(kind == Token::Kind::kString ? "the string has no end" : "the quoted name has no end",
                 start);
  }

  Status Binary(Token& token) {
    const size_t start = at_++;
    TARN_TRY(Quoted(token, '\'', Token::Kind::kBinary));
    std::string digits;
    for (const char c : token.text) {
      if (std::isspace(static_cast<unsigned char>(c))) continue;
      if (!std::isxdigit(static_cast<unsigned char>(c)))
        return Fault("a binary string has hexadecimal digits only", start);
      digits += c;
    }
    if (digits.size() % 2 != 0) return Fault("a binary string has an even number of digits", start);
    token.text = digits;
    return Ok();
  }

  void Digits(std::string& text) {
    while (IsDigit(Peek()) || (Peek() == '_' && IsDigit(Peek(1)))) {
      if (Peek() != '_') text += Peek();
      ++at_;
    }
  }

  Status Number(Token& token) {
    token.kind = Token::Kind::kInteger;
    Digits(token.text);
    if (Peek() == '.' && !StartsWord(Peek(1))) {
      token.kind = Token::Kind::kDecimal;
      token.text += sql_[at_++];
      Digits(token.text);
    }
    const bool signed_exponent = (Peek(1) == '+' || Peek(1) == '-') && IsDigit(Peek(2));
    if ((Peek() == 'e' || Peek() == 'E') && (IsDigit(Peek(1)) || signed_exponent)) {
      token.kind = Token::Kind::kDouble;
      token.text += sql_[at_++];
      if (!IsDigit(Peek())) token.text += sql_[at_++];
      Digits(token.text);
    }
    if (StartsWord(Peek()) && !lenient_) return Fault("a number is followed by letters", token.position);
    return Ok();
  }

  Status Word(Token& token) {
    token.kind = Token::Kind::kWord;
    while (InWord(Peek())) token.original += sql_[at_++];
    for (const char c : token.original)
      token.text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return Ok();
  }

  Status Parameter(Token& token) {
    ++at_;
    token.kind = Token::Kind::kParameter;
    token.text = "?";
    return Ok();
  }

  Status Symbol(Token& token) {
    token.kind = Token::Kind::kSymbol;
    for (const std::string_view symbol : kLongSymbols) {
      if (sql_.substr(at_, symbol.size()) != symbol) continue;
      token.text = symbol;
      at_ += symbol.size();
      return Ok();
    }
    if (kSymbols.find(Peek()) == std::string_view::npos && !lenient_) return Fault("SQL has no such character", at_);
    token.text = sql_[at_++];
    return Ok();
  }

  std::string_view sql_;
  const bool lenient_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view sql) { return Tokenizer(sql, false).Run(); }

Result<std::vector<Token>> TokenizeLeniently(std::string_view sql) { return Tokenizer(sql, true).Run(); }

}  // namespace tarn::query
