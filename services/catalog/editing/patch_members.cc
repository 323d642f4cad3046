#include "services/catalog/editing/patch_members.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/catalog/types/type_parser.h"
#include "services/catalog/types/type_text.h"

namespace tarn::catalog {
namespace {

Error Invalid(std::string message, const std::string& pointer) {
  return Error(Code::kInvalidArgument, std::move(message)).At(pointer);
}

}  // namespace

std::string PointerTo(const std::string& pointer, const std::string& name) {
  std::string escaped = pointer + '/';
  for (const char c : name) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

const nlohmann::json* TakeMember(json::ObjectReader& reader, const nlohmann::json& body, const char* name) {
  (void)reader.OptionalAny(name);
  const auto found = body.find(name);
  return found == body.end() ? nullptr : &*found;
}

Result<std::optional<std::string>> ReadText(const nlohmann::json& value, const std::string& pointer,
                                            size_t max_bytes) {
  if (value.is_null()) return std::optional<std::string>();
  if (!value.is_string()) return Invalid("must be a text or null", pointer);
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > max_bytes) return Invalid("at most " + std::to_string(max_bytes) + " bytes", pointer);
  return std::optional(text);
}

Result<std::map<std::string, std::optional<std::string>>> ReadParameters(const nlohmann::json& value,
                                                                         const std::string& pointer) {
  if (!value.is_object()) return Invalid("must be an object of texts, or null", pointer);
  std::map<std::string, std::optional<std::string>> parameters;
  for (const auto& [key, member] : value.items()) {
    if (key.empty() || key.size() > kMaxNameBytes)
      return Invalid("a key has 1 to 255 bytes", PointerTo(pointer, key));
    TARN_ASSIGN(parameters[key], ReadText(member, PointerTo(pointer, key), kMaxParameterBytes));
  }
  return parameters;
}

Status PatchParameters(const std::map<std::string, std::optional<std::string>>& patch,
                       std::map<std::string, std::string>* parameters) {
  for (const auto& [key, value] : patch) {
    if (value) {
      (*parameters)[key] = *value;
    } else {
      parameters->erase(key);
    }
  }
  if (parameters->size() <= kMaxParameters) return Ok();
  return Error(Code::kTooLarge, "at most " + std::to_string(kMaxParameters) + " parameters")
      .At("/parameters");
}

Status CheckName(const std::string& name, const std::string& pointer, bool in_path) {
  const bool printable = std::none_of(name.begin(), name.end(), [&](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || (in_path && c == '/');
  });
  if (!name.empty() && name.size() <= kMaxNameBytes && printable) return Ok();
  return Invalid(
      std::string("a name has 1 to 255 bytes without control characters") + (in_path ? " and '/'" : ""),
      pointer);
}

Result<std::string> ReadType(const std::string& text, const std::string& pointer) {
  const auto type = ParseType(text);
  if (!type.ok()) return Invalid(type.error().message() + " (" + type.error().where() + ")", pointer);
  if (type->kind == TypeKind::kNull) return Invalid("a column needs a type that has values", pointer);
  return DuckDbType(*type);
}

}  // namespace tarn::catalog
