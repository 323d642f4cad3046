#include "services/extract/s3/operations/byte_range.h"

#include <algorithm>
#include <charconv>

namespace tarn::extract::s3 {
namespace {

constexpr std::string_view kUnit = "bytes=";

std::optional<uint64_t> ReadNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string ContentRange::Header(uint64_t size) const {
  return "bytes " + std::to_string(offset) + '-' + std::to_string(offset + length - 1) + '/' +
         std::to_string(size);
}

S3Result<std::optional<ContentRange>> ReadRange(std::string_view header, uint64_t size) {
  const std::optional<ContentRange> whole;
  const std::string text(header);
  const size_t dash = header.find('-');
  if (!header.starts_with(kUnit) || dash == std::string_view::npos ||
      header.find(',') != std::string_view::npos)
    return whole;
  const std::string_view from = header.substr(kUnit.size(), dash - kUnit.size()),
                         to = header.substr(dash + 1);
  const auto first = ReadNumber(from), last = ReadNumber(to);
  const bool well_formed = (first && (last || to.empty())) || (from.empty() && last);
  if (!well_formed || (first && last && *last < *first)) return whole;
  const bool satisfiable = first ? *first < size : *last > 0 && size > 0;
  if (!satisfiable) {
    return S3Error(S3Code::kInvalidRange)
        .With("RangeRequested", text)
        .With("ActualObjectSize", std::to_string(size))
        .WithHeader("Content-Range", "bytes */" + std::to_string(size));
  }
  ContentRange range;
  range.offset = first ? *first : size - std::min(*last, size);
  range.length = first && last ? std::min(*last, size - 1) - *first + 1 : size - range.offset;
  return std::optional(range);
}

S3Result<ContentRange> ReadCopyRange(std::string_view header, uint64_t size) {
  const size_t dash = std::min(header.find('-'), header.size());
  std::optional<uint64_t> first, last;
  if (header.starts_with(kUnit) && dash > kUnit.size() && dash < header.size()) {
    first = ReadNumber(header.substr(kUnit.size(), dash - kUnit.size()));
    last = ReadNumber(header.substr(dash + 1));
  }
  if (first && last && *first <= *last && *last < size) return ContentRange{*first, *last - *first + 1};
  const bool beyond = first && last && *last >= size;
  return S3Error(S3Code::kInvalidArgument,
                 beyond ? "Range specified is not valid for source object of size: " + std::to_string(size)
                        : "The x-amz-copy-source-range value must be of the form bytes=first-last where "
                          "first and last "
                          "are the zero-based offsets of the first and last bytes to copy")
      .With("ArgumentName", "x-amz-copy-source-range")
      .With("ArgumentValue", std::string(header));
}

}  // namespace tarn::extract::s3
