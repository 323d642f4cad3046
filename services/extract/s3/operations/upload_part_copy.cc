#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/copy_source.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/operations/put_options.h"
#include "services/extract/s3/operations/staging.h"
#include "services/extract/s3/operations/upload_lookup.h"

namespace tarn::extract::s3 {

S3Result<http::Response> UploadPartCopy(VersionedStore& store, S3Request& request) {
  TARN_TRY(RefuseUnsupportedHeaders(request));
  TARN_ASSIGN(const int number, PartNumberOf(request));
  TARN_ASSIGN(const CopySource source, ReadCopySource(request));
  TARN_ASSIGN(const object_store::Upload upload, FindUpload(store, request));
  TARN_ASSIGN(const auto reader, OpenCopySource(store, request, source, true));
  std::vector<checksums::Algorithm> algorithms;
  if (const auto algorithm = checksums::ParseAlgorithm(upload.checksum_algorithm))
    algorithms.push_back(*algorithm);
  TARN_ASSIGN(Staged staged, StageCopy(store, *reader, algorithms));
  const auto part = store.AddPart(upload, number, std::move(staged.content), staged.checksums);
  if (!part.ok()) return UploadFailure(store, request, part.error());
  XmlWriter xml("CopyPartResult");
  xml.Text("LastModified", FormatRfc3339(part->last_modified)).Text("ETag", Quoted(part->etag));
  WriteChecksums(xml, staged.checksums);
  http::Response response = XmlResponse(std::move(xml).Finish());
  AddCopySourceVersion(response, reader->info());
  return response;
}

}  // namespace tarn::extract::s3
