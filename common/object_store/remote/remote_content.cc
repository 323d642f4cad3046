#include "common/object_store/remote/remote_content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/object_store/posix_file.h"
#include "common/s3_client/body.h"

namespace tarn::object_store {
namespace {

class FileBody final : public http_client::BodySource {
 public:
  FileBody(FileDescriptor file, uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}

  uint64_t size_bytes() const override { return size_bytes_; }
  Result<size_t> Read(char* into, size_t size) override {
    for (;;) {
      const ssize_t count = pread(file_.get(), into, size, offset_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemError(errno, "read a staged file");
      offset_ += count;
      return static_cast<size_t>(count);
    }
  }
  Status Rewind() override {
    offset_ = 0;
    return Ok();
  }

 private:
  const FileDescriptor file_;
  const uint64_t size_bytes_;
  off_t offset_ = 0;
};

s3_client::PutOptions OptionsFor(const ObjectInfo& object) {
  s3_client::PutOptions options;
  options.content_type = object.content_type;
  options.metadata = object.metadata;
  options.headers = object.attributes.headers;
  options.tags = object.attributes.tags;
  if (object.etag.find('-') == std::string::npos) options.md5 = object.etag;
  return options;
}

}  // namespace

Status RemoteContent::CheckLength(const std::string& bucket, const std::string& key) const {
  const size_t longest = 1024 - std::min<size_t>(1024, prefix_.size() + bucket.size() + 1);
  if (key.size() <= longest) return Ok();
  return Error(Code::kInvalidArgument, "a key of this store has at most " + std::to_string(longest) +
                                           " bytes, as the bucket's name stands before it at the S3 endpoint").At("key");
}

Result<std::string> RemoteContent::Put(const ObjectInfo& object, const std::filesystem::path& staged,
                                       const std::optional<std::string>& content) {
  const std::string key = KeyOf(object.bucket, object.key);
  if (content) {
    TARN_ASSIGN(auto put, client_->PutObject(key, *content, OptionsFor(object)));
    return std::move(put.etag);
  }
  FileDescriptor file(open(staged.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return Error(Code::kNotFound, "the staged content is gone: " + object.bucket + "/" + object.key);
  FileBody body(std::move(file), object.size_bytes);
  TARN_ASSIGN(auto put, client_->PutObject(key, body, OptionsFor(object)));
  return std::move(put.etag);
}

Status RemoteContent::Remove(const std::string& bucket, const std::string& key) {
  return client_->DeleteObject(KeyOf(bucket, key));
}

Result<std::unique_ptr<s3_client::ObjectStream>> RemoteContent::Open(const ObjectInfo& object, const std::string& etag,
                                                                     std::optional<ByteRange> range) {
  s3_client::GetOptions options;
  options.if_match_etag = etag;
  if (range) options.range = s3_client::ByteRange{range->offset, range->length};
  return client_->GetObject(KeyOf(object.bucket, object.key), options);
}

Result<s3_client::ObjectHead> RemoteContent::Head(const std::string& bucket, const std::string& key) {
  return client_->HeadObject(KeyOf(bucket, key));
}

Result<RemoteContent::Page> RemoteContent::List(const std::string& bucket, const std::string& after) {
  s3_client::ListRequest request;
  request.prefix = KeyOf(bucket, "");
  if (!after.empty()) request.start_after = KeyOf(bucket, after);
  TARN_ASSIGN(auto listed, client_->ListObjects(request));
  Page page;
  page.truncated = !listed.next_token.empty();
  for (auto& object : listed.objects) {
    object.key.erase(0, request.prefix.size());
    page.objects.push_back(std::move(object));
  }
  return page;
}

}  // namespace tarn::object_store
