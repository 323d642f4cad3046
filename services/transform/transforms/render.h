#pragma once

#include <string>

#include "common/time/time.h"
#include "services/transform/transforms/definition.h"

namespace tarn::transform {

/// What {{ run('...') }} stands for.
struct RunFacts {
  std::string id;
  Timestamp started_at;
  std::string trigger;
};

/// Replaces the marks by relations, parameters and facts. All that the marks name must be there, as
/// LoadDefinition has checked.
std::string RenderSql(const Definition& definition, const Template& sql, const RunFacts& facts);

/// The names that {{ run('...') }} knows.
bool IsRunFact(const std::string& name);
inline constexpr const char* kRunFacts = "id, started_at, trigger";

}  // namespace tarn::transform
