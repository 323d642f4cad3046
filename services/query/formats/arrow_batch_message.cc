#include <bit>
#include <cstring>
#include <deque>

#include "services/query/formats/arrow_message_frame.h"
#include "services/query/formats/arrow_messages.h"

namespace tarn::query {
namespace {

constexpr int64_t kAlignment = 8;

int64_t Padded(int64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// The nodes and buffers of a batch, depth first, as the format wants them.
class BatchBody {
 public:
  Status Add(const ArrowField& field, const ArrowArray& array, int64_t length) {
    if (array.offset != 0)
      return Error(Code::kInternal, "the SQL engine gave an Arrow array that does not begin at 0");
    if (field.format == "n") {
      nodes_.emplace_back(length, length);
      return Ok();
    }
    const bool is_union = field.format.starts_with("+us:");
    nodes_.emplace_back(length, is_union ? 0 : CountNulls(array, length));
    if (is_union)
      AddBuffer(array.buffers[0], length);
    else
      AddBuffer(array.buffers[0], (length + 7) / 8);
    if (field.format.starts_with("+")) return AddChildren(field, array, length);
    AddValues(field, array, length);
    return Ok();
  }

  int64_t size() const { return size_; }

  flatbuffers::Offset<arrow::RecordBatch> Write(flatbuffers::FlatBufferBuilder& builder,
                                                int64_t length) const {
    return arrow::CreateRecordBatchDirect(builder, length, &nodes_, &buffers_);
  }

  void AppendTo(std::string& out) const {
    out.reserve(out.size() + static_cast<size_t>(size_));
    for (const auto& [data, bytes] : contents_) {
      out.append(static_cast<const char*>(data), static_cast<size_t>(bytes));
      out.append(static_cast<size_t>(Padded(bytes) - bytes), '\0');
    }
  }

 private:
  static int64_t CountNulls(const ArrowArray& array, int64_t length) {
    const auto* bits = static_cast<const uint8_t*>(array.buffers[0]);
    if (!bits) return 0;
    int64_t valid = 0;
    for (int64_t i = 0; i < length / 8; ++i) valid += std::popcount(bits[i]);
    if (length % 8 != 0)
      valid += std::popcount(static_cast<uint8_t>(bits[length / 8] & ((1 << length % 8) - 1)));
    return length - valid;
  }

  void AddBuffer(const void* data, int64_t bytes) {
    if (!data) bytes = 0;
    buffers_.emplace_back(size_, bytes);
    contents_.emplace_back(data, bytes);
    size_ += Padded(bytes);
  }

  // Offsets of `length` values; returns the end of the last.
  int64_t AddOffsets(const ArrowArray& array, int64_t length) {
    const auto* offsets = static_cast<const int32_t*>(array.buffers[1]);
    AddBuffer(offsets, (length + 1) * static_cast<int64_t>(sizeof(int32_t)));
    return offsets ? offsets[length] : 0;
  }

  Status AddChildren(const ArrowField& field, const ArrowArray& array, int64_t length) {
    int64_t inner = length;
    if (field.format == "+l" || field.format == "+m") inner = AddOffsets(array, length);
    if (field.format.starts_with("+w:")) inner = length * std::stoll(field.format.substr(3));
    for (size_t i = 0; i < field.children.size(); ++i)
      TARN_TRY(Add(field.children[i], *array.children[i], inner));
    return Ok();
  }

  void AddValues(const ArrowField& field, const ArrowArray& array, int64_t length) {
    if (field.byte_boolean) return AddBits(static_cast<const int8_t*>(array.buffers[1]), length);
    if (const auto bits = BitWidth(field.format))
      return AddBuffer(array.buffers[1], (length * *bits + 7) / 8);
    const int64_t end = AddOffsets(array, length);
    AddBuffer(array.buffers[2], end);
  }

  void AddBits(const int8_t* bytes, int64_t length) {
    std::string& bits = packed_.emplace_back(static_cast<size_t>((length + 7) / 8), '\0');
    for (int64_t i = 0; bytes && i < length; ++i) {
      if (bytes[i]) bits[static_cast<size_t>(i / 8)] |= static_cast<char>(1 << i % 8);
    }
    AddBuffer(bits.data(), static_cast<int64_t>(bits.size()));
  }

  std::vector<arrow::FieldNode> nodes_;
  std::vector<arrow::Buffer> buffers_;
  std::vector<std::pair<const void*, int64_t>> contents_;
  std::deque<std::string> packed_;  // what AddBits made; stays where it is
  int64_t size_ = 0;
};

}  // namespace

Status AppendDictionaryMessages(const ArrowField& field, const ArrowArray& array, std::string& out) {
  if (field.dictionary_id && array.dictionary) {
    const ArrowField& values = field.dictionary[0];
    TARN_TRY(AppendDictionaryMessages(values, *array.dictionary, out));
    BatchBody body;
    TARN_TRY(body.Add(values, *array.dictionary, array.dictionary->length));
    flatbuffers::FlatBufferBuilder builder;
    const auto data = body.Write(builder, array.dictionary->length);
    const auto batch = arrow::CreateDictionaryBatch(builder, *field.dictionary_id, data);
    AppendFramed(builder, arrow::MessageHeader_DictionaryBatch, batch.Union(), body.size(), out);
    body.AppendTo(out);
  }
  for (size_t i = 0; i < field.children.size(); ++i) {
    TARN_TRY(AppendDictionaryMessages(field.children[i], *array.children[i], out));
  }
  return Ok();
}

Status AppendBatchMessage(const ArrowField& root, const ArrowArray& array, int64_t rows, std::string& out) {
  BatchBody body;
  for (size_t i = 0; i < root.children.size(); ++i)
    TARN_TRY(body.Add(root.children[i], *array.children[i], rows));
  flatbuffers::FlatBufferBuilder builder;
  const auto batch = body.Write(builder, rows);
  AppendFramed(builder, arrow::MessageHeader_RecordBatch, batch.Union(), body.size(), out);
  body.AppendTo(out);
  return Ok();
}

void AppendEndOfStream(std::string& out) {
  const uint32_t end[2] = {0xffffffff, 0};
  out.append(reinterpret_cast<const char*>(end), sizeof(end));
}

}  // namespace tarn::query
