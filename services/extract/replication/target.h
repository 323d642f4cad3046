#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/object_store/object_store.h"
#include "common/result/result.h"

namespace tarn::extract {

/// User metadata of a replica: the version it was made from. An object that has it is known as a replica wherever it
/// arrives, so it goes no further, and one that is there already is not sent again.
inline constexpr const char* kReplicaOf = "tarn-replica-of";

/// Opens an object's content from its beginning.
using OpenContent = std::function<Result<std::unique_ptr<object_store::ObjectReader>>()>;

/// A place that objects are replicated to. Thread-safe. Errors with a retryable code are passing; any other will be
/// the same next time.
class ReplicationTarget {
 public:
  virtual ~ReplicationTarget() = default;

  /// Stores the object under its key, with its type, headers, metadata and tags, and compares what was stored with
  /// its MD5. Does nothing if this version is there already.
  virtual Status Put(const object_store::ObjectInfo& object, const OpenContent& open) = 0;
  /// Hides or removes the object of that key; nothing happens if there is none.
  virtual Status Delete(const std::string& bucket, const std::string& key) = 0;
  /// Whether the target answers.
  virtual Status Check() = 0;
};

}  // namespace tarn::extract
