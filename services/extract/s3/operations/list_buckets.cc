#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {

S3Result<http::Response> ListBuckets(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const int64_t limit, QueryNumber(request, "max-buckets", 10'000, 1, 10'000));
  const std::string prefix = request.Query("prefix").value_or("");
  const std::string after = request.Query("continuation-token").value_or("");
  TARN_ASSIGN(const std::vector<std::string> names, store.ListBuckets());
  XmlWriter xml("ListAllMyBucketsResult");
  WriteOwner(xml, "Owner");
  xml.Open("Buckets");
  std::string last, next;
  int64_t count = 0;
  for (const std::string& name : names) {
    if (name <= after || !name.starts_with(prefix)) continue;
    if (++count > limit) {
      next = last;
      break;
    }
    last = name;
    const auto bucket = store.DescribeBucket(name);
    if (!bucket.ok()) continue;  // deleted meanwhile
    xml.Open("Bucket").Text("Name", name).Text("CreationDate", FormatRfc3339(bucket->created_at)).Close();
  }
  xml.Close();
  if (!next.empty()) xml.Text("ContinuationToken", next);
  if (!prefix.empty()) xml.Text("Prefix", prefix);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3
