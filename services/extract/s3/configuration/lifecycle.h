#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time/time.h"
#include "services/extract/s3/configuration/rule_filter.h"
#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// One rule of a lifecycle configuration. Source: "LifecycleRule", Amazon S3 API reference.
struct LifecycleRule {
  std::string id;
  bool enabled = false;
  RuleFilter filter;

  std::optional<int64_t> expire_after_days;  ///< current versions, counted from their last change
  std::optional<Timestamp> expire_at;        ///< all current versions from that midnight UTC on
  bool expire_lone_delete_markers = false;   ///< delete markers with no older versions behind them
  std::optional<int64_t>
      expire_noncurrent_after_days;                 ///< counted from when they stopped being the current one
  std::optional<int64_t> noncurrent_versions_kept;  ///< so many of the newest noncurrent ones stay
  std::optional<int64_t> abort_uploads_after_days;  ///< uploads in parts, counted from their start
};

/// The bucket document "lifecycle".
struct LifecycleConfiguration {
  std::vector<LifecycleRule> rules;

  /// Errors: MalformedXML, InvalidArgument, InvalidRequest, NotImplemented for transitions: there is one
  /// storage class.
  static S3Result<LifecycleConfiguration> Parse(std::string_view xml);
  std::string Render() const;
};

/// When something that became so at `since` is due after `days`: at the midnight UTC that follows, as S3
/// rounds.
Timestamp DueAfterDays(Timestamp since, int64_t days);

}  // namespace tarn::extract::s3
