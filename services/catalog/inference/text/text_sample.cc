#include "services/catalog/inference/text/text_sample.h"

#include <algorithm>

namespace tarn::inference {
namespace {

constexpr size_t kFirstBytes = 16;
constexpr size_t kReadBytes = 1 << 20;
// What is looked at for the encoding, of each stretch.
constexpr size_t kEncodingBytes = 1 << 20;

struct Stretch {
  std::string bytes;
  uint64_t offset = 0;
};

Result<std::string> ReadUpTo(unpacking::ByteSource& source, size_t limit, std::stop_token cancelled) {
  std::string bytes;
  while (bytes.size() < limit) {
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
    const size_t from = bytes.size();
    bytes.resize(std::min(limit, from + kReadBytes));
    TARN_ASSIGN(const size_t got, source.Read(bytes.data() + from, bytes.size() - from));
    bytes.resize(from + got);
    if (got == 0) break;
  }
  return bytes;
}

Result<std::vector<Stretch>> ReadPacked(unpacking::File& file, Codec codec, const SampleLimits& limits,
                                        std::stop_token cancelled, bool* complete) {
  TARN_ASSIGN(const auto source, unpacking::OpenDecoded(file, codec, cancelled));
  TARN_ASSIGN(std::string bytes, ReadUpTo(*source, limits.Sum(), cancelled));
  char next = 0;
  TARN_ASSIGN(const size_t more, source->Read(&next, 1));
  *complete = more == 0;
  std::vector<Stretch> stretches;
  stretches.push_back({std::move(bytes), 0});
  return stretches;
}

Result<std::vector<Stretch>> ReadPlain(unpacking::File& file, const SampleLimits& limits, bool* complete) {
  *complete = file.size_bytes() <= limits.Sum();
  std::vector<Stretch> stretches;
  const auto read = [&](uint64_t offset, size_t size) -> Status {
    TARN_ASSIGN(std::string bytes, file.ReadAt(offset, size));
    stretches.push_back({std::move(bytes), offset});
    return Ok();
  };
  if (*complete) {
    TARN_TRY(read(0, limits.Sum()));
    return stretches;
  }
  // Even offsets, so that no UTF-16 unit is torn.
  const uint64_t middle = (file.size_bytes() / 2 - limits.middle_bytes / 2) & ~uint64_t{1};
  const uint64_t tail = (file.size_bytes() - limits.tail_bytes + 1) & ~uint64_t{1};
  TARN_TRY(read(0, limits.head_bytes));
  TARN_TRY(read(middle, limits.middle_bytes));
  TARN_TRY(read(tail, limits.tail_bytes));
  return stretches;
}

// One verdict for all stretches: what is ASCII in one may be something else in the next.
Result<EncodingVerdict> EncodingOf(const std::vector<Stretch>& stretches) {
  std::string looked_at;
  for (const Stretch& stretch : stretches) {
    size_t size =
        std::min(stretch.bytes.size(), stretches.size() == 1 ? stretch.bytes.size() : kEncodingBytes);
    size -= size % 2;
    std::string_view part = std::string_view(stretch.bytes).substr(0, stretch.bytes.size() < 2 ? 1 : size);
    // A stretch may begin in the middle of a character.
    while (stretch.offset > 0 && !part.empty() && (static_cast<unsigned char>(part[0]) & 0xc0) == 0x80)
      part.remove_prefix(std::min<size_t>(part.size(), 2));
    looked_at += part;
  }
  return DetectEncoding(looked_at);
}

void CutAtLastLine(Slice& slice) {
  size_t end = slice.text.rfind('\n');
  if (end == std::string::npos) end = slice.text.rfind('\r');
  if (end == std::string::npos) return;
  slice.cut_bytes = slice.text.size() - end - 1;
  slice.text.resize(end + 1);
}

}  // namespace

uint64_t TextSample::FileOffset(size_t slice, size_t at) const {
  const Slice& in = slices[slice];
  return in.offset + decoding::EncodedBytes(std::string_view(in.text).substr(0, at), encoding.encoding);
}

SampleReport TextSample::Report() const {
  SampleReport report{complete, file_bytes, read_bytes, {}, unpacking::CodecName(codec)};
  for (const Slice& slice : slices)
    report.ranges.push_back({slice.offset, decoding::EncodedBytes(slice.text, encoding.encoding)});
  return report;
}

Result<TextSample> SampleText(const std::filesystem::path& path, const SampleLimits& limits,
                              std::stop_token cancelled) {
  TARN_ASSIGN(const auto file, unpacking::File::Open(path));
  TARN_ASSIGN(const std::string first, file->ReadAt(0, kFirstBytes));
  TextSample sample;
  sample.codec = unpacking::DetectCodec(first);
  std::vector<Stretch> stretches;
  if (sample.codec == Codec::kNone) {
    TARN_ASSIGN(stretches, ReadPlain(*file, limits, &sample.complete));
  } else {
    TARN_ASSIGN(stretches, ReadPacked(*file, sample.codec, limits, cancelled, &sample.complete));
  }
  if (stretches[0].bytes.empty())
    return Error(Code::kUnprocessable, "the file is empty: it has neither a header nor rows");
  if (cancelled.stop_requested()) return Error(Code::kCancelled, "reading the file was stopped");
  TARN_ASSIGN(sample.encoding, EncodingOf(stretches));
  sample.file_bytes = file->size_bytes();
  sample.read_bytes = file->read_bytes();

  for (Stretch& stretch : stretches) {
    if (stretch.offset == 0 && sample.encoding.bom_bytes > 0) {
      stretch.bytes.erase(0, sample.encoding.bom_bytes);
      stretch.offset = sample.encoding.bom_bytes;
    }
    Slice slice{decoding::ToUtf8(std::move(stretch.bytes), sample.encoding.encoding), stretch.offset, 0};
    const bool cut = !sample.complete && (sample.codec != Codec::kNone || &stretch != &stretches.back());
    if (cut) CutAtLastLine(slice);
    sample.slices.push_back(std::move(slice));
  }
  return sample;
}

}  // namespace tarn::inference
