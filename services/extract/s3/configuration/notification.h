#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// Who is told of which events. Source: "NotificationConfiguration", Amazon S3 API reference.
struct NotificationTarget {
  enum class Kind { kQueue, kTopic, kFunction } kind = Kind::kQueue;
  std::string id;
  std::string arn;                  ///< as given
  std::vector<std::string> events;  ///< "s3:ObjectCreated:*", "s3:ObjectRemoved:DeleteMarkerCreated" ...
  std::string prefix, suffix;       ///< of keys; empty: any

  /// True if one of `events` is `name`, or has a '*' where the names differ.
  bool Wants(std::string_view name) const;
};

/// The bucket document "notification".
struct NotificationConfiguration {
  std::vector<NotificationTarget> targets;
  bool event_bridge = false;

  /// An empty configuration is fine: it turns notifications off. Errors: MalformedXML, InvalidArgument.
  static S3Result<NotificationConfiguration> Parse(std::string_view xml);
  std::string Render() const;
};

}  // namespace tarn::extract::s3
