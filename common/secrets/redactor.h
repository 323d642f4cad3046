#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::secrets {

/// Takes secrets out of texts that people may see. Immutable, so any thread may use it.
class Redactor {
 public:
  /// Values of fewer than four bytes are left alone: they would hide ordinary text.
  explicit Redactor(const std::vector<std::string>& secrets);

  /// The text with "***" in place of every secret: as it is, percent-encoded (RFC 3986), and in base64, alone.
  std::string Redact(std::string_view text) const;

 private:
  std::vector<std::string> forms_;  // the longest first, so that no part of one stays
};

}  // namespace tarn::secrets
