#include "common/s3_client/client.h"
#include "common/s3_client/object_headers.h"

namespace tarn::s3_client {
namespace {

constexpr int kMaxResumptions = 5;  // without a byte in between

std::string RangeHeader(uint64_t offset, const std::optional<uint64_t>& length) {
  return "bytes=" + std::to_string(offset) + "-" + (length ? std::to_string(offset + *length - 1) : "");
}

}  // namespace

/// Reads an object, and goes on where a connection broke.
class ResumingStream final : public ObjectStream {
 public:
  ResumingStream(Client& client, const std::string& key, const GetOptions& options)
      : client_(client), key_(key), options_(options), offset_(options.range ? options.range->offset : 0) {}

  Status Open() {
    const std::optional<uint64_t> asked = options_.range ? options_.range->length : std::nullopt;
    if (asked == 0) {  // no range header says "nothing"
      TARN_ASSIGN(head_, client_.HeadObject(key_, options_.version_id));
      return Ok();
    }
    TARN_TRY(Connect(options_.range ? RangeHeader(offset_, asked) : "", options_.if_match_etag));
    if (options_.range && offset_ >= head_.size_bytes) {
      return Error(Code::kInvalidArgument, "the range starts beyond the object's end: " + key_).At("InvalidRange");
    }
    length_ = left_ = std::min(asked.value_or(UINT64_MAX), head_.size_bytes - offset_);
    if (options_.range && stream_->response().status != 206) {
      return Error(Code::kUnavailable, "the S3 endpoint ignored the range asked for: " + key_);
    }
    return Ok();
  }

  const ObjectHead& head() const override { return head_; }
  uint64_t length() const override { return length_; }

  Result<size_t> Read(char* into, size_t size) override {
    size = static_cast<size_t>(std::min<uint64_t>(size, left_));
    for (int resumptions = 0; size > 0;) {
      auto count = stream_->Read(into, size);
      if (count.ok() && *count > 0) {
        offset_ += *count;
        left_ -= *count;
        return *count;
      }
      const bool passing = count.ok() || count.error().code() == Code::kUnavailable ||
                           count.error().code() == Code::kDeadlineExceeded;
      if (!passing) return count;
      if (++resumptions > kMaxResumptions) {
        if (!count.ok()) return count;
        return Error(Code::kUnavailable, "the S3 endpoint sends less than the object has: " + key_);
      }
      TARN_TRY(Connect(RangeHeader(offset_, left_), head_.etag));
      if (stream_->response().status != 206) {
        return Error(Code::kUnavailable, "the S3 endpoint ignored the range asked for: " + key_);
      }
    }
    return size_t{0};
  }

 private:
  Status Connect(const std::string& range, const std::string& if_match_etag) {
    Client::Call call{"GetObject", "GET", key_, {}, {}, "", nullptr, ""};
    if (!options_.version_id.empty()) call.query.emplace_back("versionId", options_.version_id);
    if (!range.empty()) call.headers.emplace_back("Range", range);
    if (!if_match_etag.empty()) call.headers.emplace_back("If-Match", "\"" + if_match_etag + "\"");
    stream_.reset();  // gives its connection back first
    TARN_ASSIGN(stream_, client_.Open(call));
    if (!stream_->response().Header("content-length")) {
      return Error(Code::kUnavailable, "the S3 endpoint does not say how long the object is: " + key_);
    }
    head_ = ReadHead(key_, stream_->response());
    return Ok();
  }

  Client& client_;
  const std::string key_;
  const GetOptions options_;
  ObjectHead head_;
  uint64_t offset_;      // of the next byte
  uint64_t length_ = 0;  // in all
  uint64_t left_ = 0;
  std::unique_ptr<http_client::ResponseStream> stream_;
};

Result<std::unique_ptr<ObjectStream>> Client::GetObject(const std::string& key, const GetOptions& options) {
  auto stream = std::make_unique<ResumingStream>(*this, key, options);
  TARN_TRY(stream->Open());
  return std::unique_ptr<ObjectStream>(std::move(stream));
}

}  // namespace tarn::s3_client
