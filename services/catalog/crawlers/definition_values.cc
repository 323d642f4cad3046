#include "services/catalog/crawlers/definition_values.h"

#include "services/catalog/crawlers/key_names.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxNameBytes = 128;

}  // namespace

void ReadInteger(json::ObjectReader& reader, std::string_view key, int64_t least, int64_t most,
                 int64_t& target) {
  const auto value = reader.OptionalInteger(key);
  if (!value) return;
  if (*value < least || *value > most) {
    return reader.Fail(key, "expected " + std::to_string(least) + " to " + std::to_string(most) + ", got " +
                                std::to_string(*value));
  }
  target = *value;
}

void ReadName(json::ObjectReader& reader, std::string_view key, std::string& target) {
  const auto name = reader.OptionalString(key);
  if (!name) return;
  const std::string allowed = TableNamePart(*name);
  if (name->empty() || name->size() > kMaxNameBytes) {
    reader.Fail(key, "expected 1 to 128 characters");
  } else if (allowed != *name) {
    reader.Fail(key, "names are made of a-z, 0-9 and _; write " + allowed + " instead of " + *name);
  }
  target = *name;
}

}  // namespace tarn::catalog
