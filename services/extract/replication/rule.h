#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::extract {

/// One rule of a bucket's replication configuration: which objects go to which target.
struct ReplicationRule {
  std::string id;
  int64_t priority = 0;  ///< of two rules for one object and target the greater one counts
  bool enabled = false;
  std::string prefix;
  std::map<std::string, std::string> tags;  ///< an object must have them all
  std::string target;                       ///< what stands last in the destination's ARN: "arn:aws:s3:::<target>"
  bool delete_markers = false;

  /// `object` needs its attributes where the rule has tags.
  bool Matches(const object_store::ObjectInfo& object) const;
};

/// The name of the bucket document that holds the configuration.
inline constexpr const char* kReplicationDocument = "replication";

/// Reads S3's ReplicationConfiguration (XML). Source: "ReplicationConfiguration", Amazon S3 API reference.
/// Errors: kInvalidArgument.
Result<std::vector<ReplicationRule>> ParseReplicationRules(std::string_view document);

/// The enabled rules that match, at most one per target.
std::vector<ReplicationRule> RulesFor(const object_store::ObjectInfo& object,
                                      const std::vector<ReplicationRule>& rules);

}  // namespace tarn::extract
