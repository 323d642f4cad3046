#include "services/extract/s3/configuration/tag_set.h"

#include <algorithm>

#include "common/http/message.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxTagKeyCharacters = 128, kMaxTagValueCharacters = 256;

size_t CharacterCount(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

S3Status CheckCount(size_t count, size_t max_tags) {
  if (count <= max_tags) return {};
  return S3Error(S3Code::kBadRequest,
                 max_tags == kMaxObjectTags
                     ? "Object tags cannot be greater than 10"
                     : "Bucket tag count cannot be greater than " + std::to_string(max_tags));
}

S3Result<std::string> DecodeForm(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  auto decoded = http::PercentDecode(spaced);
  if (!decoded.ok()) {
    return S3Error(S3Code::kInvalidArgument,
                   "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded "
                   "URL query parameters without tag name duplicates.")
        .With("ArgumentName", "x-amz-tagging");
  }
  return std::move(decoded).value();
}

}  // namespace

S3Status CheckTag(const std::string& key, const std::string& value) {
  if (key.empty() || CharacterCount(key) > kMaxTagKeyCharacters) {
    return S3Error(S3Code::kInvalidTag, "The TagKey you have provided is invalid").With("TagKey", key);
  }
  if (CharacterCount(value) > kMaxTagValueCharacters) {
    return S3Error(S3Code::kInvalidTag, "The TagValue you have provided is invalid").With("TagKey", key);
  }
  return {};
}

S3Status ReadTag(const XmlElement& tag, Tags& tags) {
  auto key = tag.ChildText("Key");
  auto value = tag.ChildText("Value");
  if (!key || !value) return S3Error(S3Code::kMalformedXml);
  TARN_TRY(CheckTag(*key, *value));
  if (!tags.emplace(*key, std::move(*value)).second) {
    return S3Error(S3Code::kInvalidTag, "Cannot provide multiple Tags with the same key")
        .With("TagKey", *key);
  }
  return {};
}

void WriteTags(XmlWriter& xml, const Tags& tags) {
  for (const auto& [key, value] : tags) xml.Open("Tag").Text("Key", key).Text("Value", value).Close();
}

S3Result<Tags> ParseTagging(std::string_view xml, size_t max_tags) {
  TARN_ASSIGN(const XmlElement root, ReadXml(xml));
  const XmlElement* set = root.name == "Tagging" ? root.Child("TagSet") : nullptr;
  if (!set) return S3Error(S3Code::kMalformedXml);
  Tags tags;
  TARN_TRY(CheckCount(set->children.size(), max_tags));
  for (const XmlElement& tag : set->children) {
    if (tag.name != "Tag") return S3Error(S3Code::kMalformedXml);
    TARN_TRY(ReadTag(tag, tags));
  }
  return tags;
}

std::string RenderTagging(const Tags& tags) {
  XmlWriter xml("Tagging");
  xml.Open("TagSet");
  WriteTags(xml, tags);
  return std::move(xml).Finish();
}

S3Result<Tags> ParseTaggingHeader(std::string_view header) {
  Tags tags;
  while (!header.empty()) {
    const std::string_view pair = header.substr(0, header.find('&'));
    header.remove_prefix(std::min(pair.size() + 1, header.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    TARN_ASSIGN(std::string key, DecodeForm(pair.substr(0, equals)));
    TARN_ASSIGN(std::string value, DecodeForm(pair.substr(std::min(equals + 1, pair.size()))));
    TARN_TRY(CheckTag(key, value));
    if (!tags.emplace(std::move(key), std::move(value)).second) {
      return S3Error(S3Code::kInvalidArgument,
                     "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded "
                     "URL query parameters without tag name duplicates.")
          .With("ArgumentName", "x-amz-tagging");
    }
  }
  TARN_TRY(CheckCount(tags.size(), kMaxObjectTags));
  return tags;
}

}  // namespace tarn::extract::s3
