#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {

using Tags = std::map<std::string, std::string>;

inline constexpr size_t kMaxObjectTags = 10, kMaxBucketTags = 50;

/// Checks one tag: a key of 1 to 128 characters, a value of up to 256. Errors: InvalidTag.
S3Status CheckTag(const std::string& key, const std::string& value);

/// Reads `<Key>` and `<Value>` of a `<Tag>` into `tags`. Errors: MalformedXML, InvalidTag (also for a key
/// seen before).
S3Status ReadTag(const XmlElement& tag, Tags& tags);
void WriteTags(XmlWriter& xml, const Tags& tags);

/// Reads a `Tagging` document. Errors: MalformedXML, InvalidTag, BadRequest over `max_tags`.
S3Result<Tags> ParseTagging(std::string_view xml, size_t max_tags);
std::string RenderTagging(const Tags& tags);

/// Reads the header x-amz-tagging: `a=1&b=two%20words`, '+' for a space. Errors: InvalidArgument, InvalidTag,
/// BadRequest over ten.
S3Result<Tags> ParseTaggingHeader(std::string_view header);

}  // namespace tarn::extract::s3
