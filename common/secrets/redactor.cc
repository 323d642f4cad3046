#include "common/secrets/redactor.h"

#include <algorithm>

#include "common/checksums/checksum.h"

namespace tarn::secrets {
namespace {

constexpr size_t kShortest = 4;

std::string PercentEncoded(std::string_view text, bool lower_case) {
  const char* const digits = lower_case ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', digits[c >> 4], digits[c & 15]};
    }
  }
  return out;
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    forms_.insert(forms_.end(), {secret, PercentEncoded(secret, false), PercentEncoded(secret, true),
                                 checksums::ToBase64(secret)});
  }
  std::sort(forms_.begin(), forms_.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  forms_.erase(std::unique(forms_.begin(), forms_.end()), forms_.end());
}

std::string Redactor::Redact(std::string_view text) const {
  std::string out(text);
  for (const std::string& form : forms_) {
    for (size_t at = out.find(form); at != std::string::npos; at = out.find(form, at + 3)) out.replace(at, form.size(), "***");
  }
  return out;
}

}  // namespace tarn::secrets
