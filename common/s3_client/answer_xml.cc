#include "common/s3_client/answer_xml.h"

#include <algorithm>
#include <pugixml.hpp>

#include "common/http/message.h"

namespace tarn::s3_client {
namespace {

constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxElements = 100'000;

// Copies what pugixml parsed. False if it goes too deep or is too much.
bool Copy(const pugi::xml_node& node, size_t depth, size_t& elements, XmlElement& element) {
  if (depth > kMaxDepth || ++elements > kMaxElements) return false;
  const std::string_view full = node.name();
  element.name = full.substr(full.rfind(':') + 1);  // npos + 1 is 0
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) element.text += child.value();
    if (child.type() != pugi::node_element) continue;
    if (!Copy(child, depth + 1, elements, element.children.emplace_back())) return false;
  }
  return true;
}

bool Parse(std::string_view text, XmlElement& root) {
  // Before anything is allocated for them: an element has one '<' or two.
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '<')) > 2 * kMaxElements + 1) return false;
  if (!http::IsUtf8(text)) return false;
  pugi::xml_document document;
  // Blank text is kept, as a key may be a space. Entities other than XML's five and characters stay as they are written.
  constexpr unsigned int kOptions = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_doctype |
                                    pugi::parse_ws_pcdata;
  if (!document.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8)) return false;
  pugi::xml_node found;
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_doctype || (node.type() == pugi::node_element && found)) return false;
    if (node.type() == pugi::node_element) found = node;
  }
  size_t elements = 0;
  return found && Copy(found, 1, elements, root);
}

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& element : children) {
    if (element.name == child) return &element;
  }
  return nullptr;
}

std::string XmlElement::Text(std::string_view child) const {
  const XmlElement* const found = Find(child);
  return found ? found->text : "";
}

Result<XmlElement> ParseAnswer(std::string_view text) {
  XmlElement root;
  if (!Parse(text, root)) {
    return Error(Code::kUnavailable, "the S3 endpoint's answer is not the XML that S3 sends");
  }
  return root;
}

std::string XmlEscape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace tarn::s3_client
