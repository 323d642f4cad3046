#include "services/catalog/inference/parquet/footer.h"

#include "common/unpacking/file.h"
#include "services/catalog/inference/parquet/row_group_statistics.h"
#include "services/catalog/inference/parquet/thrift_fields.h"

namespace tarn::inference {
namespace {

using Type = ThriftReader::Type;

constexpr size_t kMagicBytes = 4;
constexpr size_t kTailBytes = 8;  // length and magic
// Most footers fit in what is read at once.
constexpr size_t kFirstRead = 64 << 10;
constexpr size_t kMaxNodes = 100'000;

// TimeType and TimestampType: 1 isAdjustedToUTC, 2 unit.
void ReadTime(ThriftReader& reader, ParquetNode& node) {
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    if (field.id == 1) node.utc = field.type == Type::kTrue;
    if (field.id != 2 || field.type != Type::kStruct) return false;
    ForEachField(reader, [&](const ThriftReader::Field& unit) {
      node.millis = unit.id == 1;
      node.nanos = unit.id == 3;
      return false;
    });
    return true;
  });
}

void ReadLogical(ThriftReader& reader, ParquetNode& node) {
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    node.logical = field.id;
    const bool time = (field.id == 7 || field.id == 8) && field.type == Type::kStruct;
    if (time) ReadTime(reader, node);
    return time;
  });
}

void ReadNode(ThriftReader& reader, ParquetNode& node) {
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    switch (field.id) {
      case 1:
        return TakeInteger(reader, field.type, &node.physical);
      case 2:
        return TakeInteger(reader, field.type, &node.length);
      case 3:
        return TakeInteger(reader, field.type, &node.repetition);
      case 4:
        if (field.type != Type::kBinary) return false;
        node.name = reader.Binary();
        return true;
      case 5:
        return TakeInteger(reader, field.type, &node.children);
      case 6:
        return TakeInteger(reader, field.type, &node.converted);
      case 7:
        return TakeInteger(reader, field.type, &node.scale);
      case 8:
        return TakeInteger(reader, field.type, &node.precision);
      case 9:
        return TakeInteger(reader, field.type, &node.field_id);
      case 10:
        if (field.type != Type::kStruct) return false;
        ReadLogical(reader, node);
        return true;
      default:
        return false;
    }
  });
}

// What is wrong with a footer that can be read.
void ReadSchema(ThriftReader& reader, ParquetFooter& footer, std::optional<Error>& refused) {
  const uint32_t size = reader.StructListHeader();
  if (size > kMaxNodes) {
    refused = Error(Code::kUnprocessable, "the Parquet schema has too many nodes: " + std::to_string(size));
    return reader.Fail();
  }
  for (uint32_t i = 0; i < size && !reader.damaged(); ++i) ReadNode(reader, footer.nodes.emplace_back());
}

void ReadMetadata(ThriftReader& reader, ParquetFooter& footer) {
  const ThriftReader::List list = reader.ListHeader();
  for (uint32_t i = 0; i < list.size && !reader.damaged(); ++i) {
    ForEachField(reader, [&](const ThriftReader::Field& field) {
      if (field.id != 1 || field.type != Type::kBinary) return false;
      footer.geo |= reader.Binary() == "geo";
      return true;
    });
  }
}

Result<ParquetFooter> Parse(std::string_view bytes) {
  ThriftReader reader(bytes);
  ParquetFooter footer;
  footer.rows = -1;
  std::optional<RowGroupStatistics> statistics;
  std::optional<Error> refused;
  ForEachField(reader, [&](const ThriftReader::Field& field) {
    if (field.id == 3) return TakeInteger(reader, field.type, &footer.rows);
    if (field.id == 8) {
      refused = Error(Code::kUnprocessable, "the Parquet file is encrypted");
      reader.Fail();
    }
    if (field.type != Type::kList) return false;
    if (field.id == 2) return ReadSchema(reader, footer, refused), true;
    // The schema stands before the row groups in all files there are; else nothing is known of the values.
    if (field.id == 4 && !footer.nodes.empty()) {
      statistics.emplace(footer.nodes);
      return statistics->Read(reader), true;
    }
    if (field.id == 5) return ReadMetadata(reader, footer), true;
    if (field.id == 7 && statistics) return statistics->ReadOrders(reader), true;
    return false;
  });
  if (refused) return *std::move(refused);
  TARN_TRY(reader.status());
  footer.elements = reader.elements();
  if (statistics) footer.statistics = statistics->Take();
  if (footer.rows < 0) return Error(Code::kUnprocessable, "the footer has no valid row count");
  return footer;
}

}  // namespace

Result<ParquetFooter> ReadParquetFooter(uint64_t size, const ReadBytes& read) {
  if (size < 12)
    return Error(Code::kUnprocessable,
                 "the file is too small to be a Parquet file: " + std::to_string(size) + " bytes");
  const uint64_t first = std::min<uint64_t>(size, kFirstRead);
  TARN_ASSIGN(std::string tail, read(size - first, static_cast<size_t>(first)));
  if (tail.ends_with("PARE")) return Error(Code::kUnprocessable, "the Parquet file is encrypted");
  if (tail.size() < first || !tail.ends_with("PAR1"))
    return Error(Code::kUnprocessable,
                 "the file does not end as a Parquet file does: it is truncated, or something else");
  // Offsets in a file that lost its begin lead nowhere.
  std::string head = tail.substr(0, kMagicBytes);
  if (first < size) {
    TARN_ASSIGN(head, read(0, kMagicBytes));
  }
  if (head != "PAR1")
    return Error(Code::kUnprocessable, "the file does not begin as a Parquet file does: it is damaged");
  uint64_t length = 0;
  for (size_t i = 0; i < 4; ++i)
    length |= static_cast<uint64_t>(static_cast<unsigned char>(tail[tail.size() - kTailBytes + i]))
              << (8 * i);
  if (length + kTailBytes + 4 > size || length == 0)
    return Error(Code::kUnprocessable, "the Parquet footer is damaged: it claims to be longer than the file");
  if (length > kMaxFooterBytes)
    return Error(Code::kUnprocessable,
                 "the Parquet footer is too large: " + std::to_string(length) + " bytes");
  const auto whole = static_cast<size_t>(length + kTailBytes);
  uint64_t read_bytes = tail.size() + (first < size ? kMagicBytes : 0);
  if (whole > tail.size()) {
    TARN_ASSIGN(tail, read(size - whole, whole));
    read_bytes += tail.size();
    if (tail.size() < whole) return Error(Code::kUnprocessable, "the Parquet footer is damaged");
  }
  TARN_ASSIGN(ParquetFooter footer, Parse(std::string_view(tail).substr(tail.size() - whole, length)));
  footer.read_bytes = read_bytes;
  return footer;
}

Result<ParquetFooter> ReadParquetFooter(const std::filesystem::path& path) {
  TARN_ASSIGN(const auto file, unpacking::File::Open(path));
  return ReadParquetFooter(file->size_bytes(),
                           [&](uint64_t offset, size_t size) { return file->ReadAt(offset, size); });
}

}  // namespace tarn::inference
