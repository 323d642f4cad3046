#include "services/extract/s3/wire/body_source.h"

#include <algorithm>
#include <cstring>

namespace tarn::extract::s3 {
namespace {

constexpr size_t kBlock = 8 * 1024;

S3Error ToBodyError(const Error& error) {
  switch (error.code()) {
    case Code::kCancelled:
      return S3Error(S3Code::kIncompleteBody);
    case Code::kDeadlineExceeded:
      return S3Error(S3Code::kRequestTimeout);
    case Code::kTooLarge:
      return S3Error(S3Code::kEntityTooLarge);
    case Code::kInvalidArgument:
      return S3Error(S3Code::kBadRequest, error.message());
    default:
      return ToS3Error(error);
  }
}

}  // namespace

S3Result<size_t> BodySource::ReadFresh(char* into, size_t size) {
  if (!reader_) return size_t{0};
  auto count = reader_->Read(into, size);
  if (!count.ok()) return ToBodyError(count.error());
  return *count;
}

S3Result<size_t> BodySource::Read(char* into, size_t size) {
  if (ahead_used_ == ahead_.size()) return ReadFresh(into, size);
  const size_t count = std::min(size, ahead_.size() - ahead_used_);
  std::memcpy(into, ahead_.data() + ahead_used_, count);
  ahead_used_ += count;
  return count;
}

S3Result<std::string> BodySource::ReadLine(size_t max_bytes) {
  for (;;) {
    const size_t end = ahead_.find("\r\n", ahead_used_);
    if (std::min(end, ahead_.size()) - ahead_used_ > max_bytes) {
      return S3Error(S3Code::kInvalidRequest, "A line of the body's aws-chunked framing is too long.");
    }
    if (end != std::string::npos) {
      std::string line = ahead_.substr(ahead_used_, end - ahead_used_);
      ahead_used_ = end + 2;
      return line;
    }
    ahead_.erase(0, std::exchange(ahead_used_, 0));
    const size_t before = ahead_.size();
    ahead_.resize(before + kBlock);
    auto count = ReadFresh(ahead_.data() + before, kBlock);
    ahead_.resize(before + (count.ok() ? *count : 0));
    if (!count.ok()) return std::move(count).error();
    if (*count == 0) return S3Error(S3Code::kIncompleteBody, "The request body terminated unexpectedly");
  }
}

}  // namespace tarn::extract::s3
