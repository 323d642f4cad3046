#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/s3_client/client.h"

namespace tarn::s3_client {

/// Uploads one large object in parts, one after the other; memory holds one part. An upload that fails is aborted.
class MultipartUpload {
 public:
  /// All must outlive it.
  MultipartUpload(Client& client, const std::string& key, const PutOptions& options)
      : client_(client), key_(key), options_(options) {}

  /// Errors: as Client::PutObject.
  Result<PutResult> Put(http_client::BodySource& body);

 private:
  Status Create();
  Status PutPart(const std::string& content);
  Status PutParts(http_client::BodySource& body);
  Result<PutResult> Complete();
  void Abort();

  Client& client_;
  const std::string& key_;
  const PutOptions& options_;
  std::string upload_id_;
  std::vector<std::string> part_etags_;
  std::string part_md5s_;  // raw, one after the other: what the object's etag is made from
};

}  // namespace tarn::s3_client
