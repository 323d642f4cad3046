#include <memory>
#include <vector>

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/object_headers.h"
#include "services/extract/s3/operations/object_part.h"

namespace tarn::extract::s3 {
namespace {

using object_store::ObjectInfo;
using object_store::ObjectReader;

constexpr size_t kReadBlock = 256 * 1024;
// Smaller contents are read before the answer begins: that takes no thread to stream it.
constexpr uint64_t kAtOnce = 64 * 1024;
// An object that is replaced while a range of it is looked up is looked up again, so often.
constexpr int kAttempts = 10;

Status ReadAll(ObjectReader& reader, std::string& content) {
  content.resize(reader.length());
  for (size_t filled = 0; filled < content.size();) {
    TARN_ASSIGN(const size_t count, reader.Read(content.data() + filled, content.size() - filled));
    if (count == 0) return Error(Code::kInternal, "an object's file is shorter than the object");
    filled += count;
  }
  return Ok();
}

Status CopyAll(ObjectReader& reader, http::BodyWriter& writer) {
  std::vector<char> block(kReadBlock);
  for (;;) {
    TARN_ASSIGN(const size_t count, reader.Read(block.data(), block.size()));
    if (count == 0) return Ok();
    TARN_TRY(writer.Write({block.data(), count}));
  }
}

// The answer but for its body; without a selection if the conditions say that there is none to be sent.
struct Prepared {
  http::Response response;
  std::optional<Selection> selection;
};

S3Result<Prepared> Prepare(const ObjectInfo& object, const S3Request& request) {
  Prepared prepared;
  const ConditionOutcome outcome = WeighConditions(request.http.headers, object);
  if (outcome == ConditionOutcome::kFailed) return S3Error(S3Code::kPreconditionFailed);
  TARN_TRY(AddObjectHeaders(prepared.response, object, request));
  if (outcome == ConditionOutcome::kNotModified) {
    prepared.response.status = 304;
    return prepared;
  }
  TARN_ASSIGN(prepared.selection, SelectContent(request, object));
  DescribeSelection(prepared.response, *prepared.selection, object, request);
  return prepared;
}

S3Status SetBody(http::Response& response, std::shared_ptr<ObjectReader> reader) {
  if (reader->length() <= kAtOnce) {
    TARN_TRY(ReadAll(*reader, response.body));
    return {};
  }
  response.stream_length = reader->length();
  response.stream = [reader = std::move(reader)](http::BodyWriter& writer) {
    return CopyAll(*reader, writer);
  };
  return {};
}

}  // namespace

S3Result<http::Response> GetObject(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  std::optional<ContentRange> range;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::optional<object_store::ByteRange> bytes;
    if (range) bytes = range->ToByteRange();
    auto reader = store.GetVersion(request.bucket, request.key, version, bytes);
    if (!reader.ok()) {
      // The object is shorter than it was when the range was found.
      if (range && reader.error().code() == Code::kInvalidArgument) {
        range.reset();
        continue;
      }
      return ReadFailure(store, request.bucket, request.key, version, reader.error());
    }
    TARN_ASSIGN(Prepared prepared, Prepare((*reader)->info(), request));
    if (!prepared.selection) return std::move(prepared.response);
    const auto& wanted = prepared.selection->range;
    const bool same = wanted.has_value() == range.has_value() &&
                      (!wanted || (wanted->offset == range->offset && wanted->length == range->length));
    if (same) {
      TARN_TRY(SetBody(prepared.response, std::move(*reader)));
      return std::move(prepared.response);
    }
    range = wanted;
  }
  return S3Error(S3Code::kSlowDown);
}

S3Result<http::Response> HeadObject(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const object_store::VersionId version, VersionIdOf(request));
  const auto object = store.HeadVersion(request.bucket, request.key, version);
  if (!object.ok()) return ReadFailure(store, request.bucket, request.key, version, object.error());
  TARN_ASSIGN(Prepared prepared, Prepare(*object, request));
  if (prepared.selection) {
    prepared.response.stream_length =
        prepared.selection->range ? prepared.selection->range->length : object->size_bytes;
  }
  return std::move(prepared.response);
}

}  // namespace tarn::extract::s3
