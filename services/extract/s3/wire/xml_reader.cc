#include "services/extract/s3/wire/xml_reader.h"

#include <algorithm>
#include <charconv>
#include <pugixml.hpp>

#include "common/text/utf8.h"

namespace tarn::extract::s3 {
namespace {

S3Error Malformed(const std::string& why) {
  return S3Error(S3Code::kMalformedXml, S3Error(S3Code::kMalformedXml).message + " " + why);
}

bool IsXmlCharacter(uint32_t c) {
  return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

// "lt", "#60", "#x3c": XML 1.0 sections 4.1 and 4.6. Others would have to be declared, and declarations are refused.
bool AppendReference(std::string& text, std::string_view name) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [entity, character] : kEntities) {
    if (name == entity) {
      text += character;
      return true;
    }
  }
  const bool hexadecimal = name.starts_with("#x");
  if (!name.starts_with('#')) return false;
  name.remove_prefix(hexadecimal ? 2 : 1);
  uint32_t character = 0;
  const auto [end, failure] =
      std::from_chars(name.data(), name.data() + name.size(), character, hexadecimal ? 16 : 10);
  if (failure != std::errc() || end != name.data() + name.size() || !IsXmlCharacter(character)) return false;
  text::AppendUtf8(text, character);
  return true;
}

// False if a reference is none that XML itself knows.
bool AppendUnescaped(std::string& text, std::string_view raw) {
  for (;;) {
    const size_t ampersand = raw.find('&');
    text += raw.substr(0, ampersand);
    if (ampersand == std::string_view::npos) return true;
    raw.remove_prefix(ampersand + 1);
    const size_t semicolon = raw.find(';');
    if (semicolon == std::string_view::npos || !AppendReference(text, raw.substr(0, semicolon))) return false;
    raw.remove_prefix(semicolon + 1);
  }
}

std::string LocalName(std::string_view name) {
  const size_t colon = name.find(':');
  return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

// Copies what pugixml parsed into elements of our own. Goes as deep as the limit lets it.
class Copier {
 public:
  explicit Copier(const XmlLimits& limits) : limits_(limits) {}

  S3Status Copy(const pugi::xml_node& node, size_t depth, XmlElement& element) {
    if (depth > limits_.max_depth) return Malformed("It is nested too deeply.");
    if (++elements_ > limits_.max_elements) return Malformed("It has too many elements.");
    element.name = LocalName(node.name());
    for (const pugi::xml_attribute attribute : node.attributes()) {
      std::string value;
      if (!AppendUnescaped(value, attribute.value())) return Malformed("It refers to an unknown entity.");
      element.attributes.emplace_back(attribute.name(), std::move(value));
    }
    for (const pugi::xml_node child : node.children()) TARN_TRY(CopyContent(child, depth, element));
    if (!element.children.empty()) element.text.clear();
    return {};
  }

 private:
  S3Status CopyContent(const pugi::xml_node& child, size_t depth, XmlElement& element) {
    if (child.type() == pugi::node_element) return Copy(child, depth + 1, element.children.emplace_back());
    if (child.type() == pugi::node_cdata) element.text += child.value();
    if (child.type() == pugi::node_pcdata && !AppendUnescaped(element.text, child.value())) {
      return Malformed("It refers to an unknown entity.");
    }
    return {};
  }

  const XmlLimits& limits_;
  size_t elements_ = 0;
};

bool HasForbiddenByte(std::string_view document) {
  return std::any_of(document.begin(), document.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; });
}

}  // namespace

const XmlElement* XmlElement::Child(std::string_view child_name) const {
  for (const XmlElement& child : children) {
    if (child.name == child_name) return &child;
  }
  return nullptr;
}

std::optional<std::string> XmlElement::ChildText(std::string_view child_name) const {
  const XmlElement* child = Child(child_name);
  if (!child) return std::nullopt;
  return child->text;
}

S3Result<XmlElement> ReadXml(std::string_view text, const XmlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return S3Error(S3Code::kMaxMessageLengthExceeded)
        .With("MaxMessageLengthBytes", std::to_string(limits.max_bytes));
  }
  // Refused before anything is allocated for them: an element has one '<' or two, and text in between may hold comments.
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '<')) > 4 * limits.max_elements) {
    return Malformed("It has too many elements.");
  }
  if (HasForbiddenByte(text) || !text::IsUtf8(text)) return Malformed("It is not XML 1.0 in UTF-8.");
  pugi::xml_document document;
  // Escapes are left to AppendUnescaped(), since pugixml passes over those it does not know. Blank text is kept: a key
  // may be a space.
  constexpr unsigned int kOptions =
      pugi::parse_cdata | pugi::parse_doctype | pugi::parse_eol | pugi::parse_ws_pcdata;
  const pugi::xml_parse_result parsed =
      document.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  if (!parsed) return Malformed(std::string(parsed.description()) + " at byte " + std::to_string(parsed.offset) + ".");
  pugi::xml_node root;
  for (const pugi::xml_node node : document.children()) {
    if (node.type() == pugi::node_doctype) return Malformed("A document type is not taken.");
    if (node.type() != pugi::node_element) continue;
    if (root) return Malformed("It has more than one root element.");
    root = node;
  }
  if (!root) return Malformed("It has no root element.");
  XmlElement element;
  TARN_TRY(Copier(limits).Copy(root, 1, element));
  return element;
}

}  // namespace tarn::extract::s3
