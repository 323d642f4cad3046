#include "services/extract/sources/rest/link_header.h"

#include <algorithm>

#include "common/http/message.h"

namespace tarn::extract::rest {
namespace {

/// Reads one Link field from left to right.
class LinkField {
 public:
  explicit LinkField(std::string_view text) : text_(text) {}

  /// Goes to the next link. False at the end, or if what follows is no link.
  bool Next() {
    Skip(" \t,");
    if (text_.empty() || text_.front() != '<') return false;
    const size_t close = text_.find('>');
    if (close == std::string_view::npos) return false;
    target_ = text_.substr(1, close - 1);
    text_.remove_prefix(close + 1);
    relations_.clear();
    ReadParameters();
    return true;
  }

  std::string_view target() const { return target_; }

  bool Has(std::string_view relation) const {
    std::string_view rest = relations_;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (http::EqualsIgnoringCase(rest.substr(0, end), relation)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  }

 private:
  void ReadParameters() {
    bool seen = false;
    for (Skip(" \t"); !text_.empty() && text_.front() == ';'; Skip(" \t")) {
      Skip("; \t");
      const size_t name_end = std::min(text_.find_first_of("=;, \t"), text_.size());
      const std::string_view name = text_.substr(0, name_end);
      text_.remove_prefix(name_end);
      Skip(" \t");
      std::string value;
      if (!text_.empty() && text_.front() == '=') value = ReadValue();
      // Only the first rel counts (section 3.3).
      if (!seen && http::EqualsIgnoringCase(name, "rel")) {
        relations_ = value;
        seen = true;
      }
    }
  }

  std::string ReadValue() {
    text_.remove_prefix(1);
    Skip(" \t");
    std::string value;
    if (text_.empty() || text_.front() != '"') {
      const size_t end = std::min(text_.find_first_of(";, \t"), text_.size());
      value = text_.substr(0, end);
      text_.remove_prefix(end);
      return value;
    }
    for (text_.remove_prefix(1); !text_.empty() && text_.front() != '"'; text_.remove_prefix(1)) {
      if (text_.front() == '\\' && text_.size() > 1) text_.remove_prefix(1);
      value += text_.front();
    }
    if (!text_.empty()) text_.remove_prefix(1);
    return value;
  }

  void Skip(std::string_view characters) {
    text_.remove_prefix(std::min(text_.find_first_not_of(characters), text_.size()));
  }

  std::string_view text_;
  std::string_view target_;
  std::string relations_;
};

}  // namespace

std::string FindLink(const std::vector<std::pair<std::string, std::string>>& headers,
                     std::string_view relation) {
  for (const auto& [name, value] : headers) {
    if (!http::EqualsIgnoringCase(name, "Link")) continue;
    for (LinkField field(value); field.Next();) {
      if (field.Has(relation)) return std::string(field.target());
    }
  }
  return "";
}

}  // namespace tarn::extract::rest
