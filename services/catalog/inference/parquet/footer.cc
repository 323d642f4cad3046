#include "services/catalog/inference/parquet/footer.h"

#include "common/unpacking/file.h"
#include "services/catalog/inference/parquet/row_group_statistics.h"
#include "services/catalog/inference/parquet/thrift_fields.h"

namespace tarn::inference {
namespace {

using Type = ThriftReader::Type;

constexpr size_t kTailBytes = 8;  // length and magic
// Most footers fit in what is read at once.
constexpr size_t kFirstRead = 64 << 10;
constexpr size_t kMaxNodes = 100'000;

// TimeType and TimestampType: 1 isAdjustedToUTC, 2 unit.
Status ReadTime(ThriftReader& reader, ParquetNode& node) {
  return ForEachField(reader, [&](const ThriftReader::Field& field) -> Result<bool> {
    if (field.id == 1) node.utc = field.type == Type::kTrue;
    if (field.id != 2 || field.type != Type::kStruct) return false;
    TARN_TRY(ForEachField(reader, [&](const ThriftReader::Field& unit) -> Result<bool> {
      node.millis = unit.id == 1;
      node.nanos = unit.id == 3;
      return false;
    }));
    return true;
  });
}

Status ReadLogical(ThriftReader& reader, ParquetNode& node) {
  return ForEachField(reader, [&](const ThriftReader::Field& field) -> Result<bool> {
    node.logical = field.id;
    const bool time = (field.id == 7 || field.id == 8) && field.type == Type::kStruct;
    if (time) TARN_TRY(ReadTime(reader, node));
    return time;
  });
}

Status ReadNode(ThriftReader& reader, ParquetNode& node) {
  return ForEachField(reader, [&](const ThriftReader::Field& field) -> Result<bool> {
    switch (field.id) {
      case 1:
        return TakeInteger(reader, field.type, &node.physical);
      case 2:
        return TakeInteger(reader, field.type, &node.length);
      case 3:
        return TakeInteger(reader, field.type, &node.repetition);
      case 4: {
        if (field.type != Type::kBinary) return false;
        TARN_ASSIGN(const std::string_view name, reader.Binary());
        node.name = name;
        return true;
      }
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
        TARN_TRY(ReadLogical(reader, node));
        return true;
      default:
        return false;
    }
  });
}

Status ReadSchema(ThriftReader& reader, ParquetFooter& footer) {
  TARN_ASSIGN(const ThriftReader::List list, reader.ListHeader());
  if (list.type != Type::kStruct) return Error(Code::kUnprocessable, "the Parquet footer is damaged");
  if (list.size > kMaxNodes)
    return Error(Code::kUnprocessable, "the Parquet schema has too many nodes: " + std::to_string(list.size));
  for (uint32_t i = 0; i < list.size; ++i) TARN_TRY(ReadNode(reader, footer.nodes.emplace_back()));
  return Ok();
}

Status ReadMetadata(ThriftReader& reader, ParquetFooter& footer) {
  TARN_ASSIGN(const ThriftReader::List list, reader.ListHeader());
  for (uint32_t i = 0; i < list.size; ++i) {
    TARN_TRY(ForEachField(reader, [&](const ThriftReader::Field& field) -> Result<bool> {
      if (field.id != 1 || field.type != Type::kBinary) return false;
      TARN_ASSIGN(const std::string_view key, reader.Binary());
      footer.geo |= key == "geo";
      return true;
    }));
  }
  return Ok();
}

Result<ParquetFooter> Parse(std::string_view bytes) {
  ThriftReader reader(bytes);
  ParquetFooter footer;
  footer.rows = -1;
  std::optional<RowGroupStatistics> statistics;
  TARN_TRY(ForEachField(reader, [&](const ThriftReader::Field& field) -> Result<bool> {
    if (field.id == 2 && field.type == Type::kList) {
      TARN_TRY(ReadSchema(reader, footer));
      return true;
    }
    if (field.id == 3) return TakeInteger(reader, field.type, &footer.rows);
    // The schema stands before the row groups in all files there are; else nothing is known of the values.
    if (field.id == 4 && field.type == Type::kList && !footer.nodes.empty()) {
      statistics.emplace(footer.nodes);
      TARN_TRY(statistics->Read(reader));
      return true;
    }
    if (field.id == 5 && field.type == Type::kList) {
      TARN_TRY(ReadMetadata(reader, footer));
      return true;
    }
    if (field.id == 7 && field.type == Type::kList && statistics) {
      TARN_TRY(statistics->ReadOrders(reader));
      return true;
    }
    if (field.id == 8) return Error(Code::kUnprocessable, "the Parquet file is encrypted");
    return false;
  }));
  footer.elements = reader.elements();
  if (statistics) footer.statistics = statistics->Take();
  if (footer.rows < 0) return Error(Code::kUnprocessable, "the footer has no valid row count");
  return footer;
}

}  // namespace

Result<ParquetFooter> ReadParquetFooter(const std::filesystem::path& path) {
  TARN_ASSIGN(const auto file, unpacking::File::Open(path));
  const uint64_t size = file->size_bytes();
  if (size < 12)
    return Error(Code::kUnprocessable,
                 "the file is too small to be a Parquet file: " + std::to_string(size) + " bytes");
  const uint64_t first = std::min<uint64_t>(size, kFirstRead);
  TARN_ASSIGN(std::string tail, file->ReadAt(size - first, static_cast<size_t>(first)));
  if (tail.ends_with("PARE")) return Error(Code::kUnprocessable, "the Parquet file is encrypted");
  if (!tail.ends_with("PAR1"))
    return Error(Code::kUnprocessable,
                 "the file does not end as a Parquet file does: it is truncated, or something else");
  uint64_t length = 0;
  for (size_t i = 0; i < 4; ++i)
    length |= static_cast<uint64_t>(static_cast<unsigned char>(tail[tail.size() - kTailBytes + i]))
              << (8 * i);
  if (length + kTailBytes + 4 > size || length == 0)
    return Error(Code::kUnprocessable, "the Parquet footer is damaged: it claims to be longer than the file");
  if (length > kMaxFooterBytes)
    return Error(Code::kUnprocessable,
                 "the Parquet footer is too large: " + std::to_string(length) + " bytes");
  if (length + kTailBytes > tail.size()) {
    TARN_ASSIGN(tail, file->ReadAt(size - kTailBytes - length, static_cast<size_t>(length + kTailBytes)));
  }
  TARN_ASSIGN(ParquetFooter footer,
              Parse(std::string_view(tail).substr(tail.size() - kTailBytes - length, length)));
  footer.read_bytes = file->read_bytes();
  return footer;
}

}  // namespace tarn::inference
