#include "services/extract/s3/operations/object_part.h"

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/conditions.h"

namespace tarn::extract::s3 {
namespace {

S3Result<Selection> SelectPart(int64_t number, const object_store::ObjectInfo& object) {
  const auto& parts = object.attributes.parts;
  const auto count = static_cast<int64_t>(std::max<size_t>(parts.size(), 1));
  if (number > count) {
    return S3Error(S3Code::kInvalidPartNumber)
        .With("ActualPartCount", std::to_string(count))
        .With("PartNumberRequested", std::to_string(number));
  }
  Selection selection;
  selection.part_number = number;
  ContentRange range{0, object.size_bytes};
  if (!parts.empty()) {
    for (int64_t i = 0; i + 1 < number; ++i) range.offset += parts[static_cast<size_t>(i)].size_bytes;
    range.length = parts[static_cast<size_t>(number - 1)].size_bytes;
  }
  if (range.length > 0) selection.range = range;
  return selection;
}

}  // namespace

S3Result<Selection> SelectContent(const S3Request& request, const object_store::ObjectInfo& object) {
  const auto header = request.Header("Range");
  if (request.HasQuery("partNumber")) {
    TARN_ASSIGN(const int64_t number, QueryNumber(request, "partNumber", 1, 1, 10'000));
    if (header)
      return S3Error(S3Code::kInvalidRequest,
                     "Cannot specify both Range header and partNumber query parameter");
    return SelectPart(number, object);
  }
  Selection selection;
  if (header && IsRangeOfThis(request.http.headers, object)) {
    TARN_ASSIGN(selection.range, ReadRange(*header, object.size_bytes));
  }
  return selection;
}

void DescribeSelection(http::Response& response, const Selection& selection,
                       const object_store::ObjectInfo& object, const S3Request& request) {
  const auto& parts = object.attributes.parts;
  if (selection.range) {
    response.status = 206;
    response.headers.Add("Content-Range", selection.range->Header(object.size_bytes));
  }
  if (selection.part_number > 0 && !parts.empty())
    response.headers.Add("x-amz-mp-parts-count", std::to_string(parts.size()));
  if (!http::EqualsIgnoringCase(request.Header("x-amz-checksum-mode").value_or(""), "ENABLED")) return;
  // Clients compare the body with what they get, so a part of the content goes without the checksum of the
  // whole.
  if (selection.part_number > 0 && !parts.empty()) {
    AddChecksumHeaders(response, parts[static_cast<size_t>(selection.part_number - 1)].checksums);
  } else if (!selection.range || selection.range->length == object.size_bytes) {
    AddChecksumHeaders(response, object.attributes.checksums);
  }
}

}  // namespace tarn::extract::s3
