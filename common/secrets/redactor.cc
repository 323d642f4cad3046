#include "common/secrets/redactor.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "common/checksums/checksum.h"

namespace tarn::secrets {
namespace {

constexpr size_t kShortest = 4;
constexpr size_t kShortestWithinBase64 = 8;
constexpr char kMask[] = "***";

std::string PercentEncoded(std::string_view text, const char* digits, const char* space) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else if (c == ' ') {
      out += space;
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string JsonEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string UrlSafe(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

bool IsBase64(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("+/-_=").find(c) != std::string_view::npos;
}

/// The characters of base64 that `secret` alone decides when `before` bytes precede it in its group of three.
std::string InsideBase64(const std::string& secret, size_t before) {
  const std::string whole = checksums::ToBase64(std::string(before, '\0') + secret);
  const size_t first = (before * 8 + 5) / 6, end = (before + secret.size()) * 8 / 6;
  return whole.substr(first, end - first);
}

using Range = std::pair<size_t, size_t>;  // begin and end

template <class Take>
void FindAll(std::string_view text, const std::string& form, const Take& take) {
  for (size_t at = text.find(form); at != std::string_view::npos; at = text.find(form, at + 1)) {
    take(Range(at, at + form.size()));
  }
}

Range WholeBase64(std::string_view text, Range part) {
  while (part.first > 0 && IsBase64(text[part.first - 1])) --part.first;
  while (part.second < text.size() && IsBase64(text[part.second])) ++part.second;
  return part;
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    const std::string base64 = checksums::ToBase64(secret);
    forms_.insert(forms_.end(), {secret, JsonEscaped(secret), base64, UrlSafe(base64)});
    for (const char* digits : {"0123456789ABCDEF", "0123456789abcdef"}) {
      for (const char* space : {"%20", "+"}) forms_.push_back(PercentEncoded(secret, digits, space));
    }
    if (secret.size() < kShortestWithinBase64) continue;
    for (const size_t before : {0, 1, 2}) {
      const std::string inside = InsideBase64(secret, before);
      within_base64_.insert(within_base64_.end(), {inside, UrlSafe(inside)});
    }
  }
  for (auto* forms : {&forms_, &within_base64_}) {
    std::sort(forms->begin(), forms->end());
    forms->erase(std::unique(forms->begin(), forms->end()), forms->end());
  }
}

std::string Redactor::Redact(std::string_view text) const {
  std::vector<Range> found;
  for (const std::string& form : forms_) FindAll(text, form, [&](Range range) { found.push_back(range); });
  for (const std::string& form : within_base64_) {
    FindAll(text, form, [&](Range range) { found.push_back(WholeBase64(text, range)); });
  }
  std::sort(found.begin(), found.end());
  std::string out;
  size_t end = 0;  // of what has been taken over or left out
  for (const auto& [from, to] : found) {
    if (from > end || end == 0) out.append(text.substr(end, from - end)).append(kMask);
    end = std::max(end, to);
  }
  return out.append(text.substr(end));
}

}  // namespace tarn::secrets
