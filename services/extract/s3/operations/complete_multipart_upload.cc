#include <charconv>

#include "common/checksums/checksum.h"
#include "common/object_store/part_check.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/slow_answer.h"
#include "services/extract/s3/operations/staging.h"
#include "services/extract/s3/operations/upload_lookup.h"
#include "services/extract/s3/operations/whole_checksum.h"
#include "services/extract/s3/wire/payload.h"
#include "services/extract/s3/wire/xml_reader.h"

namespace tarn::extract::s3 {
namespace {

using object_store::CompletedPart;

constexpr XmlLimits kLimits{.max_bytes = 8 << 20, .max_depth = 8, .max_elements = 100'000};
constexpr size_t kMaxParts = 10'000;
// Joining more than this takes seconds.
constexpr uint64_t kLongWork = uint64_t{1} << 30;

S3Result<CompletedPart> ReadPart(const XmlElement& element) {
  const auto number = element.ChildText("PartNumber"), etag = element.ChildText("ETag");
  if (element.name != "Part" || !number || !etag) return S3Error(S3Code::kMalformedXml);
  CompletedPart part;
  const auto [end, error] = std::from_chars(number->data(), number->data() + number->size(), part.number);
  if (error != std::errc() || end != number->data() + number->size()) return S3Error(S3Code::kMalformedXml);
  part.etag = Unquoted(*etag);
  for (const auto algorithm : checksums::kS3Algorithms) {
    const std::string name = checksums::AlgorithmName(algorithm);
    for (const XmlElement& child : element.children) {
      if (http::EqualsIgnoringCase(child.name, "Checksum" + name)) part.checksums[name] = child.text;
    }
  }
  return part;
}

S3Result<std::vector<CompletedPart>> ReadParts(const std::string& document) {
  TARN_ASSIGN(const XmlElement root, ReadXml(document, kLimits));
  const bool fine =
      root.name == "CompleteMultipartUpload" && !root.children.empty() && root.children.size() <= kMaxParts;
  if (!fine) return S3Error(S3Code::kMalformedXml);
  std::vector<CompletedPart> parts;
  for (const XmlElement& element : root.children) {
    TARN_ASSIGN(CompletedPart part, ReadPart(element));
    parts.push_back(std::move(part));
  }
  return parts;
}

std::map<std::string, std::string> ReadExpectedChecksums(const S3Request& request) {
  std::map<std::string, std::string> expected;
  for (const auto algorithm : checksums::kS3Algorithms) {
    const std::string name = checksums::AlgorithmName(algorithm);
    if (const auto value = request.Header("x-amz-checksum-" + name)) expected[name] = *value;
  }
  return expected;
}

S3Result<object_store::CompleteOptions> ReadOptions(const S3Request& request) {
  object_store::CompleteOptions options;
  TARN_ASSIGN(const PutConditions conditions, ReadPutConditions(request.http.headers));
  options.if_none_match = conditions.if_none_match;
  options.if_match_etag = conditions.if_match_etag;
  if (const auto size = request.Header("x-amz-mp-object-size")) {
    uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), bytes);
    if (error != std::errc() || end != size->data() + size->size()) {
      return S3Error(S3Code::kInvalidArgument).With("ArgumentName", "x-amz-mp-object-size");
    }
    options.size_bytes = bytes;
  }
  return options;
}

// `where` is what VersionedStore::CompleteUpload says.
std::optional<S3Error> RefusedParts(const Error& error) {
  const std::string& where = error.where();
  if (where.starts_with("part:")) return S3Error(S3Code::kInvalidPart).With("PartNumber", where.substr(5));
  if (where == "order") return S3Error(S3Code::kInvalidPartOrder);
  if (where.starts_with("size:")) return S3Error(S3Code::kEntityTooSmall).With("PartNumber", where.substr(5));
  if (where == "checksum")
    return S3Error(S3Code::kBadDigest, "The checksum you specified did not match the calculated checksum.");
  if (where == "size") {
    return S3Error(S3Code::kInvalidRequest,
                   "The provided 'x-amz-mp-object-size' header does not match what was computed.");
  }
  return std::nullopt;
}

// What the work on a thread of its own needs of the request.
struct Completion {
  object_store::Upload upload;
  std::vector<CompletedPart> parts;
  object_store::CompleteOptions options;
  std::map<std::string, std::string> expected_checksums;
  std::string location;
};

http::Response Render(const Completion& completion, const object_store::ObjectInfo& object) {
  XmlWriter xml("CompleteMultipartUploadResult");
  xml.Text("Location", completion.location).Text("Bucket", object.bucket).Text("Key", object.key);
  xml.Text("ETag", Quoted(object.etag));
  const auto& checksums = object.attributes.checksums;
  WriteChecksums(xml, checksums);
  if (!checksums.empty()) xml.Text("ChecksumType", ChecksumType(checksums));
  http::Response response = XmlResponse(std::move(xml).Finish());
  AddVersionHeader(response, object);
  return response;
}

S3Result<http::Response> Complete(VersionedStore& store, const Completion& completion) {
  const object_store::Upload& upload = completion.upload;
  WholeChecksum checksum(upload, completion.expected_checksums);
  object_store::CompleteOptions options = completion.options;
  if (checksum.needs_content())
    options.observe = [&](std::string_view content) { checksum.Observe(content); };
  options.finish = [&](object_store::ObjectAttributes& attributes) { return checksum.Finish(attributes); };
  const auto object = store.CompleteUpload(upload, completion.parts, options);
  if (object.ok()) return Render(completion, *object);
  const Error& error = object.error();
  if (auto refused = RefusedParts(error)) return std::move(*refused);
  if (error.code() == Code::kNotFound) return S3Error(S3Code::kNoSuchUpload).With("UploadId", upload.id);
  return CommitFailure(store, upload.bucket, upload.key, !options.if_match_etag.empty(), error);
}

uint64_t TotalBytes(const std::vector<object_store::UploadPart>& parts) {
  uint64_t bytes = 0;
  for (const object_store::UploadPart& part : parts) bytes += part.size_bytes;
  return bytes;
}

S3Status CheckConditions(VersionedStore& store, const Completion& completion) {
  const object_store::CompleteOptions& options = completion.options;
  const bool if_match = !options.if_match_etag.empty();
  if (!options.if_none_match && !if_match) return {};
  const object_store::Upload& upload = completion.upload;
  const auto current = store.Head(upload.bucket, upload.key);
  if (!current.ok() && current.error().code() != Code::kNotFound) return ToS3Error(current.error());
  const bool holds = if_match ? current.ok() && current->etag == options.if_match_etag : true;
  if (holds && !(options.if_none_match && current.ok())) return {};
  return CommitFailure(store, upload.bucket, upload.key, if_match,
                       Error(Code::kPreconditionFailed, "the object is not as expected"));
}

// What would be refused in the end is refused before the answer begins, while it can have a status of its own. The
// commit checks all of it again.
S3Status CheckCompletion(VersionedStore& store, const Completion& completion,
                         const std::vector<object_store::UploadPart>& uploaded) {
  const Status parts = object_store::CheckParts(uploaded, completion.parts, completion.options);
  if (!parts.ok()) return RefusedParts(parts.error()).value_or(ToS3Error(parts.error()));
  return CheckConditions(store, completion);
}

}  // namespace

S3Result<http::Response> CompleteMultipartUpload(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const auto payload,
              Payload::Open(request,
                            {.max_bytes = kLimits.max_bytes, .checksum_headers = false, .also_compute = {}}));
  TARN_ASSIGN(const std::string document, payload->ReadAll(kLimits.max_bytes));
  Completion completion;
  TARN_ASSIGN(completion.parts, ReadParts(document));
  TARN_ASSIGN(completion.options, ReadOptions(request));
  completion.expected_checksums = ReadExpectedChecksums(request);
  completion.location =
      "http://" + std::string(request.Header("Host").value_or("localhost")) + request.resource();
  const std::string id = request.Query("uploadId").value_or("");
  auto upload = store.GetUpload(request.bucket, request.key, id);
  if (!upload.ok()) {
    // It may have been completed already by this very request, whose answer was lost.
    const auto completed = store.CompletedObject(request.bucket, request.key, id, completion.parts);
    if (completed.ok() && *completed) return Render(completion, **completed);
    return UploadFailure(store, request, upload.error());
  }
  completion.upload = std::move(*upload);
  TARN_ASSIGN(const auto uploaded, store.ListParts(completion.upload, 0, kMaxParts));
  if (TotalBytes(uploaded) <= kLongWork) return Complete(store, completion);
  TARN_TRY(CheckCompletion(store, completion, uploaded));
  return AnswerWhileWorking(
      [&store, completion = std::move(completion)] { return Complete(store, completion); }, request);
}

}  // namespace tarn::extract::s3
