#include "services/extract/s3/operations/copy_source.h"

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"

namespace tarn::extract::s3 {
namespace {

constexpr uint64_t kMaxCopyBytes = uint64_t{5} << 30;
constexpr std::string_view kVersionQuery = "?versionId=";
constexpr int kAttempts = 10;

S3Error BadSource() {
  return S3Error(S3Code::kInvalidArgument,
                 "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
      .With("ArgumentName", "x-amz-copy-source");
}

}  // namespace

S3Result<CopySource> ReadCopySource(const S3Request& request) {
  std::string_view text = request.Header("x-amz-copy-source").value_or("");
  CopySource source;
  if (const size_t query = text.rfind(kVersionQuery); query != std::string_view::npos) {
    source.version = text.substr(query + kVersionQuery.size());
    if (source.version.empty()) return BadSource();
    text = text.substr(0, query);
  }
  const auto decoded = http::PercentDecode(text);
  if (!decoded.ok()) return BadSource();
  std::string_view path = *decoded;
  if (path.starts_with('/')) path.remove_prefix(1);
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) return BadSource();
  source.bucket = path.substr(0, slash);
  source.key = path.substr(slash + 1);
  return source;
}

S3Result<std::unique_ptr<object_store::ObjectReader>> OpenCopySource(VersionedStore& store,
                                                                     const S3Request& request,
                                                                     const CopySource& source, bool ranged) {
  const auto range_header = ranged ? request.Header("x-amz-copy-source-range") : std::nullopt;
  std::optional<ContentRange> range;
  // With a range the object is opened twice; it may be replaced in between.
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::optional<object_store::ByteRange> bytes;
    if (range) bytes = range->ToByteRange();
    auto reader = store.GetVersion(source.bucket, source.key, source.version, bytes);
    if (!reader.ok()) {
      if (range && reader.error().code() == Code::kInvalidArgument) {
        range.reset();
        continue;
      }
      return ReadFailure(store, source.bucket, source.key, source.version, reader.error());
    }
    const object_store::ObjectInfo& info = (*reader)->info();
    if (WeighConditions(request.http.headers, info, "x-amz-copy-source-") != ConditionOutcome::kGoOn)
      return S3Error(S3Code::kPreconditionFailed);
    std::optional<ContentRange> wanted;
    if (range_header) {
      TARN_ASSIGN(wanted, ReadCopyRange(*range_header, info.size_bytes));
    }
    const bool same = wanted.has_value() == range.has_value() &&
                      (!wanted || (wanted->offset == range->offset && wanted->length == range->length));
    if (same && (*reader)->length() > kMaxCopyBytes) {
      return S3Error(S3Code::kInvalidRequest,
                     "The specified copy source is larger than the maximum allowable size for a "
                     "copy source: " +
                         std::to_string(kMaxCopyBytes));
    }
    if (same) return std::move(reader).value();
    range = wanted;
  }
  return S3Error(S3Code::kSlowDown);
}

void AddCopySourceVersion(http::Response& response, const object_store::ObjectInfo& source) {
  if (!source.null_version) response.headers.Add("x-amz-copy-source-version-id", source.version);
}

}  // namespace tarn::extract::s3
