#include "services/extract/s3/wire/s3_error.h"

#include "services/extract/s3/wire/error_codes.h"
#include "services/extract/s3/wire/host_id.h"
#include "services/extract/s3/wire/xml_writer.h"

namespace tarn::extract::s3 {

S3Error::S3Error(S3Code error_code) : S3Error(error_code, FormOf(error_code).message) {}

S3Error::S3Error(S3Code error_code, std::string error_message)
    : code(error_code), status(FormOf(error_code).status), message(std::move(error_message)) {}

S3Error S3Error::With(std::string name, std::string value) && {
  elements.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

S3Error S3Error::WithHeader(std::string name, std::string value) && {
  headers.Add(std::move(name), std::move(value));
  return std::move(*this);
}

const char* S3CodeName(S3Code code) { return FormOf(code).name; }

S3Error ToS3Error(const Error& error, S3Code not_found, S3Code conflict) {
  switch (error.code()) {
    case Code::kInvalidArgument:
    case Code::kUnsupportedMediaType:
    case Code::kUnprocessable:
      return S3Error(S3Code::kInvalidArgument, error.message());
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
      return S3Error(S3Code::kAccessDenied, error.message());
    case Code::kNotFound:
      return S3Error(not_found);
    case Code::kMethodNotAllowed:
      return S3Error(S3Code::kMethodNotAllowed);
    case Code::kConflict:
      return S3Error(conflict, error.message());
    case Code::kPreconditionFailed:
      return S3Error(S3Code::kPreconditionFailed);
    case Code::kTooLarge:
      return S3Error(S3Code::kEntityTooLarge, error.message());
    // The store says so of a full disk only: trying again without making room does not help.
    case Code::kResourceExhausted:
      return S3Error(S3Code::kInsufficientStorage, error.message());
    case Code::kCancelled:
      return S3Error(S3Code::kIncompleteBody);
    case Code::kUnavailable:
      return S3Error(S3Code::kSlowDown, error.message());
    case Code::kDeadlineExceeded:
      return S3Error(S3Code::kRequestTimeout, error.message());
    case Code::kInternal:
      return S3Error(S3Code::kInternalError);
  }
  return S3Error(S3Code::kInternalError);
}

http::Response ToResponse(const S3Error& error, std::string_view resource, std::string_view request_id) {
  http::Response response;
  response.status = error.status;
  response.headers = error.headers;
  if (error.status == 304) return response;
  XmlWriter xml("Error", "");
  xml.Text("Code", S3CodeName(error.code)).Text("Message", error.message);
  for (const auto& [name, value] : error.elements) xml.Text(name, value);
  xml.Text("Resource", resource).Text("RequestId", request_id).Text("HostId", HostId());
  response.body = std::move(xml).Finish();
  response.headers.Set("Content-Type", "application/xml");
  if (error.status == 503) response.headers.Set("Retry-After", "1");
  return response;
}

}  // namespace tarn::extract::s3
