#include "services/transform/quality/dqdl/token_stream.h"

#include <algorithm>
#include <cctype>

namespace tarn::dqdl {
namespace {

constexpr size_t kLongestQuote = 60;  // of a token in a message, bytes

std::string Shortened(const std::string& source) {
  if (source.size() <= kLongestQuote) return source;
  size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(source[end]) & 0xC0) == 0x80) --end;
  return source.substr(0, end) + "...";
}

}  // namespace

const Token& TokenStream::Peek(size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

const Token& TokenStream::Next() {
  const Token& token = Peek();
  if (position_ + 1 < tokens_.size()) ++position_;
  return token;
}

bool TokenStream::IsSymbol(std::string_view symbol) const {
  return Peek().kind == Token::Kind::kSymbol && Peek().text == symbol;
}

bool TokenStream::IsKeyword(std::string_view keyword, size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == Token::Kind::kWord &&
         std::equal(token.text.begin(), token.text.end(), keyword.begin(), keyword.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

bool TokenStream::AcceptSymbol(std::string_view symbol) {
  if (!IsSymbol(symbol)) return false;
  Next();
  return true;
}

bool TokenStream::AcceptKeyword(std::string_view keyword) {
  if (!IsKeyword(keyword)) return false;
  Next();
  return true;
}

Status TokenStream::ExpectSymbol(std::string_view symbol) {
  if (!AcceptSymbol(symbol)) return Expected("\"" + std::string(symbol) + "\"");
  return Ok();
}

Status TokenStream::ExpectKeyword(std::string_view keyword) {
  if (!AcceptKeyword(keyword)) return Expected("\"" + std::string(keyword) + "\"");
  return Ok();
}

Error TokenStream::Expected(const std::string& what) const {
  const bool at_end = Peek().kind == Token::Kind::kEnd;
  return Error(
             Code::kInvalidArgument,
             "expected " + what + (at_end ? " at the end of the text" : " near " + Shortened(Peek().source)))
      .At(Describe(Peek().at));
}

std::string TokenStream::SourceSince(size_t begin) const {
  std::string source;
  for (size_t i = begin; i < position_; ++i) {
    if (i > begin && tokens_[i].space_before) source += ' ';
    source += tokens_[i].source;
  }
  return source;
}

}  // namespace tarn::dqdl
