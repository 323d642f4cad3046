#pragma once

#include <memory>
#include <string>

#include "common/s3_client/client.h"
#include "services/extract/replication/target.h"

namespace tarn::extract {

/// A bucket at an S3-compatible endpoint: AWS, MinIO, another Tarn.
class S3Target final : public ReplicationTarget {
 public:
  /// With `prefix`, keys are stored behind it.
  S3Target(std::unique_ptr<s3_client::Client> client, std::string prefix)
      : client_(std::move(client)), prefix_(std::move(prefix)) {}

  Status Put(const object_store::ObjectInfo& object, const OpenContent& open) override;
  Status Delete(const std::string& bucket, const std::string& key) override;
  Status Check() override { return client_->HeadBucket(); }

 private:
  const std::unique_ptr<s3_client::Client> client_;
  const std::string prefix_;
};

}  // namespace tarn::extract
