#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// An element of a document, without namespaces: `<s3:Key>` is "Key".
struct XmlElement {
  std::string name;
  std::string text;  ///< of the element itself, as it stands; empty if it has child elements
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;

  /// The first child of that name, or null.
  const XmlElement* Child(std::string_view child_name) const;
  /// Its text; nothing if there is no such child.
  std::optional<std::string> ChildText(std::string_view child_name) const;
};

struct XmlLimits {
  size_t max_bytes = 1 << 20;
  size_t max_depth = 32;
  size_t max_elements = 20'000;
};

/// Reads a whole XML 1.0 document in UTF-8. DOCTYPE and entities other than the five of XML itself are refused, so that
/// a small document cannot become a large one. Errors: MalformedXML, MaxMessageLengthExceeded.
S3Result<XmlElement> ReadXml(std::string_view document, const XmlLimits& limits = {});

}  // namespace tarn::extract::s3
