#include "services/extract/s3/operations/object_headers.h"

#include <algorithm>

#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {
namespace {

struct Override {
  std::string_view query, header;
};
constexpr Override kOverrides[] = {
    {"response-content-type", "Content-Type"},
    {"response-content-language", "Content-Language"},
    {"response-expires", "Expires"},
    {"response-cache-control", "Cache-Control"},
    {"response-content-disposition", "Content-Disposition"},
    {"response-content-encoding", "Content-Encoding"},
};

bool CarriesCredentials(const S3Request& request) {
  return !request.principal().key_id.empty() || request.Header("Authorization") || request.HasQuery("X-Amz-Signature");
}

S3Status ApplyOverrides(http::Headers& headers, const S3Request& request) {
  for (const auto& [query, header] : kOverrides) {
    const auto value = request.Query(query);
    if (!value) continue;
    // A link that anybody can write must not decide what a browser takes the content for.
    if (!CarriesCredentials(request)) {
      return S3Error(S3Code::kInvalidRequest,
                     "Request specific response headers cannot be used for anonymous GET requests.");
    }
    const bool fits = std::none_of(value->begin(), value->end(),
                                   [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
    if (!fits) {
      return S3Error(S3Code::kInvalidArgument, "Header value cannot be represented.")
          .With("ArgumentName", std::string(query));
    }
    headers.Set(std::string(header), *value);
  }
  return {};
}

}  // namespace

S3Status AddObjectHeaders(http::Response& response, const object_store::ObjectInfo& object,
                          const S3Request& request) {
  http::Headers& headers = response.headers;
  const auto& attributes = object.attributes;
  headers.Add("ETag", Quoted(object.etag));
  headers.Add("Last-Modified", FormatHttpDate(object.last_modified));
  headers.Add("Accept-Ranges", "bytes");
  headers.Add("Content-Type", object.content_type);
  for (const auto& [name, value] : attributes.headers) headers.Add(name, value);
  for (const auto& [name, value] : object.metadata) headers.Add("x-amz-meta-" + name, value);
  if (!attributes.tags.empty()) headers.Add("x-amz-tagging-count", std::to_string(attributes.tags.size()));
  if (!attributes.replication_status.empty())
    headers.Add("x-amz-replication-status", attributes.replication_status);
  if (request.HasQuery("versionId")) {
    headers.Add("x-amz-version-id", ShownVersion(object));
  } else {
    AddVersionHeader(response, object);
  }
  return ApplyOverrides(headers, request);
}

}  // namespace tarn::extract::s3
