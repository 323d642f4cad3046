#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "services/transform/quality/dqdl/ruleset.h"

namespace tarn::dqdl {

/// What stands behind the name of a rule type.
struct RuleTraits {
  RuleType type;
  const char* name;
  const char* arguments;  ///< what they are, for messages
  size_t min_arguments, max_arguments;
  enum class Takes { kNothing, kNumber, kMaybeNumber, kValues, kTypes, kDuration } condition;
  bool where;        ///< may be limited to some rows
  bool threshold;    ///< may be kept by some rows only
  bool judges_rows;  ///< says of each row whether it breaks the rule
};

const RuleTraits& Traits(RuleType type);

/// Nothing if there is no such rule type; names are case-sensitive.
const RuleTraits* FindRuleType(std::string_view name);

/// What to say of a name that is not one of them.
std::string UnknownRuleType(std::string_view name);

}  // namespace tarn::dqdl
