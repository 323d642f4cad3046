#include "services/catalog/types/data_type.h"

namespace tarn::catalog {

DataType ScalarType(TypeKind kind) { return {.kind = kind}; }

DataType DecimalType(int width, int scale) {
  return {.kind = TypeKind::kDecimal, .width = width, .scale = scale};
}

DataType ListType(DataType element) {
  DataType type{.kind = TypeKind::kList};
  type.children.push_back(std::move(element));
  return type;
}

DataType MapType(DataType key, DataType value) {
  DataType type{.kind = TypeKind::kMap};
  type.children.push_back(std::move(key));
  type.children.push_back(std::move(value));
  return type;
}

DataType StructType(std::vector<std::pair<std::string, DataType>> members) {
  DataType type{.kind = TypeKind::kStruct};
  for (auto& [name, member] : members) {
    type.names.push_back(std::move(name));
    type.children.push_back(std::move(member));
  }
  return type;
}

bool IsNested(const DataType& type) { return !type.children.empty(); }

const IntegerTraits* FindIntegerTraits(TypeKind kind) {
  static constexpr IntegerTraits kSigned[] = {
      {true, 8, 3}, {true, 16, 5}, {true, 32, 10}, {true, 64, 19}, {true, 128, 39}};
  static constexpr IntegerTraits kUnsigned[] = {
      {false, 8, 3}, {false, 16, 5}, {false, 32, 10}, {false, 64, 20}, {false, 128, 39}};
  if (kind >= TypeKind::kTinyint && kind <= TypeKind::kHugeint)
    return &kSigned[static_cast<int>(kind) - static_cast<int>(TypeKind::kTinyint)];
  if (kind >= TypeKind::kUtinyint && kind <= TypeKind::kUhugeint)
    return &kUnsigned[static_cast<int>(kind) - static_cast<int>(TypeKind::kUtinyint)];
  return nullptr;
}

}  // namespace tarn::catalog
