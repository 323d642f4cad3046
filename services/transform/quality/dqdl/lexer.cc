#include "services/transform/quality/dqdl/lexer.h"

#include <algorithm>

namespace tarn::dqdl {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsWordCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

bool IsNumber(std::string_view word) {
  const size_t dot = word.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), IsDigit);
  };
  if (dot == std::string_view::npos) return digits(word);
  return digits(word.substr(0, dot)) && digits(word.substr(dot + 1));
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      const bool space_before = SkipBlanks();
      Token token;
      token.at = at_;
      token.space_before = space_before;
      const size_t begin = position_;
      if (begin < text_.size()) TARN_TRY(Read(token));
      token.source = text_.substr(begin, position_ - begin);
      tokens.push_back(token);
      if (token.kind == Token::Kind::kEnd) return tokens;
    }
  }

 private:
  char Peek(size_t ahead = 0) const {
    return position_ + ahead < text_.size() ? text_[position_ + ahead] : '\0';
  }

  char Next() {
    const char c = text_[position_++];
    if (c == '\n') {
      ++at_.line;
      at_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++at_.column;  // the later bytes of a character in UTF-8 are no columns of their own
    }
    return c;
  }

  bool SkipBlanks() {
    const size_t begin = position_;
    while (position_ < text_.size()) {
      if (Peek() == '#') {
        while (position_ < text_.size() && Peek() != '\n') Next();
      } else if (IsBlank(Peek())) {
        Next();
      } else {
        break;
      }
    }
    return position_ > begin;
  }

  Status Read(Token& token) {
    const char c = Peek();
    if (c == '"') return ReadText(token);
    if (IsWordCharacter(c)) {
      while (IsWordCharacter(Peek())) token.text += Next();
      token.kind = IsNumber(token.text) ? Token::Kind::kNumber : Token::Kind::kWord;
      return Ok();
    }
    return ReadSymbol(token);
  }

  Status ReadText(Token& token) {
    token.kind = Token::Kind::kText;
    Next();
    while (position_ < text_.size()) {
      const char c = Next();
      if (c == '"') return Ok();
      const bool escape = c == '\\' && (Peek() == '"' || Peek() == '\\');
      token.text += escape ? Next() : c;
    }
    return Error(Code::kInvalidArgument, "expected a closing quotation mark for the one that opens here")
        .At(Describe(token.at));
  }

  Status ReadSymbol(Token& token) {
    constexpr std::string_view kSymbols = "[](){},:=<>+-*/$!";
    token.kind = Token::Kind::kSymbol;
    if (kSymbols.find(Peek()) == std::string_view::npos) {
      return Error(Code::kInvalidArgument, "unexpected character; column names and texts stand in \"quotes\"")
          .At(Describe(token.at));
    }
    token.text = Next();
    const bool can_grow = token.text == "!" || token.text == "<" || token.text == ">";
    if (can_grow && Peek() == '=') token.text += Next();
    return Ok();
  }

  const std::string_view text_;
  size_t position_ = 0;
  Position at_;
};

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text) { return Lexer(text).Run(); }

std::string Describe(const Position& position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

}  // namespace tarn::dqdl
