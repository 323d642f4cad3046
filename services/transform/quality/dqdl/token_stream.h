#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/transform/quality/dqdl/lexer.h"

namespace tarn::dqdl {

/// Tokens to be taken one after the other. Keywords are the same in capitals and in small letters.
class TokenStream {
 public:
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& Peek(size_t ahead = 0) const;
  /// Takes a token; the end stays where it is.
  const Token& Next();

  bool IsSymbol(std::string_view symbol) const;
  bool IsKeyword(std::string_view keyword, size_t ahead = 0) const;
  bool AcceptSymbol(std::string_view symbol);
  bool AcceptKeyword(std::string_view keyword);
  Status ExpectSymbol(std::string_view symbol);
  Status ExpectKeyword(std::string_view keyword);

  /// "expected <what> near <word>", at the next token.
  Error Expected(const std::string& what) const;

  size_t position() const { return position_; }
  /// What was written from the token at `begin` up to the next one, on one line.
  std::string SourceSince(size_t begin) const;

 private:
  std::vector<Token> tokens_;
  size_t position_ = 0;
};

}  // namespace tarn::dqdl
