#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::s3_client {

/// An element of an XML answer: its name without a namespace prefix, its text, its children in order.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<XmlElement> children;

  /// The first child of that name, or null.
  const XmlElement* Find(std::string_view child) const;
  /// The text of the first child of that name, or nothing.
  std::string Text(std::string_view child) const;
};

/// Parses an answer. Document type declarations are refused, so nothing can be expanded or fetched; at most 16 levels
/// and 100,000 elements. Errors: kUnavailable (it is no answer of S3).
Result<XmlElement> ParseAnswer(std::string_view text);

/// For the text of an element in a request.
std::string XmlEscape(std::string_view text);

}  // namespace tarn::s3_client
