#include "common/s3_client/answer_xml.h"

#include <expat.h>

#include <memory>

namespace tarn::s3_client {
namespace {

constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxElements = 100'000;

struct Builder {
  XML_Parser parser = nullptr;
  XmlElement root;
  std::vector<XmlElement*> open;  // from the root down; a parent's children grow only while none of them is open
  size_t elements = 0;
};

void OnStart(void* context, const XML_Char* name, const XML_Char**) {
  auto& builder = *static_cast<Builder*>(context);
  if (builder.open.size() >= kMaxDepth || ++builder.elements > kMaxElements) {
    XML_StopParser(builder.parser, XML_FALSE);
    return;
  }
  XmlElement* element = &builder.root;
  if (!builder.open.empty()) element = &builder.open.back()->children.emplace_back();
  const std::string_view full = name;
  element->name = full.substr(full.rfind(':') + 1);  // npos + 1 is 0
  builder.open.push_back(element);
}

void OnEnd(void* context, const XML_Char*) { static_cast<Builder*>(context)->open.pop_back(); }

void OnText(void* context, const XML_Char* text, int size) {
  auto& builder = *static_cast<Builder*>(context);
  if (!builder.open.empty()) builder.open.back()->text.append(text, static_cast<size_t>(size));
}

void OnDoctype(void* context, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  XML_StopParser(static_cast<Builder*>(context)->parser, XML_FALSE);
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
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate("UTF-8"), XML_ParserFree);
  if (!parser) return Error(Code::kInternal, "out of memory");
  Builder builder;
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDoctype);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    return Error(Code::kUnavailable, "the S3 endpoint's answer is not the XML that S3 sends");
  }
  return std::move(builder.root);
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
