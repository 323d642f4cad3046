#include "services/extract/s3/wire/xml_writer.h"

#include <cassert>

namespace tarn::extract::s3 {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

// The text is UTF-8, as everything that the store keeps. XML 1.0 section 2.2 leaves out most control characters, U+FFFE
// and U+FFFF; parsers refuse the whole document for one of them, also when it is written as a reference. A CR is
// escaped because parsers would read it as a LF.
std::string EscapeXml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else if (c == '\r') {
      escaped += "&#13;";
    } else if (static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n') {
      escaped += kReplacement;
    } else if (text.substr(i).starts_with("\xEF\xBF\xBE") || text.substr(i).starts_with("\xEF\xBF\xBF")) {
      escaped += kReplacement;
      i += 2;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

XmlWriter::XmlWriter(std::string_view root, std::string_view xml_namespace) {
  document_ = R"(<?xml version="1.0" encoding="UTF-8"?>)" "\n";
  Attributes attributes;
  if (!xml_namespace.empty()) attributes.emplace_back("xmlns", xml_namespace);
  Open(root, attributes);
}

XmlWriter& XmlWriter::Open(std::string_view name, const Attributes& attributes) {
  document_.append("<").append(name);
  for (const auto& [attribute, value] : attributes) {
    document_.append(" ").append(attribute).append("=\"").append(EscapeXml(value)).append("\"");
  }
  document_ += '>';
  open_.emplace_back(name);
  return *this;
}

XmlWriter& XmlWriter::Close() {
  assert(!open_.empty() && "nothing is open");
  document_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

XmlWriter& XmlWriter::Text(std::string_view name, std::string_view text) {
  document_.append("<").append(name).append(">").append(EscapeXml(text));
  document_.append("</").append(name).append(">");
  return *this;
}

XmlWriter& XmlWriter::Number(std::string_view name, int64_t value) { return Text(name, std::to_string(value)); }

XmlWriter& XmlWriter::Flag(std::string_view name, bool value) { return Text(name, value ? "true" : "false"); }

std::string XmlWriter::Finish() && {
  while (!open_.empty()) Close();
  return std::move(document_);
}

}  // namespace tarn::extract::s3
