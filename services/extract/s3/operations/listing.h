#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/extract/s3/operations/operation.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {

/// What the listings of objects, versions and uploads have in common in their requests and answers.
class Listing {
 public:
  static constexpr int64_t kMaxPage = 1000;

  /// `limit_name` is "max-keys" or "max-uploads". Errors: InvalidArgument.
  static S3Result<Listing> Read(const S3Request& request, std::string_view limit_name);

  std::string prefix, delimiter;
  int64_t limit = kMaxPage;
  bool encode = false;  ///< encoding-type=url

  /// An element with a key or a part of one, percent-encoded if that was asked for ('/' stays).
  void WriteKey(XmlWriter& xml, std::string_view element, std::string_view key) const;
  void WriteCommonPrefixes(XmlWriter& xml, const std::vector<std::string>& prefixes) const;
  /// EncodingType and Delimiter, where they were asked for.
  void WriteAsked(XmlWriter& xml) const;
};

/// Writes the elements of a listed object but for its names: LastModified, ETag, Size, StorageClass ...
void WriteListedObject(XmlWriter& xml, const object_store::ObjectInfo& object);

/// The objects and common prefixes after `after`; an empty page for a limit of 0. Errors: NoSuchBucket.
S3Result<object_store::ListPage> ListPageOf(VersionedStore& store, const std::string& bucket,
                                            const Listing& listing, const std::string& after);

}  // namespace tarn::extract::s3
