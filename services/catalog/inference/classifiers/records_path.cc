#include "services/catalog/inference/classifiers/records_path.h"

#include <algorithm>

namespace tarn::catalog {
namespace {

constexpr size_t kMaxMembers = 16;
constexpr std::string_view kEveryElement = "[*]";

Error NoPath() {
  return Error(Code::kInvalidArgument,
               "expected the JSON path of an array: $[*], $.items[*], $.data['odd name'][*]");
}

bool IsPlain(char c) {
  return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Takes .name from the front.
bool TakePlain(std::string_view& text, std::string* name) {
  const size_t end =
      static_cast<size_t>(std::find_if_not(text.begin() + 1, text.end(), IsPlain) - text.begin());
  *name = text.substr(1, end - 1);
  text.remove_prefix(end);
  return !name->empty();
}

// Takes ['name'] or ["name"] from the front.
bool TakeQuoted(std::string_view& text, std::string* name) {
  if (text.size() < 2 || (text[1] != '\'' && text[1] != '"')) return false;
  const char quote = text[1];
  size_t at = 2;
  for (; at < text.size() && text[at] != quote; ++at) {
    if (text[at] == '\\' && ++at == text.size()) return false;
    *name += text[at];
  }
  if (at + 1 >= text.size() || text[at + 1] != ']') return false;
  text.remove_prefix(at + 2);
  return !name->empty();
}

}  // namespace

Result<std::vector<std::string>> ParseRecordsPath(std::string_view text) {
  if (!text.starts_with('$')) return NoPath();
  text.remove_prefix(1);
  std::vector<std::string> members;
  while (!text.empty() && text != kEveryElement) {
    std::string name;
    const bool taken = text[0] == '.'   ? TakePlain(text, &name)
                       : text[0] == '[' ? TakeQuoted(text, &name)
                                        : false;
    if (!taken || members.size() == kMaxMembers) return NoPath();
    members.push_back(std::move(name));
  }
  return members;
}

std::string RecordsPathText(const std::vector<std::string>& members) {
  std::string text = "$";
  for (const std::string& member : members) {
    if (std::all_of(member.begin(), member.end(), IsPlain)) {
      text += "." + member;
      continue;
    }
    text += "['";
    for (const char c : member) text += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    text += "']";
  }
  return text + std::string(kEveryElement);
}

}  // namespace tarn::catalog
