#include "common/s3_client/multipart_upload.h"

#include <algorithm>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/s3_client/answer_xml.h"
#include "common/s3_client/body.h"
#include "common/s3_client/digest.h"
#include "common/s3_client/object_headers.h"

namespace tarn::s3_client {
namespace {

constexpr uint64_t kMaxParts = 10'000;

/// Fills `part` from the body; less than its size at the body's end only.
Status ReadPart(http_client::BodySource& body, std::string& part, uint64_t size) {
  part.resize(size);
  size_t filled = 0;
  while (filled < part.size()) {
    TARN_ASSIGN(const size_t count, body.Read(part.data() + filled, part.size() - filled));
    if (count == 0) return Error(Code::kInternal, "the content to send ended before its declared size");
    filled += count;
  }
  return Ok();
}

}  // namespace

Result<PutResult> MultipartUpload::Put(http_client::BodySource& body) {
  TARN_TRY(Create());
  Status sent = PutParts(body);
  if (!sent.ok()) {
    Abort();
    return std::move(sent).error();
  }
  auto completed = Complete();
  if (!completed.ok()) Abort();
  return completed;
}

Status MultipartUpload::Create() {
  Client::Call call{"CreateMultipartUpload", "POST", key_, {{"uploads", ""}}, ToHeaders(options_), "", nullptr, ""};
  TARN_ASSIGN(const auto response, client_.Perform(call));
  TARN_ASSIGN(const XmlElement answer, ParseAnswer(response.body));
  upload_id_ = answer.Text("UploadId");
  if (upload_id_.empty()) return Error(Code::kUnavailable, client_.Doing(call) + " was answered without an upload id");
  return Ok();
}

Status MultipartUpload::PutParts(http_client::BodySource& body) {
  const uint64_t part_bytes = std::max(client_.options_.part_bytes, body.size_bytes() / kMaxParts + 1);
  TARN_TRY(body.Rewind());
  const auto whole = checksums::Checksum::Make(checksums::Algorithm::kMd5);
  std::string part;
  for (uint64_t left = body.size_bytes(); left > 0; left -= part.size()) {
    TARN_TRY(ReadPart(body, part, std::min(left, part_bytes)));
    whole->Update(part);
    TARN_TRY(PutPart(part));
  }
  if (!options_.md5.empty() && ToHex(whole->Finish()) != options_.md5) {
    return Error(Code::kInternal, "the content to send does not have its MD5: " + options_.md5);
  }
  return Ok();
}

Status MultipartUpload::PutPart(const std::string& content) {
  const std::string number = std::to_string(part_etags_.size() + 1);
  const std::string md5 = Md5(content);
  MemoryBody body(content);
  const Client::Call call{"UploadPart", "PUT", key_, {{"partNumber", number}, {"uploadId", upload_id_}},
                          {{"Content-MD5", checksums::ToBase64(md5)}}, "", &body, ToHex(Sha256(content))};
  TARN_ASSIGN(const auto response, client_.Perform(call));
  const std::string etag = Unquote(response.Header("etag").value_or(""));
  if (IsMd5(etag) && etag != ToHex(md5) && !response.Header("x-amz-server-side-encryption-aws-kms-key-id")) {
    return Error(Code::kUnavailable, client_.Doing(call) + " stored other content than was sent: part " + number);
  }
  part_etags_.push_back(etag);
  part_md5s_ += md5;
  return Ok();
}

Result<PutResult> MultipartUpload::Complete() {
  std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (size_t i = 0; i < part_etags_.size(); ++i) {
    body += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>\"" + XmlEscape(part_etags_[i]) +
            "\"</ETag></Part>";
  }
  body += "</CompleteMultipartUpload>";
  Client::Call call{"CompleteMultipartUpload", "POST", key_, {{"uploadId", upload_id_}},
                    {{"Content-Type", "application/xml"}}, body, nullptr, ""};
  if (options_.if_none_match) call.headers.emplace_back("If-None-Match", "*");
  if (!options_.if_match_etag.empty()) call.headers.emplace_back("If-Match", "\"" + options_.if_match_etag + "\"");

  const std::string expected = ToHex(Md5(part_md5s_)) + "-" + std::to_string(part_etags_.size());
  int tries = 0;
  const auto response = client_.Perform(call, &tries);
  if (!response.ok()) {
    // A try whose answer was lost may have completed it.
    if (tries > 1) {
      if (auto written = client_.FindWritten(key_, expected)) return *std::move(written);
    }
    return response.error();
  }
  TARN_ASSIGN(const XmlElement answer, ParseAnswer(response->body));
  return PutResult{Unquote(answer.Text("ETag")), std::string(response->Header("x-amz-version-id").value_or(""))};
}

void MultipartUpload::Abort() {
  // If this fails, the endpoint's rules for unfinished uploads have to clean up.
  (void)client_.Perform({"AbortMultipartUpload", "DELETE", key_, {{"uploadId", upload_id_}}, {}, "", nullptr, ""});
}

}  // namespace tarn::s3_client
