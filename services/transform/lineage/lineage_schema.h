#pragma once

namespace tarn::transform {

/// The migration of state/transform.db that makes the tables of lineage. What belongs to a run goes with it.
extern const char* const kLineageMigration;

}  // namespace tarn::transform
