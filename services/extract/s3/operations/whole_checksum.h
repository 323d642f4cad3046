#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/checksums/checksum.h"
#include "common/object_store/versioned_store.h"

namespace tarn::extract::s3 {

/// The checksums of an object that is being joined from parts: the one that the upload was begun with, from
/// those of its parts, and others that the client gives at the end, from the content. Source: "Checking
/// object integrity in Amazon S3", Amazon S3 user guide.
class WholeChecksum {
 public:
  /// `expected`: by algorithm in base64, what the client says they are; a composite one with or without
  /// "-<parts>".
  WholeChecksum(const object_store::Upload& upload, std::map<std::string, std::string> expected);

  /// Must see the whole content, in order, if there is anything to compute from it.
  bool needs_content() const { return !running_.empty(); }
  void Observe(std::string_view content);

  /// Adds the checksums to the attributes of the object. Errors: kInvalidArgument at "checksum" if one
  /// differs from what was expected.
  Status Finish(object_store::ObjectAttributes& attributes);

 private:
  Result<std::string> OfParts(const std::vector<object_store::ObjectPart>& parts) const;

  const std::string algorithm_;
  const bool full_object_;
  const std::map<std::string, std::string> expected_;
  std::map<std::string, std::unique_ptr<checksums::Checksum>> running_;
};

}  // namespace tarn::extract::s3
