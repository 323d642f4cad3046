#include "services/extract/sources/client/web_page.h"

#include <strings.h>

#include <algorithm>

namespace tarn::extract {

std::string_view WithoutLeadingSpace(std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  return content.substr(std::min(content.find_first_not_of(" \t\r\n"), content.size()));
}

bool LooksLikeHtml(std::string_view content) {
  constexpr std::string_view kTags[] = {"<!doctype html", "<html", "<head", "<body", "<script"};
  const std::string_view start = WithoutLeadingSpace(content);
  return std::any_of(std::begin(kTags), std::end(kTags), [&](std::string_view tag) {
    return start.size() >= tag.size() && strncasecmp(start.data(), tag.data(), tag.size()) == 0;
  });
}

}  // namespace tarn::extract
