#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/extract/s3/configuration/rule_filter.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// One rule of a replication configuration. Source: "ReplicationRule", Amazon S3 API reference.
struct ReplicationRule {
  std::string id;
  std::optional<int64_t> priority;  ///< of two rules for an object and a destination the greater one counts
  bool enabled = false;
  RuleFilter filter;
  std::string destination;         ///< the ARN as given: "arn:aws:s3:::name"
  std::string destination_bucket;  ///< what stands last in the ARN: "name"
  std::optional<bool> replicate_delete_markers;
  std::optional<bool> replicate_existing_objects;
};

/// The bucket document "replication".
struct ReplicationConfiguration {
  std::string role;  ///< kept for those who ask; means nothing here
  std::vector<ReplicationRule> rules;

  /// Errors: MalformedXML, InvalidArgument, InvalidRequest.
  static S3Result<ReplicationConfiguration> Parse(std::string_view xml);
  std::string Render() const;

  /// The enabled rules for an object, one per destination, the greatest priority first.
  std::vector<const ReplicationRule*> RulesFor(const object_store::ObjectInfo& object) const;
};

}  // namespace tarn::extract::s3
