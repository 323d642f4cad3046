#include <charconv>

#include "services/query/formats/arrow_message_frame.h"
#include "services/query/formats/arrow_messages.h"

namespace tarn::query {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

struct FieldType {
  arrow::Type tag = arrow::Type_NONE;
  Offset<void> value;
};

int ReadNumber(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

FieldType IntType(FlatBufferBuilder& builder, int bits, bool is_signed) {
  return {arrow::Type_Int, arrow::CreateInt(builder, bits, is_signed).Union()};
}

FieldType DecimalType(FlatBufferBuilder& builder, std::string_view parameters) {
  const size_t first = parameters.find(','), second = parameters.find(',', first + 1);
  const int scale = ReadNumber(parameters.substr(first + 1));
  const int bits = second == std::string_view::npos ? 128 : ReadNumber(parameters.substr(second + 1));
  return {arrow::Type_Decimal, arrow::CreateDecimal(builder, ReadNumber(parameters), scale, bits).Union()};
}

arrow::TimeUnit Unit(char letter) {
  switch (letter) {
    case 's':
      return arrow::TimeUnit_SECOND;
    case 'm':
      return arrow::TimeUnit_MILLISECOND;
    case 'u':
      return arrow::TimeUnit_MICROSECOND;
    default:
      return arrow::TimeUnit_NANOSECOND;
  }
}

// "tdD", "ttu", "tsu:UTC", "tin"
FieldType TimeType(FlatBufferBuilder& builder, const std::string& format) {
  if (format == "tdD") return {arrow::Type_Date, arrow::CreateDate(builder, arrow::DateUnit_DAY).Union()};
  if (format == "tin")
    return {arrow::Type_Interval, arrow::CreateInterval(builder, arrow::IntervalUnit_MONTH_DAY_NANO).Union()};
  const auto unit = Unit(format.size() > 2 ? format[2] : 'n');
  if (format.starts_with("tt")) {
    const int bits = unit == arrow::TimeUnit_SECOND || unit == arrow::TimeUnit_MILLISECOND ? 32 : 64;
    return {arrow::Type_Time, arrow::CreateTime(builder, unit, bits).Union()};
  }
  if (!format.starts_with("ts")) return {};
  const std::string zone = format.size() > 4 ? format.substr(4) : "";
  const auto text = zone.empty() ? Offset<flatbuffers::String>() : builder.CreateString(zone);
  return {arrow::Type_Timestamp, arrow::CreateTimestamp(builder, unit, text).Union()};
}

FieldType NestedType(FlatBufferBuilder& builder, const ArrowField& field) {
  const std::string& format = field.format;
  if (format == "+s") return {arrow::Type_Struct_, arrow::CreateStruct_(builder).Union()};
  if (format == "+l") return {arrow::Type_List, arrow::CreateList(builder).Union()};
  if (format == "+m") return {arrow::Type_Map, arrow::CreateMap(builder, field.keys_sorted).Union()};
  if (format.starts_with("+w:")) {
    const int size = ReadNumber(std::string_view(format).substr(3));
    return {arrow::Type_FixedSizeList, arrow::CreateFixedSizeList(builder, size).Union()};
  }
  if (!format.starts_with("+us:")) return {};
  std::vector<int32_t> ids;
  for (size_t at = 3; at != std::string::npos; at = format.find(',', at + 1)) {
    ids.push_back(ReadNumber(std::string_view(format).substr(at + 1)));
  }
  return {arrow::Type_Union, arrow::CreateUnionDirect(builder, arrow::UnionMode_Sparse, &ids).Union()};
}

FieldType TypeOf(FlatBufferBuilder& builder, const ArrowField& field) {
  const std::string& format = field.format;
  if (field.byte_boolean || format == "b") return {arrow::Type_Bool, arrow::CreateBool(builder).Union()};
  if (format.starts_with("+")) return NestedType(builder, field);
  if (format.starts_with("t")) return TimeType(builder, format);
  if (format.starts_with("d:")) return DecimalType(builder, std::string_view(format).substr(2));
  if (format.starts_with("w:")) {
    const int width = ReadNumber(std::string_view(format).substr(2));
    return {arrow::Type_FixedSizeBinary, arrow::CreateFixedSizeBinary(builder, width).Union()};
  }
  switch (format.empty() ? '\0' : format[0]) {
    case 'n':
      return {arrow::Type_Null, arrow::CreateNull(builder).Union()};
    case 'c':
      return IntType(builder, 8, true);
    case 'C':
      return IntType(builder, 8, false);
    case 's':
      return IntType(builder, 16, true);
    case 'S':
      return IntType(builder, 16, false);
    case 'i':
      return IntType(builder, 32, true);
    case 'I':
      return IntType(builder, 32, false);
    case 'l':
      return IntType(builder, 64, true);
    case 'L':
      return IntType(builder, 64, false);
    case 'f':
      return {arrow::Type_FloatingPoint,
              arrow::CreateFloatingPoint(builder, arrow::Precision_SINGLE).Union()};
    case 'g':
      return {arrow::Type_FloatingPoint,
              arrow::CreateFloatingPoint(builder, arrow::Precision_DOUBLE).Union()};
    case 'u':
      return {arrow::Type_Utf8, arrow::CreateUtf8(builder).Union()};
    case 'z':
      return {arrow::Type_Binary, arrow::CreateBinary(builder).Union()};
    default:
      return {};
  }
}

// The indices of a dictionary: 'C', 'S' or 'I', by the number of values.
Offset<arrow::DictionaryEncoding> Encoding(FlatBufferBuilder& builder, const ArrowField& field) {
  const int bits = static_cast<int>(BitWidth(field.format).value_or(32));
  const bool is_signed = field.format == "c" || field.format == "s" || field.format == "i";
  return arrow::CreateDictionaryEncoding(builder, *field.dictionary_id,
                                         arrow::CreateInt(builder, bits, is_signed));
}

Result<Offset<arrow::Field>> WriteField(FlatBufferBuilder& builder, const ArrowField& field) {
  const ArrowField& values = field.dictionary_id ? field.dictionary[0] : field;
  std::vector<Offset<arrow::Field>> children;
  for (const auto& child : values.children) {
    TARN_ASSIGN(const auto written, WriteField(builder, child));
    children.push_back(written);
  }
  const FieldType type = TypeOf(builder, values);
  if (type.tag == arrow::Type_NONE) {
    return Error(Code::kUnprocessable,
                 "column " + field.name + " has a type that does not go into Arrow; cast it to VARCHAR");
  }
  std::vector<Offset<arrow::KeyValue>> metadata;
  for (const auto& [key, value] : field.metadata) {
    metadata.push_back(
        arrow::CreateKeyValue(builder, builder.CreateString(key), builder.CreateString(value)));
  }
  const auto encoding = field.dictionary_id ? Encoding(builder, field) : Offset<arrow::DictionaryEncoding>();
  return arrow::CreateFieldDirect(builder, field.name.c_str(), field.nullable, type.tag, type.value, encoding,
                                  &children, &metadata);
}

}  // namespace

Status AppendSchemaMessage(const ArrowField& root, std::string& out) {
  FlatBufferBuilder builder;
  std::vector<Offset<arrow::Field>> fields;
  for (const auto& child : root.children) {
    TARN_ASSIGN(const auto field, WriteField(builder, child));
    fields.push_back(field);
  }
  const auto schema = arrow::CreateSchemaDirect(builder, arrow::Endianness_Little, &fields);
  AppendFramed(builder, arrow::MessageHeader_Schema, schema.Union(), 0, out);
  return Ok();
}

}  // namespace tarn::query
