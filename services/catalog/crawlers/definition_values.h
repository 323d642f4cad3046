#pragma once

#include <array>
#include <string>
#include <string_view>

#include "common/json/json.h"

namespace tarn::catalog {

/// Sets `target` to the value whose name stands under `key`, if one does; else notes which names there are.
template <class Enum, size_t N>
void ReadChoice(json::ObjectReader& reader, std::string_view key, const std::array<Enum, N>& choices,
                const char* (*name_of)(Enum), Enum& target) {
  const auto text = reader.OptionalString(key);
  if (!text) return;
  std::string names;
  for (const Enum choice : choices) {
    if (*text == name_of(choice)) {
      target = choice;
      return;
    }
    names += (names.empty() ? "" : ", ") + std::string(name_of(choice));
  }
  reader.Fail(key, "expected one of " + names + "; got " + *text);
}

/// Sets `target` if a number stands under `key`; notes one that is out of bounds.
void ReadInteger(json::ObjectReader& reader, std::string_view key, int64_t least, int64_t most,
                 int64_t& target);

/// Sets `target` if a name of the catalog stands under `key`: 1 to 128 of a-z, 0-9 and _; notes any other,
/// with what to write instead.
void ReadName(json::ObjectReader& reader, std::string_view key, std::string& target);

}  // namespace tarn::catalog
