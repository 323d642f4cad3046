#include <set>

#include "services/extract/s3/operations/operation.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {
namespace {

using http::Method;

S3Result<const OperationEntry*> Find(Method method, const std::string& target, const Fields& fields = {}) {
  http::Request request = WireRequest(method, target, fields);
  const std::string& path = request.path;
  const size_t slash = std::min(path.find('/', 1), path.size());
  const S3Request s3_request{.http = request,
                             .bucket = path.substr(1, slash - 1),
                             .key = path.substr(std::min(slash + 1, path.size())),
                             .request_id = "",
                             .authenticated = {}};
  return FindOperation(s3_request);
}

TEST(Table, TellsOperationsApart) {
  const struct {
    Method method;
    const char* target;
    const char* name;
  } cases[] = {
      {Method::kGet, "/", "ListBuckets"},
      {Method::kGet, "/b", "ListObjects"},
      {Method::kGet, "/b?list-type=2&prefix=uploads", "ListObjectsV2"},
      {Method::kGet, "/b?list-type=1", "ListObjects"},
      {Method::kGet, "/b?versions", "ListObjectVersions"},
      {Method::kGet, "/b?uploads", "ListMultipartUploads"},
      {Method::kHead, "/b", "HeadBucket"},
      {Method::kPost, "/b?delete", "DeleteObjects"},
      {Method::kGet, "/b/k", "GetObject"},
      {Method::kGet, "/b/k?versionId=1&partNumber=2", "GetObject"},
      {Method::kGet, "/b/k?uploadId=1", "ListParts"},
      {Method::kPut, "/b/k", "PutObject"},
      {Method::kPut, "/b/k?partNumber=1&uploadId=2", "UploadPart"},
      {Method::kPut, "/b/k?tagging", "PutObjectTagging"},
      {Method::kPost, "/b/k?uploads", "CreateMultipartUpload"},
      {Method::kPost, "/b/k?uploadId=1", "CompleteMultipartUpload"},
      {Method::kDelete, "/b/k?uploadId=1", "AbortMultipartUpload"},
      {Method::kDelete, "/b/k?versionId=1", "DeleteObject"},
  };
  for (const auto& [method, target, name] : cases) {
    const auto found = Find(method, target);
    ASSERT_THAT(found, IsS3Ok()) << target;
    EXPECT_EQ((*found)->name, name) << target;
  }
  const Fields copy{{"x-amz-copy-source", "/b/x"}};
  EXPECT_EQ((*Find(Method::kPut, "/b/k", copy))->name, "CopyObject");
  EXPECT_EQ((*Find(Method::kPut, "/b/k?partNumber=1&uploadId=2", copy))->name, "UploadPartCopy");
}

// Taking `?retention` for a plain put would replace the object by the document.
TEST(Table, NeverTakesAnUnknownSubresourceForThePlainOperation) {
  for (const auto& [method, target] :
       std::vector<std::pair<Method, std::string>>{{Method::kPut, "/b/k?retention"},
                                                   {Method::kPut, "/b/k?legal-hold"},
                                                   {Method::kPut, "/b?website"},
                                                   {Method::kDelete, "/b?encryption"},
                                                   {Method::kDelete, "/b?website"},
                                                   {Method::kGet, "/b/k?torrent"},
                                                   {Method::kPost, "/b/k?restore"},
                                                   {Method::kGet, "/b?inventory&id=1"},
                                                   {Method::kDelete, "/b/k?acl"},
                                                   {Method::kPut, "/b/k?uploads"},
                                                   {Method::kPost, "/b"}}) {
    EXPECT_THAT(Find(method, target), IsS3Error(S3Code::kNotImplemented)) << target;
  }
  EXPECT_THAT(Find(Method::kPut, "/"), IsS3Error(S3Code::kMethodNotAllowed));
  EXPECT_THAT(Find(Method::kDelete, "/"), IsS3Error(S3Code::kMethodNotAllowed));
}

TEST(Table, NamesEveryOperationOnce) {
  std::set<std::string_view> names;
  for (const OperationEntry& entry : AllOperations())
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
  EXPECT_GE(names.size(), 50u);
}

}  // namespace
}  // namespace tarn::extract::s3
