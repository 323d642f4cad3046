#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"
#include "services/extract/s3/operations/copy_source.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/put_options.h"
#include "services/extract/s3/operations/staging.h"

namespace tarn::extract::s3 {
namespace {

enum class Directive { kCopy, kReplace };

S3Result<Directive> ReadDirective(const S3Request& request, std::string_view header) {
  const std::string_view value = request.Header(header).value_or("COPY");
  if (value == "COPY") return Directive::kCopy;
  if (value == "REPLACE") return Directive::kReplace;
  return S3Error(S3Code::kInvalidArgument, "Unknown directive.")
      .With("ArgumentName", std::string(header))
      .With("ArgumentValue", std::string(value));
}

struct Directives {
  Directive metadata, tagging;
};

S3Status RefuseIdleCopy(const S3Request& request, const CopySource& source, const Directives& directives) {
  const bool onto_itself =
      source.bucket == request.bucket && source.key == request.key && source.version.empty();
  const bool changes = directives.metadata == Directive::kReplace ||
                       directives.tagging == Directive::kReplace || request.Header("x-amz-storage-class") ||
                       request.Header("x-amz-checksum-algorithm");
  if (!onto_itself || changes) return {};
  return S3Error(
      S3Code::kInvalidRequest,
      "This copy request is illegal because it is trying to copy an object to itself without changing the "
      "object's metadata, storage class, website redirect location or encryption attributes.");
}

S3Result<object_store::PutOptions> OptionsOfCopy(const S3Request& request,
                                                 const object_store::ObjectInfo& source,
                                                 const Directives& directives) {
  object_store::PutOptions options;
  if (directives.metadata == Directive::kReplace) {
    TARN_ASSIGN(options, ReadContentOptions(request));
  } else {
    options.content_type = source.content_type;
    options.metadata = source.metadata;
    options.attributes.headers = source.attributes.headers;
  }
  if (directives.tagging == Directive::kReplace) {
    TARN_ASSIGN(options.attributes.tags, ReadTaggingHeader(request));
  } else {
    options.attributes.tags = source.attributes.tags;
  }
  options.operation = "copy";
  return options;
}

// The checksum asked for, or else those that the source has: a copy is one piece, so composite ones change.
S3Result<std::vector<checksums::Algorithm>> AlgorithmsOfCopy(const S3Request& request,
                                                             const object_store::ObjectInfo& source) {
  std::vector<checksums::Algorithm> algorithms;
  if (const auto asked = request.Header("x-amz-checksum-algorithm")) {
    const auto algorithm = checksums::ParseAlgorithm(*asked);
    if (!algorithm || *algorithm == checksums::Algorithm::kMd5) {
      return S3Error(S3Code::kInvalidRequest, "Checksum algorithm provided is unsupported.");
    }
    return std::vector{*algorithm};
  }
  for (const auto& [name, value] : source.attributes.checksums) {
    if (const auto algorithm = checksums::ParseAlgorithm(name)) algorithms.push_back(*algorithm);
  }
  return algorithms;
}

}  // namespace

S3Result<http::Response> CopyObject(VersionedStore& store, S3Request& request) {
  TARN_TRY(RefuseUnsupportedHeaders(request));
  TARN_ASSIGN(const CopySource source, ReadCopySource(request));
  Directives directives{};
  TARN_ASSIGN(directives.metadata, ReadDirective(request, "x-amz-metadata-directive"));
  TARN_ASSIGN(directives.tagging, ReadDirective(request, "x-amz-tagging-directive"));
  TARN_TRY(RefuseIdleCopy(request, source, directives));
  TARN_ASSIGN(const PutConditions conditions, ReadPutConditions(request.http.headers));
  TARN_TRY(CheckStorableKey(request.key));
  TARN_TRY(RequireBucket(store, request.bucket));
  TARN_ASSIGN(const auto reader, OpenCopySource(store, request, source, false));
  TARN_ASSIGN(object_store::PutOptions options, OptionsOfCopy(request, reader->info(), directives));
  TARN_ASSIGN(const auto algorithms, AlgorithmsOfCopy(request, reader->info()));
  TARN_ASSIGN(Staged staged, StageCopy(store, *reader, algorithms));

  options.if_none_match = conditions.if_none_match;
  options.if_match_etag = conditions.if_match_etag;
  options.attributes.checksums = std::move(staged.checksums);
  TARN_ASSIGN(
      const object_store::ObjectInfo object,
      CommitStaged(store, request.bucket, request.key, std::move(staged.content), std::move(options)));
  XmlWriter xml("CopyObjectResult");
  xml.Text("LastModified", FormatRfc3339(object.last_modified)).Text("ETag", Quoted(object.etag));
  WriteChecksums(xml, object.attributes.checksums);
  http::Response response = XmlResponse(std::move(xml).Finish());
  AddVersionHeader(response, object);
  AddCopySourceVersion(response, reader->info());
  return response;
}

}  // namespace tarn::extract::s3
