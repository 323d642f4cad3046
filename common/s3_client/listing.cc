#include <algorithm>
#include <charconv>

#include "common/s3_client/answer_xml.h"
#include "common/s3_client/client.h"
#include "common/s3_client/object_headers.h"

namespace tarn::s3_client {
namespace {

Result<ObjectHead> ReadObject(const XmlElement& contents, bool encoded) {
  ObjectHead head;
  head.key = encoded ? UriDecode(contents.Text("Key")) : contents.Text("Key");
  head.etag = Unquote(contents.Text("ETag"));
  const std::string size = contents.Text("Size");
  std::from_chars(size.data(), size.data() + size.size(), head.size_bytes);
  if (const auto time = ParseRfc3339(contents.Text("LastModified")); time.ok()) head.last_modified = *time;
  if (head.key.empty()) return Error(Code::kUnavailable, "the S3 endpoint listed an object without a key");
  return head;
}

}  // namespace

Result<ListPage> Client::ListObjects(const ListRequest& request) {
  Call call{"ListObjectsV2", "GET", "", {{"list-type", "2"}, {"encoding-type", "url"}}, {}, "", nullptr, ""};
  call.query.emplace_back("max-keys", std::to_string(std::clamp(request.limit, 1, 1000)));
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) call.query.emplace_back(name, value);
  };
  add("prefix", request.prefix);
  add("delimiter", request.delimiter);
  add("start-after", request.start_after);
  add("continuation-token", request.continuation_token);

  TARN_ASSIGN(const http_client::Response response, Perform(call));
  TARN_ASSIGN(const XmlElement answer, ParseAnswer(response.body));
  if (answer.name != "ListBucketResult") return Error(Code::kUnavailable, "not a listing of S3: " + answer.name);
  const bool encoded = answer.Text("EncodingType") == "url";
  ListPage page;
  for (const XmlElement& child : answer.children) {
    if (child.name == "Contents") {
      TARN_ASSIGN(ObjectHead head, ReadObject(child, encoded));
      page.objects.push_back(std::move(head));
    } else if (child.name == "CommonPrefixes") {
      page.common_prefixes.push_back(encoded ? UriDecode(child.Text("Prefix")) : child.Text("Prefix"));
    }
  }
  if (answer.Text("IsTruncated") == "true") page.next_token = answer.Text("NextContinuationToken");
  return page;
}

}  // namespace tarn::s3_client
