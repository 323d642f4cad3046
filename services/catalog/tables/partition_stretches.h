#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/sqlite/database.h"
#include "services/catalog/pruning/can_match.h"

namespace tarn::catalog {

/// A stretch of the partition index: the condition on `value`, and what is bound to it from the parameter 3
/// on.
struct Stretch {
  enum class Bound { kNone, kInteger, kText, kBlob };
  struct Parameter {
    Bound bound = Bound::kNone;
    int64_t integer = 0;
    std::string text;
  };
  std::string condition;
  std::vector<Parameter> parameters{};
};

/// A partition value as the index has it: an INTEGER for the one and only text of an integer of 64 bits, TEXT
/// for that of a date, a BLOB for any other text, and NULL for NULL. SQLite orders them in this way: NULL,
/// integers, texts, blobs.
Stretch::Parameter StoredAs(const std::string& text);
void BindTo(sqlite::Statement& statement, int index, const Stretch::Parameter& parameter);

/// Stretches of the index that have all partitions which the conditions on one key can match; nothing if they
/// are unknown. (Partitions whose paths lack the key are not in the index, so none for IS NULL.)
std::optional<std::vector<Stretch>> StretchesOf(const std::vector<const pruning::Condition*>& conditions);

}  // namespace tarn::catalog
