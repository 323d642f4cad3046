#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/framing.h"

namespace tarn::http {

/// Parses one HTTP/1.1 request from bytes in memory: the grammar is Boost.Beast's, the strictness
/// framing.h's.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Parses a whole head, as HeadScanner delimits it. Call once.
  std::optional<Refusal> ParseHead(std::string_view head);
  const RequestHead& head() const { return head_; }

  /// Refuses with 413 a body that is or announces itself larger, chunk by chunk.
  void LimitBody(uint64_t bytes);

  /// Decodes body bytes from the front of `input`, appends them to `*body`, and sets `*used` to how many
  /// bytes of input they were. What is not used must stand at the front of the next input.
  std::optional<Refusal> ParseBody(std::string_view input, size_t* used, std::string* body);

  /// The whole request has been parsed.
  bool done() const;

 private:
  class Grammar;
  std::unique_ptr<Grammar> grammar_;
  RequestHead head_;
};

}  // namespace tarn::http
