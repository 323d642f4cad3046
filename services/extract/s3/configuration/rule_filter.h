#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/object_store/object_store.h"
#include "services/extract/s3/configuration/tag_set.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/xml_reader.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {

/// Which objects a lifecycle or replication rule is for: all conditions that are set must hold.
struct RuleFilter {
  /// How it stands in the XML: `<Filter>`, or the older `<Prefix>` of the rule itself.
  bool old_form = false;
  std::optional<std::string> prefix;
  Tags tags;
  std::optional<uint64_t> size_greater_than, size_less_than;  ///< in bytes

  /// True if the filter speaks of this object, by its key, its tags and its size.
  bool Matches(const object_store::ObjectInfo& object) const;
  /// True if it may speak of something under that prefix whose tags and size are not known yet (an upload).
  bool MatchesKey(const std::string& key) const { return !prefix || key.starts_with(*prefix); }
};

/// Reads `<Filter>` or `<Prefix>` of a rule. Errors: MalformedXML, InvalidTag.
S3Result<RuleFilter> ParseRuleFilter(const XmlElement& rule);
void WriteRuleFilter(XmlWriter& xml, const RuleFilter& filter);

/// The whole number in a child of `parent`; nothing if there is no such child. Errors: MalformedXML.
S3Result<std::optional<int64_t>> ChildNumber(const XmlElement& parent, std::string_view name);

/// Reads `<Status>`: true for Enabled. Errors: MalformedXML unless it is Enabled or Disabled.
S3Result<bool> ReadEnabled(const XmlElement& element);

/// Reads `<ID>`, or makes one: up to 255 bytes. Errors: InvalidArgument.
S3Result<std::string> ReadRuleId(const XmlElement& rule);

/// Errors: MalformedXML if `element` has a child that is not one of `known`.
S3Status CheckChildren(const XmlElement& element, std::initializer_list<std::string_view> known);

}  // namespace tarn::extract::s3
