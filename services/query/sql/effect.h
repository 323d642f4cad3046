#pragma once

#include "services/query/sql/command.h"

namespace tarn::query {

/// What a command does beside giving rows.
enum class Effect {
  kNone,
  kRows,      ///< writes objects: CTAS, INSERT INTO, UNLOAD
  kCatalog,   ///< changes what the catalog knows: DDL
  kPrepared,  ///< keeps or forgets a prepared statement
  kOther,     ///< that of another statement: EXECUTE
};

Effect EffectOf(const Command& command);

}  // namespace tarn::query
