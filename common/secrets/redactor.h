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

  /// The text with "***" in place of every secret: as it is, percent-encoded (RFC 3986, or with "+" as forms
  /// have it), as a JSON string has it, and in base64 (RFC 4648, both alphabets). In base64 it may stand
  /// behind other bytes, as a password in a Basic header does; then all of the base64 goes.
  std::string Redact(std::string_view text) const;

 private:
  std::vector<std::string> forms_;
  std::vector<std::string>
      within_base64_;  // what a secret of eight bytes or more makes of it, wherever it begins
};

}  // namespace tarn::secrets
