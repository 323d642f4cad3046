#pragma once

#include <memory>
#include <string>

#include "common/s3_client/client.h"
#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {

/// Objects of another S3 bucket, listed anew by each run and told apart by their ETags.
class BucketPlace : public Place {
 public:
  /// Errors: kInvalidArgument for the endpoint, the region or the bucket.
  static Result<std::unique_ptr<Place>> Make(const Options& options, RunContext& context);

  Result<Listing> List() override;
  Result<Fetched> Fetch(const ListedFile& file, const FileVersion* before, PartialFile& into) override;
  Result<FileVersion> FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) override;

 private:
  BucketPlace(const Options& options, RunContext& context, std::unique_ptr<s3_client::Client> client)
      : options_(options), context_(context), client_(std::move(client)) {}

  /// Errors: kPreconditionFailed if the object is another than `wanted` by now.
  Status Download(const std::string& key, const FileVersion& wanted, PartialFile& into);
  Status Receive(s3_client::ObjectStream& stream, PartialFile& into);

  const Options& options_;
  RunContext& context_;
  const std::unique_ptr<s3_client::Client> client_;
};

}  // namespace tarn::extract::files
