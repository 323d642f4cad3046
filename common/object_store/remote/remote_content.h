#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/object_store/commit_table.h"
#include "common/object_store/object_store.h"
#include "common/s3_client/client.h"

namespace tarn::object_store {

/// The place of the store's content: objects of one bucket at an S3-compatible endpoint. Thread-safe.
class RemoteContent {
 public:
  RemoteContent(std::unique_ptr<s3_client::Client> client, std::string prefix)
      : client_(std::move(client)), prefix_(std::move(prefix)) {}

  /// Whether the key fits into S3's 1,024 bytes with what stands before it. Errors: kInvalidArgument.
  Status CheckLength(const std::string& bucket, const std::string& key) const;

  /// Uploads staged content under its key and returns the endpoint's etag. `staged` is its file; small content may be
  /// in `content` instead. Errors: kNotFound if the file is gone, and the endpoint's.
  Result<std::string> Put(const ObjectInfo& object, const std::filesystem::path& staged,
                          const std::optional<std::string>& content);
  /// Removing what is not there is no error.
  Status Remove(const std::string& bucket, const std::string& key);
  /// Errors: kNotFound, kPreconditionFailed if it is other content than `etag` says by now.
  Result<std::unique_ptr<s3_client::ObjectStream>> Open(const ObjectInfo& object, const std::string& etag,
                                                        std::optional<ByteRange> range);
  Result<s3_client::ObjectHead> Head(const std::string& bucket, const std::string& key);
  /// Lists a bucket's objects in byte order of their keys, from after `after` on, a page of up to 1,000.
  struct Page {
    std::vector<s3_client::ObjectHead> objects;  ///< keys as the store's
    bool truncated = false;
  };
  Result<Page> List(const std::string& bucket, const std::string& after);

 private:
  std::string KeyOf(const std::string& bucket, const std::string& key) const { return prefix_ + bucket + "/" + key; }

  const std::unique_ptr<s3_client::Client> client_;
  const std::string prefix_;
};

}  // namespace tarn::object_store
