#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::extract::s3 {

inline constexpr std::string_view kS3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Writes one XML document, front to back:
///   XmlWriter xml("ListBucketResult");
///   xml.Text("Name", bucket).Open("Contents").Text("Key", key).Close();
///   return std::move(xml).Finish();
class XmlWriter {
 public:
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  /// Begins with the declaration and the root element; an empty `xml_namespace` for none.
  explicit XmlWriter(std::string_view root, std::string_view xml_namespace = kS3Namespace);

  XmlWriter& Open(std::string_view name, const Attributes& attributes = {});
  /// Ends the element that was opened last and is still open.
  XmlWriter& Close();
  /// An element with text, escaped. Characters that XML 1.0 cannot hold become U+FFFD: clients that must tell such keys
  /// ask for encoding-type=url.
  XmlWriter& Text(std::string_view name, std::string_view text);
  XmlWriter& Number(std::string_view name, int64_t value);
  XmlWriter& Flag(std::string_view name, bool value);  ///< "true" or "false"

  /// Closes what is open and returns the document.
  std::string Finish() &&;

 private:
  std::string document_;
  std::vector<std::string> open_;
};

/// Text with what XML gives a meaning escaped, for elements and attributes.
std::string EscapeXml(std::string_view text);

}  // namespace tarn::extract::s3
